package finch.search.cli;

import finch.space.Architecture;
import finch.space.Decision;
import finch.space.format.Problem;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        Optional<SpaceEnds> ends = ends(space);
        if (json) {
            terminal.out().println(JsonLine.of(json(space, ends)));
        } else {
            terminal.out().print(text(space, ends));
        }
        return ExitCode.DONE;
    }

    /** Empty, with a word about it, where no network of the space can be made. */
    private Optional<SpaceEnds> ends(StagedSpace space) {
        try {
            SpaceEnds ends = SpaceEnds.of(space);
            ends.unmakable().ifPresent(why -> terminal.message(Problem.visible(argument + ": some choices make no network: " + why)));
            return Optional.of(ends);
        } catch (IllegalArgumentException e) {
            terminal.message(Problem.visible(argument + ": no choices that were tried make a network: " + e.getMessage()));
            return Optional.empty();
        }
    }

    private static Map<String, Object> json(StagedSpace space, Optional<SpaceEnds> found) {
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
        found.ifPresent(ends -> {
            object.put("cheapest", json(ends.fewestMacs()));
            object.put("dearest", json(ends.mostMacs()));
            object.put("fewestParams", json(ends.fewestParams()));
            object.put("mostParams", json(ends.mostParams()));
            object.put("endsProved", ends.proved());
        });
        return object;
    }

    private static Map<String, Object> json(Architecture architecture) {
        Network network = Network.of(architecture);
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("params", network.params());
        object.put("macs", network.macs());
        object.put("peakActivationBytes", network.peakActivationBytes());
        object.put("resolution", List.of(architecture.resolution().height(), architecture.resolution().width()));
        object.put("blocks", architecture.blocks().size());
        return object;
    }

    private static String text(StagedSpace space, Optional<SpaceEnds> ends) {
        TextTable decisions = new TextTable("decision", "choices");
        for (Decision decision : space.decisions()) {
            if (decision.size() > 1) {
                decisions.row(decision.name(), Problem.visible(String.join(", ", decision.choices())));
            }
        }
        TextTable fixed = new TextTable("fixed", "to");
        space.decisions().stream().filter(decision -> decision.size() == 1).forEach(d -> fixed.row(d.name(), Problem.visible(d.choices().getFirst())));
        space.fixed().forEach((name, choice) -> fixed.row(name, Problem.visible(choice)));
        boolean anyFixed = !space.fixed().isEmpty() || space.decisions().stream().anyMatch(d -> d.size() == 1);
        return Problem.visible(space.name()) + "\n" + Quantities.exact(space.size()) + " architectures" + exactly(space)
                + ", " + space.decisions().stream().filter(d -> d.size() > 1).count() + " decisions\n\n"
                + decisions + (anyFixed ? "\n" + fixed : "") + ends.map(found -> "\n" + text(found)).orElse("");
    }

    private static String text(SpaceEnds ends) {
        TextTable table = new TextTable("", ">params", ">multiply-adds", ">peak activations", ">blocks", ">resolution");
        rows(table, "cheapest", "fewest", ends.fewestParams(), ends.fewestMacs());
        rows(table, "dearest", "most", ends.mostParams(), ends.mostMacs());
        return table + (ends.proved() ? "" : "These ends were searched for, not proved: there may be networks beyond them.\n");
    }

    /** All digits of a size that is too large for one glance. */
    private static String exactly(StagedSpace space) {
        return space.size().bitLength() < 63 ? "" : " (exactly " + space.size() + ")";
    }

    /** One row where one network is an end of parameters and of multiply-adds. */
    private static void rows(TextTable table, String both, String one, Architecture params, Architecture macs) {
        if (params.equals(macs)) {
            row(table, both, macs);
        } else {
            row(table, one + " params", params);
            row(table, one + " multiply-adds", macs);
        }
    }

    private static void row(TextTable table, String name, Architecture architecture) {
        Network network = Network.of(architecture);
        table.row(name, Quantities.exact(network.params()), Quantities.exact(network.macs()), Quantities.bytes(network.peakActivationBytes()),
                architecture.blocks().size(), architecture.resolution());
    }
}
