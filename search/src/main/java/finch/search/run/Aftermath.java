package finch.search.run;

import finch.latency.Measurement;
import finch.search.config.Bound;
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
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What follows a finished search: the front is timed beside the references, the picked network exported. */
final class Aftermath {
    private final SearchConfig config;
    private final RunFolder folder;
    private final SearchServices services;
    private final RunListener listener;
    private final ToDoubleFunction<Architecture> cost;

    /** @param cost a network's predicted latency, or its multiply-adds where the search knows none */
    Aftermath(SearchConfig config, RunFolder folder, SearchServices services, RunListener listener, ToDoubleFunction<Architecture> cost) {
        this.config = config;
        this.folder = folder;
        this.services = services;
        this.listener = listener;
        this.cost = cost;
    }

    /** @throws finch.training.StoppedException if trainings are to stop; the next time goes on with them */
    void run(FrontFiles files, ParetoFront front, List<ReferencePoint> references) throws IOException {
        // trainings come last: a run that has begun with them has timed and exported
        if (config.finals().isEmpty() || !Files.exists(folder.finals())) {
            if (config.front().measure() && config.uses(Objective.LATENCY)) {
                time(files, front, references);
            }
            if (!config.export().pick().equals("none")) {
                export(files, front);
            }
        }
        if (config.finals().isPresent()) {
            new Finals(config, config.finals().get(), folder, services, listener, cost).run(files, front);
        }
    }

    /** A network to time. @param rank place on the front from 1, 0 for a reference that is not on it */
    private record Timed(String name, int rank, Optional<String> reference, Architecture architecture, Optional<Estimate> predicted) {}

    private void time(FrontFiles files, ParetoFront front, List<ReferencePoint> references) throws IOException {
        List<ParetoFront.Member> members = front.members();
        List<Timed> networks = new ArrayList<>();
        for (int i : TimingPicks.of(members, front.knee(), references, config.front().top())) {
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
        comparison(networks, timings, references).ifPresent(node -> root.set("comparison", node));
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

    /** The best network against the reference that its latency is bounded by, or else the first: what was timed and predicted. */
    private Optional<ObjectNode> comparison(List<Timed> networks, List<Measurement> timings, List<ReferencePoint> references) {
        Optional<String> bounding = config.constraints().stream().filter(bound -> bound.quantity() == Objective.LATENCY)
                .flatMap(bound -> bound.limit() instanceof Bound.Limit.Relative relative ? Stream.of(relative.network().name()) : Stream.empty())
                .findFirst().or(() -> references.stream().map(ReferencePoint::name).findFirst());
        int best = find(networks, network -> network.rank() == 1);
        int other = find(networks, network -> network.reference().isPresent() && network.reference().equals(bounding));
        if (best < 0 || other < 0 || best == other || Math.max(best, other) >= timings.size()) {
            return Optional.empty();
        }
        ObjectNode node = JsonFile.object().put("name", networks.get(best).name()).put("reference", networks.get(other).name())
                .put("measuredRatio", timings.get(best).medianMicros() / timings.get(other).medianMicros());
        if (networks.get(best).predicted().isPresent() && networks.get(other).predicted().isPresent()) {
            double mine = networks.get(best).predicted().get().value();
            double theirs = networks.get(other).predicted().get().value();
            node.put("predictedRatio", mine / theirs).put("predictedOverMeasured", mine / timings.get(best).medianMicros())
                    .put("referencePredictedOverMeasured", theirs / timings.get(other).medianMicros());
        }
        return Optional.of(node.put("disturbed", timings.get(best).disturbed() || timings.get(other).disturbed()));
    }

    private static int find(List<Timed> networks, Predicate<Timed> wanted) {
        return IntStream.range(0, networks.size()).filter(i -> wanted.test(networks.get(i))).findFirst().orElse(-1);
    }

    private void export(FrontFiles files, ParetoFront front) throws IOException {
        int index;
        try {
            index = FrontPick.index(config.export().pick(), front.size(), front.knee());
        } catch (IllegalArgumentException e) {
            // how many networks a front will have nobody knows when a search begins; that is no reason to leave it unfinished
            listener.warning("export.pick: " + e.getMessage() + ". Nothing is exported; finch export does it afterwards.");
            return;
        }
        Architecture architecture = files.architecture(front.members().get(index));
        Files.createDirectories(folder.exports());
        Path file = folder.exports().resolve(architecture.name().replaceAll("[^A-Za-z0-9._@-]", "-") + ".onnx");
        listener.stage("exporting", file + " (untrained: seeded weights)");
        services.exportOnnx(architecture, config.export().weightSeed(), file);
    }
}
