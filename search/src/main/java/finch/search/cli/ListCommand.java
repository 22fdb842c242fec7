package finch.search.cli;

import finch.space.format.References;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "list", description = "Lists what can be named: architectures, spaces, search configs, runs.",
        footer = {"  finch list", "  finch list spaces --json"})
final class ListCommand implements Callable<Integer> {
    /** What can be listed. Names are the words on the command line. */
    enum Kind { architectures, spaces, configs, runs }

    @Parameters(paramLabel = "KIND", arity = "0..1", description = "One of: ${COMPLETION-CANDIDATES}. Without it, all.")
    private Kind kind;

    @Option(names = "--json", description = "Print one JSON object per entry and line.")
    private boolean json;

    private final Terminal terminal;

    ListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        boolean first = true;
        for (Kind one : kind == null ? Kind.values() : new Kind[] {kind}) {
            List<Map<String, Object>> entries = entries(one);
            if (json) {
                entries.forEach(entry -> terminal.out().println(JsonLine.of(entry)));
            } else if (!entries.isEmpty()) {
                terminal.out().print((first ? "" : "\n") + text(one, entries));
                first = false;
            } else if (kind != null) {
                terminal.message("no " + one + (one == Kind.runs ? " in " + Runs.parent(terminal) : ""));
            }
        }
        return ExitCode.DONE;
    }

    private List<Map<String, Object>> entries(Kind one) throws IOException {
        return switch (one) {
            case architectures -> References.names().stream().map(ListCommand::architecture).toList();
            case spaces -> SpaceFormat.names().stream().map(ListCommand::space).toList();
            case configs -> Home.configs().stream().map(file -> entry("config", Home.baseName(file), "file", file.toString())).toList();
            case runs -> runs();
        };
    }

    private static Map<String, Object> architecture(String name) {
        Network network = Network.of(References.resolve(name));
        Map<String, Object> entry = entry("architecture", name, "params", network.params());
        entry.put("macs", network.macs());
        entry.put("resolution", network.input().height());
        return entry;
    }

    private static Map<String, Object> space(String name) {
        var space = SpaceFormat.named(name);
        Map<String, Object> entry = entry("space", name, "decisions", space.decisions().size());
        entry.put("size", space.size());
        SpaceEnds ends = SpaceEnds.of(space);
        entry.put("cheapest", costs(Network.of(ends.fewestParams()), Network.of(ends.fewestMacs())));
        entry.put("dearest", costs(Network.of(ends.mostParams()), Network.of(ends.mostMacs())));
        return entry;
    }

    /** An end of each cost. */
    private static Map<String, Long> costs(Network params, Network macs) {
        Map<String, Long> costs = new LinkedHashMap<>();
        costs.put("params", params.params());
        costs.put("macs", macs.macs());
        return costs;
    }

    /** What a cost can be in a space. */
    private static String range(Map<String, Object> entry, String cost) {
        return Quantities.exact((Long) ((Map<?, ?>) entry.get("cheapest")).get(cost)) + " to "
                + Quantities.exact((Long) ((Map<?, ?>) entry.get("dearest")).get(cost));
    }

    private List<Map<String, Object>> runs() {
        return Runs.names(terminal).stream().map(name -> entry("run", name, "folder", Runs.parent(terminal).resolve(name).toString())).toList();
    }

    private static Map<String, Object> entry(String kind, String name, String key, Object value) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("kind", kind);
        entry.put("name", name);
        entry.put(key, value);
        return entry;
    }

    private static String text(Kind kind, List<Map<String, Object>> entries) {
        TextTable table = switch (kind) {
            case architectures -> new TextTable("architecture", ">resolution", ">params", ">multiply-adds");
            case spaces -> new TextTable("space", ">decisions", ">architectures", ">params", ">multiply-adds");
            case configs -> new TextTable("config", "file");
            case runs -> new TextTable("run", "folder");
        };
        for (Map<String, Object> entry : entries) {
            switch (kind) {
                case architectures -> table.row(entry.get("name"), entry.get("resolution"),
                        Quantities.exact((Long) entry.get("params")), Quantities.exact((Long) entry.get("macs")));
                case spaces -> table.row(entry.get("name"), entry.get("decisions"), Quantities.exact((java.math.BigInteger) entry.get("size")),
                        range(entry, "params"), range(entry, "macs"));
                case configs -> table.row(entry.get("name"), entry.get("file"));
                case runs -> table.row(entry.get("name"), entry.get("folder"));
            }
        }
        return table.toString();
    }
}
