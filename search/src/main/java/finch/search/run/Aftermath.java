package finch.search.run;

import finch.latency.Measurement;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.evolve.Estimate;
import finch.search.evolve.ParetoFront;
import finch.space.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What follows a finished search: the front is timed beside the references, the picked network exported. */
final class Aftermath {
    private final SearchConfig config;
    private final RunFolder folder;
    private final SearchServices services;
    private final RunListener listener;

    Aftermath(SearchConfig config, RunFolder folder, SearchServices services, RunListener listener) {
        this.config = config;
        this.folder = folder;
        this.services = services;
        this.listener = listener;
    }

    void run(FrontFiles files, ParetoFront front, List<ReferencePoint> references) throws IOException {
        if (config.front().measure() && config.uses(Objective.LATENCY)) {
            time(files, front, references);
        }
        if (!config.export().pick().equals("none")) {
            export(files, front);
        }
    }

    /** A network to time. @param rank place on the front from 1, 0 for a reference that is not on it */
    private record Timed(String name, int rank, Optional<String> reference, Architecture architecture, Optional<Estimate> predicted) {}

    private void time(FrontFiles files, ParetoFront front, List<ReferencePoint> references) throws IOException {
        List<ParetoFront.Member> members = front.members();
        List<Timed> networks = new ArrayList<>();
        for (int i : spread(members.size(), config.front().top())) {
            ParetoFront.Member member = members.get(i);
            networks.add(new Timed(files.name(member), i + 1, files.reference(member.genome()), files.architecture(member),
                    Optional.ofNullable(member.values().get(Objective.LATENCY))));
        }
        for (ReferencePoint reference : references) {
            if (networks.stream().noneMatch(n -> n.reference().filter(reference.name()::equals).isPresent())) {
                networks.add(new Timed(reference.name(), 0, Optional.of(reference.name()), reference.architecture(),
                        Optional.ofNullable(reference.values().get(Objective.LATENCY))));
            }
        }
        listener.stage("timing", networks.size() + " networks in turn, " + config.front().runs() + " runs each");
        List<Measurement> timings = services.time(networks.stream().map(Timed::architecture).toList(), config.device(), config.front().runs());
        ObjectNode root = JsonFile.object().put("format", "finch-measured/1").put("name", config.name());
        ArrayNode list = root.putArray("networks");
        for (int i = 0; i < timings.size(); i++) {
            list.add(timing(networks.get(i), timings.get(i)));
        }
        JsonFile.write(folder.measured(), root);
    }

    private static ObjectNode timing(Timed network, Measurement timing) {
        ObjectNode node = JsonFile.object().put("name", network.name());
        if (network.rank() > 0) {
            node.put("rank", network.rank());
        }
        network.reference().ifPresent(reference -> node.put("reference", reference));
        node.put("runtime", timing.runtime()).put("runtimeVersion", timing.runtimeVersion()).put("threads", timing.threads())
                .put("kernelSet", timing.kernelSet()).put("runs", timing.runs()).put("medianMicros", timing.medianMicros())
                .put("p10Micros", timing.p10Micros()).put("p90Micros", timing.p90Micros()).put("macs", timing.macs())
                .put("disturbed", timing.disturbed()).put("steady", timing.steady());
        timing.arenaBytes().ifPresent(bytes -> node.put("arenaBytes", bytes));
        network.predicted().ifPresent(predicted -> node.set("predictedMicros", JsonFile.estimate(predicted)));
        return node;
    }

    /** At most {@code top} indices of a front, both ends among them, evenly spread. */
    static List<Integer> spread(int size, int top) {
        TreeSet<Integer> picked = new TreeSet<>();
        int count = Math.min(size, top);
        for (int i = 0; i < count; i++) {
            picked.add(count == 1 ? 0 : Math.toIntExact(Math.round((double) i * (size - 1) / (count - 1))));
        }
        return List.copyOf(picked);
    }

    private void export(FrontFiles files, ParetoFront front) throws IOException {
        int index = FrontPick.index(config.export().pick(), front.size(), front.knee());
        Architecture architecture = files.architecture(front.members().get(index));
        Files.createDirectories(folder.exports());
        Path file = folder.exports().resolve(architecture.name().replaceAll("[^A-Za-z0-9._@-]", "-") + ".onnx");
        listener.stage("exporting", file + " (untrained: seeded weights)");
        services.exportOnnx(architecture, config.export().weightSeed(), file);
    }
}
