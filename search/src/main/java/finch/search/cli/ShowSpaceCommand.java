package finch.search.cli;

import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Genome;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show-space", description = "Prints what a search space lets choose, how many architectures that makes, and the"
        + " cheapest and the dearest of them.",
        footer = {"  finch show-space mobilenetv3"})
final class ShowSpaceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SPACE", description = "The name of a shipped space (finch list spaces) or a space file (.yaml).")
    private String argument;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private final Terminal terminal;

    ShowSpaceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        StagedSpace space = Spaces.resolve(terminal, argument);
        if (json) {
            terminal.out().println(JsonLine.of(json(space)));
        } else {
            terminal.out().print(text(space));
        }
        return ExitCode.DONE;
    }

    private static Map<String, Object> json(StagedSpace space) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", space.name());
        object.put("size", space.size());
        object.put("genomes", space.genomes());
        List<Object> decisions = new ArrayList<>();
        for (Decision decision : space.decisions()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", decision.name());
            entry.put("choices", decision.choices());
            decisions.add(entry);
        }
        object.put("decisions", decisions);
        object.put("fixed", space.fixed());
        object.put("cheapest", json(space, space.smallest()));
        object.put("dearest", json(space, space.largest()));
        return object;
    }

    private static Map<String, Object> json(StagedSpace space, Genome genome) {
        Architecture architecture = space.decode(genome);
        Network network = Network.of(architecture);
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("params", network.params());
        object.put("macs", network.macs());
        object.put("peakActivationBytes", network.peakActivationBytes());
        object.put("resolution", List.of(architecture.resolution().height(), architecture.resolution().width()));
        object.put("blocks", architecture.blocks().size());
        return object;
    }

    private static String text(StagedSpace space) {
        TextTable decisions = new TextTable("decision", "choices");
        for (Decision decision : space.decisions()) {
            if (decision.size() > 1) {
                decisions.row(decision.name(), String.join(", ", decision.choices()));
            }
        }
        TextTable fixed = new TextTable("fixed", "to");
        space.decisions().stream().filter(decision -> decision.size() == 1).forEach(d -> fixed.row(d.name(), d.choices().getFirst()));
        space.fixed().forEach(fixed::row);
        TextTable ends = new TextTable("", ">params", ">multiply-adds", ">peak activations", ">blocks", ">resolution");
        end(ends, "cheapest", space, space.smallest());
        end(ends, "dearest", space, space.largest());
        boolean anyFixed = !space.fixed().isEmpty() || space.decisions().stream().anyMatch(d -> d.size() == 1);
        return space.name() + "\n" + Quantities.exact(space.size()) + " architectures" + exactly(space)
                + ", " + space.decisions().stream().filter(d -> d.size() > 1).count() + " decisions\n\n"
                + decisions + (anyFixed ? "\n" + fixed : "") + "\n" + ends;
    }

    /** All digits of a size that is too large for one glance. */
    private static String exactly(StagedSpace space) {
        return space.size().bitLength() < 63 ? "" : " (exactly " + space.size() + ")";
    }

    private static void end(TextTable table, String name, StagedSpace space, Genome genome) {
        Architecture architecture = space.decode(genome);
        Network network = Network.of(architecture);
        table.row(name, Quantities.exact(network.params()), Quantities.exact(network.macs()), Quantities.bytes(network.peakActivationBytes()),
                architecture.blocks().size(), architecture.resolution());
    }
}
