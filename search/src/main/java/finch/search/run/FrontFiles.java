package finch.search.run;

import finch.accuracy.AccuracyEstimator;
import finch.accuracy.CommandEstimator;
import finch.accuracy.Surrogate;
import finch.accuracy.TrainedCandidate;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.evolve.Estimate;
import finch.search.evolve.ParetoFront;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.network.Network;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes {@code front.json} and {@code front.csv}, which depend on nothing that was timed, and {@code trained.json}: what
 * trainers told of the same networks beside the accuracy may differ in every run, as a duration does.
 */
final class FrontFiles {
    static final String FORMAT = "finch-front/1";
    static final String TRAINED_FORMAT = "finch-trained/1";

    private final SearchConfig config;
    private final List<ParetoFront.Member> members;
    private final int knee;
    private final List<ReferencePoint> references;
    private final Optional<AccuracyEstimator> accuracy;
    private final List<AccuracyEstimator> estimators;

    /** @param estimators of the rungs, or the one there is; the last is told apart: the surrogate knows how sure a difference of two
     *                   networks is, a trainer what it left of each */
    FrontFiles(SearchConfig config, ParetoFront front, List<ReferencePoint> references, List<AccuracyEstimator> estimators) {
        this.estimators = List.copyOf(estimators);
        this.accuracy = estimators.isEmpty() ? Optional.empty() : Optional.of(estimators.getLast());
        this.config = config;
        this.members = front.members();
        this.knee = front.knee();
        this.references = references;
    }

    /** The name of a found network, or of the reference that it is. */
    String name(ParetoFront.Member member) {
        return reference(member.genome()).orElse(config.name() + "-" + member.id());
    }

    Architecture architecture(ParetoFront.Member member) {
        return config.space().space().decode(member.genome()).named(name(member));
    }

    /** The name of the reference that has this genome. */
    Optional<String> reference(Genome genome) {
        return references.stream().filter(r -> r.genome().filter(genome::equals).isPresent()).map(ReferencePoint::name).findFirst();
    }

    void write(RunFolder folder, RunCounts counts) throws IOException {
        ObjectNode root = JsonFile.object();
        root.put("format", FORMAT);
        root.put("name", config.name());
        root.put("seed", config.seed());
        root.put("space", config.space().space().name());
        ArrayNode objectives = root.putArray("objectives");
        config.objectives().forEach(objective -> objectives.addObject().put("name", objective.formatName())
                .put("direction", objective.maximised() ? "maximise" : "minimise").put("unit", objective.baseUnit()));
        ArrayNode constraints = root.putArray("constraints");
        config.constraints().forEach(bound -> constraints.add(bound.toString()));
        root.put("evaluated", counts.evaluated()).put("feasible", counts.measured()).put("generations", counts.generations());
        AccuracyFacts.of(config.accuracy(), estimators, counts).ifPresent(facts -> root.set("accuracy", facts));
        gain().ifPresent(gain -> root.set("gain", gain));
        ArrayNode list = root.putArray("members");
        for (int i = 0; i < members.size(); i++) {
            list.add(member(i));
        }
        ArrayNode others = root.putArray("references");
        for (ReferencePoint reference : references) {
            others.add(reference(reference));
        }
        JsonFile.write(folder.front(), root);
        JsonFile.writeText(folder.frontTable(), table());
        if (accuracy.orElse(null) instanceof CommandEstimator) {
            JsonFile.write(folder.trained(), trained());
        }
    }

    /** Of the front's members, then of references that are not among them. */
    private ObjectNode trained() throws IOException {
        ObjectNode root = JsonFile.object().put("format", TRAINED_FORMAT).put("name", config.name());
        ArrayNode networks = root.putArray("networks");
        for (ParetoFront.Member member : members) {
            told(architecture(member)).ifPresent(networks::add);
        }
        for (ReferencePoint reference : references) {
            if (!onFront(reference)) {
                told(reference.architecture().named(reference.name())).ifPresent(networks::add);
            }
        }
        return root;
    }

    private Optional<ObjectNode> told(Architecture architecture) throws IOException {
        return candidate(architecture).map(candidate -> {
            ObjectNode node = JsonFile.object().put("name", architecture.name()).put("folder", candidate.folder());
            ObjectNode metrics = node.putObject("metrics");
            candidate.metrics().forEach((name, value) -> JsonFile.put(metrics, name, value));
            candidate.artefact().ifPresent(artefact -> node.put("artefact", artefact));
            return node;
        });
    }

    /** How much more accurate the best network is than the first reference, with the interval of the difference. */
    private Optional<ObjectNode> gain() {
        if (members.isEmpty() || references.isEmpty() || !(accuracy.orElse(null) instanceof Surrogate surrogate)) {
            return Optional.empty();
        }
        ParetoFront.Member best = members.getFirst();
        ReferencePoint first = references.getFirst();
        if (first.genome().filter(best.genome()::equals).isPresent()) {
            return Optional.empty();
        }
        return surrogate.difference(architecture(best), first.architecture()).map(difference -> {
            ObjectNode node = JsonFile.object().put("name", name(best)).put("reference", first.name());
            node.set("top1", JsonFile.estimate(new Estimate(difference.value(), difference.low(), difference.high())));
            return node;
        });
    }

    private ObjectNode member(int i) throws IOException {
        ParetoFront.Member member = members.get(i);
        SearchSpace space = config.space().space();
        ObjectNode node = JsonFile.object();
        node.put("rank", i + 1).put("name", name(member)).put("id", member.id());
        reference(member.genome()).ifPresent(name -> node.put("reference", name));
        if (i == 0) {
            node.put("best", true);
        }
        if (i == knee) {
            node.put("knee", true);
        }
        node.put("genome", new GenomeText(space).of(member.genome()));
        node.put("hash", new GenomeText(space).hash(member.genome()));
        node.set("objectives", JsonFile.estimates(member.values()));
        Architecture architecture = architecture(member);
        node.set("costs", costs(architecture));
        trained(architecture).ifPresent(trained -> node.set("trained", trained));
        node.set("architecture", JsonFile.architecture(architecture));
        return node;
    }

    private ObjectNode reference(ReferencePoint reference) throws IOException {
        ObjectNode node = JsonFile.object();
        node.put("name", reference.name());
        node.put("reference", reference.name());
        reference.genome().ifPresent(genome -> node.put("genome", new GenomeText(config.space().space()).of(genome)));
        node.put("inSpace", reference.genome().isPresent());
        node.put("onFront", onFront(reference));
        node.set("objectives", JsonFile.estimates(reference.values()));
        node.set("costs", costs(reference.architecture()));
        trained(reference.architecture()).ifPresent(trained -> node.set("trained", trained));
        node.set("architecture", JsonFile.architecture(reference.architecture()));
        return node;
    }

    private boolean onFront(ReferencePoint reference) {
        return members.stream().anyMatch(m -> reference.genome().filter(m.genome()::equals).isPresent());
    }

    /** Where a trainer worked on it. */
    private Optional<ObjectNode> trained(Architecture architecture) throws IOException {
        return candidate(architecture).map(candidate -> JsonFile.object().put("folder", candidate.folder()));
    }

    /** What a trainer left of it. */
    private Optional<TrainedCandidate> candidate(Architecture architecture) throws IOException {
        return accuracy.orElse(null) instanceof CommandEstimator trainer ? trainer.trained(architecture) : Optional.empty();
    }

    private static ObjectNode costs(Architecture architecture) {
        Network network = Network.of(architecture);
        return JsonFile.object().put("params", network.params()).put("macs", network.macs()).put("weightBytes", network.weightBytes())
                .put("peakActivationBytes", network.peakActivationBytes());
    }

    private String table() {
        StringBuilder csv = new StringBuilder("rank,name,id,reference,genome");
        List<Objective> columns = java.util.Arrays.stream(Objective.values()).filter(config::uses).toList();
        columns.forEach(o -> csv.append(',').append(o.formatName()).append(',').append(o.formatName()).append("-low,").append(o.formatName()).append("-high"));
        csv.append('\n');
        GenomeText genomes = new GenomeText(config.space().space());
        for (int i = 0; i < members.size(); i++) {
            ParetoFront.Member member = members.get(i);
            csv.append(i + 1).append(',').append(quoted(name(member))).append(',').append(member.id()).append(',')
                    .append(quoted(reference(member.genome()).orElse(""))).append(',').append('"').append(genomes.of(member.genome())).append('"');
            Map<Objective, Estimate> values = member.values();
            columns.forEach(o -> csv.append(',').append(values.get(o).value()).append(',').append(values.get(o).low()).append(',').append(values.get(o).high()));
            csv.append('\n');
        }
        return csv.toString();
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9._/@-]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
