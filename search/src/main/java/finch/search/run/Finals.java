package finch.search.run;

import finch.data.CorruptImageException;
import finch.data.DataSet;
import finch.data.ImageSet;
import finch.latency.Measurement;
import finch.search.config.FinalTrainings;
import finch.search.config.NetworkReference;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.evolve.Estimate;
import finch.search.evolve.ParetoFront;
import finch.space.Architecture;
import finch.space.SearchSpace;
import finch.training.DataDescription;
import finch.training.DivergedException;
import finch.training.ModelFile;
import finch.training.TrainedModel;
import finch.training.Training;
import finch.training.TrainingConfig;
import finch.training.TrainingLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The last part of the way: for each baseline the most promising networks that are no slower than it are trained alone with the baseline's recipe, the one that
 * does best on validation images is trained with all seeds, as the baseline is, and the two are timed in turn and compared on test images.
 *
 * <p>Candidates are timed before they are trained, since a prediction may be off, and the chosen ones once more at the end: a network that was taken
 * because it seemed fast is seen again without that.
 */
final class Finals {
    /** A prediction that is over by so much may still be of a network that is no slower. */
    private static final double TOLERANCE = 1.1;
    /** Timed for each baseline, as a multiple of those that are trained: some will be slower than predicted. */
    private static final int TIMED = 2;
    /** Images that tell how many channels they have. */
    private static final int LOOKED_AT = 64;

    private final SearchConfig config;
    private final FinalTrainings finals;
    private final RunFolder folder;
    private final SearchServices services;
    private final RunListener listener;
    private final ToDoubleFunction<Architecture> cost;
    private final FinalsFile file;
    /** Those of the last seed: seeds come one after another, and each set may take a quarter of the heap. */
    private Map.Entry<Long, DataSet> images;

    /** @param cost what a network costs, as {@link FinalNetwork} has it */
    Finals(SearchConfig config, FinalTrainings finals, RunFolder folder, SearchServices services, RunListener listener, ToDoubleFunction<Architecture> cost) throws IOException {
        this.config = config;
        this.finals = finals;
        this.folder = folder;
        this.services = services;
        this.listener = listener;
        this.cost = cost;
        this.file = FinalsFile.of(folder, config.name(), finals);
    }

    /**
     * Before anything else is done: that there are images, and that the baselines and the space's networks are for them.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static void check(FinalTrainings finals, SearchSpace space, SearchServices services) throws IOException {
        DataSet data = services.training().images(finals.data(), finals.recipe().split());
        for (NetworkReference baseline : finals.baselines()) {
            check("finals.baselines: " + baseline.name(), "an architecture file", baseline.architecture(), data, finals.recipe());
        }
        // all networks of a space have the same classes and channels
        check("finals: the space", "a space", space.decode(space.random(new Random(1))), data, finals.recipe());
    }

    private static void check(String what, String file, Architecture network, DataSet data, TrainingConfig recipe) throws IOException {
        int classes = data.classes().size();
        if (network.classes() != classes) {
            throw new IllegalArgumentException(what + " has " + network.classes() + " classes, and " + data.name() + " has " + classes + ". Use networks for these images: " + file
                    + " with classes: " + classes);
        }
        int channels = channels(data.training().sample(LOOKED_AT, 1));
        if (channels > network.channels()) {
            throw new IllegalArgumentException(what + " has " + network.channels() + " channel(s), and images of " + data.name() + " have " + channels
                    + ". Use networks for these images: " + file + " with channels: " + channels);
        }
        Training.of(network, data, recipe.asIs(network));
    }

    private static int channels(ImageSet images) throws IOException {
        int most = 0;
        for (int i = 0; i < images.size(); i++) {
            try {
                most = Math.max(most, images.decode(i).channels());
            } catch (CorruptImageException e) {
                // left out by the training, which tells it
            }
        }
        return most;
    }

    /** A baseline and what may stand beside it, the most promising first. @param baseline empty where there is none to compare with */
    private record Group(Optional<FinalNetwork> baseline, List<FinalNetwork> candidates) {}

    /** @throws finch.training.StoppedException if the run is to stop; what is done is kept */
    void run(FrontFiles files, ParetoFront front) throws IOException {
        file.requireImages(DataDescription.of(images(finals.recipe().seed())));
        List<Group> groups = groups(files, front);
        List<FinalNetwork> networks = groups.stream().flatMap(g -> Stream.concat(g.baseline().stream(), g.candidates().stream())).distinct().toList();
        if (!file.has("timed")) {
            time("timed", networks);
        }
        List<Group> chosen = groups.stream().map(this::noSlower).toList();
        file.networks(chosen.stream().flatMap(g -> Stream.concat(g.baseline().stream(), g.candidates().stream())).distinct()
                .map(n -> n.json(config.uses(Objective.LATENCY))).toList());
        train(chosen);
        List<FinalNetwork> winners = chosen.stream().flatMap(g -> winner(g).stream()).distinct().toList();
        if (!file.has("timedAgain")) {
            List<FinalNetwork> again = new ArrayList<>(finals.baselines().isEmpty() ? List.of() : baselines());
            winners.stream().filter(w -> !again.contains(w)).forEach(again::add);
            time("timedAgain", again);
        }
        ArrayNode compared = JsonFile.object().putArray("compared");
        chosen.forEach(group -> comparison(group).ifPresent(compared::add));
        file.set("compared", compared);
        export(winners);
    }

    private List<FinalNetwork> baselines() {
        return finals.baselines().stream().map(b -> b.architecture().named(b.name()))
                .map(a -> new FinalNetwork(a, true, OptionalDouble.empty(), cost.applyAsDouble(a))).toList();
    }

    private List<Group> groups(FrontFiles files, ParetoFront front) {
        List<FinalNetwork> baselines = baselines();
        List<FinalNetwork> members = new ArrayList<>();
        for (ParetoFront.Member member : front.members()) {
            Architecture architecture = files.architecture(member);
            if (baselines.stream().noneMatch(b -> b.architecture().anonymous().equals(architecture.anonymous()))) {
                OptionalDouble score = member.values().entrySet().stream().filter(e -> e.getKey().ofAccuracy()).map(Map.Entry::getValue).mapToDouble(Estimate::value).findFirst();
                members.add(new FinalNetwork(architecture, false, score, cost.applyAsDouble(architecture)));
            }
        }
        members.sort(Comparator.comparingDouble((FinalNetwork n) -> -n.score().orElse(0)));
        if (baselines.isEmpty()) {
            return members.isEmpty() ? List.of() : List.of(new Group(Optional.empty(), promising(members, Double.POSITIVE_INFINITY, finals.candidates())));
        }
        return baselines.stream().map(b -> new Group(Optional.of(b), promising(members, b.cost(), finals.candidates()))).toList();
    }

    /**
     * What is timed beside a baseline. On a front the best are the slowest, so that the best of those that may be a little too slow alone would leave nothing where
     * predictions are good: {@code candidates} are predicted to be no slower, as far as there are so many, and the others may be slower by the tolerance.
     *
     * @param members the best first
     * @param limit   what the baseline costs
     */
    static List<FinalNetwork> promising(List<FinalNetwork> members, double limit, int candidates) {
        List<FinalNetwork> near = members.stream().filter(n -> n.cost() <= TOLERANCE * limit).toList();
        if (near.isEmpty()) {
            // where all are predicted to be slower, the fastest has the best chance not to be
            return members.stream().min(Comparator.comparingDouble(FinalNetwork::cost)).stream().toList();
        }
        int all = (int) Math.min(near.size(), (long) TIMED * candidates);
        List<FinalNetwork> within = near.stream().filter(n -> n.cost() <= limit).limit(candidates).toList();
        Set<FinalNetwork> taken = new LinkedHashSet<>(within);
        near.stream().filter(n -> !within.contains(n)).limit(all - within.size()).forEach(taken::add);
        return near.stream().filter(taken::contains).toList();
    }

    /** Those candidates that are trained: none slower than the baseline if that can be, otherwise the fastest. */
    private Group noSlower(Group group) {
        Optional<FinalNetwork> baseline = group.baseline();
        double limit = baseline.isEmpty() ? Double.POSITIVE_INFINITY : micros("timed", baseline.get());
        List<FinalNetwork> fast = group.candidates().stream().filter(n -> micros("timed", n) <= limit).limit(finals.candidates()).toList();
        return new Group(baseline, !fast.isEmpty() ? fast : group.candidates().stream().min(Comparator.comparingDouble(n -> micros("timed", n))).stream().toList());
    }

    private double micros(String key, FinalNetwork network) {
        return file.medianMicros(key, network.name()).orElseThrow(() -> new IllegalArgumentException(folder.finals() + " does not tell what " + network.name()
                + " took, so it is not of this front. Delete it to time and train again."));
    }

    private void time(String key, List<FinalNetwork> networks) throws IOException {
        listener.stage("timing", networks.size() + " networks in turn, " + config.front().runs() + " runs each");
        ArrayNode list = JsonFile.object().putArray(key);
        for (Measurement timing : services.time(networks.stream().map(FinalNetwork::architecture).toList(), config.device(), config.front().runs())) {
            list.addObject().put("name", networks.get(list.size() - 1).name()).put("runtime", timing.runtime()).put("runtimeVersion", timing.runtimeVersion())
                    .put("threads", timing.threads()).put("kernelSet", timing.kernelSet()).put("runs", timing.runs()).put("medianMicros", timing.medianMicros())
                    .put("p10Micros", timing.p10Micros()).put("p90Micros", timing.p90Micros()).put("disturbed", timing.disturbed()).put("steady", timing.steady());
        }
        file.set(key, list);
    }

    /** Candidates and baselines with the first seed, then what is compared with the others. */
    private void train(List<Group> groups) throws IOException {
        List<FinalNetwork> all = groups.stream().flatMap(g -> Stream.concat(g.baseline().stream(), g.candidates().stream())).distinct().toList();
        int compared = (int) groups.stream().flatMap(g -> g.baseline().stream()).distinct().count() + groups.size();
        Count count = new Count(all.size() + compared * (finals.seeds() - 1));
        for (FinalNetwork network : all) {
            train(network, 0, count);
        }
        List<FinalNetwork> further = groups.stream().flatMap(g -> Stream.concat(g.baseline().stream(), winner(g).stream())).distinct().toList();
        for (int i = 1; i < finals.seeds(); i++) {
            for (FinalNetwork network : further) {
                train(network, i, count);
            }
        }
    }

    /** How many trainings there are at most, and which one it is. */
    private static final class Count {
        private final int all;
        private int begun;

        Count(int all) {
            this.all = all;
        }
    }

    private void train(FinalNetwork network, int seedNumber, Count count) throws IOException {
        count.begun++;
        long seed = finals.recipe().seed() + seedNumber;
        Path model = folder.finalModels().resolve(safe(network.name()) + "-seed" + seed + ModelFile.ENDING);
        Path checkpoint = model.resolveSibling(model.getFileName() + ".checkpoint");
        TrainingConfig recipe = finals.recipe().withSeed(seed).asIs(network.architecture());
        if (file.training(network.name(), seed).isPresent()) {
            TrainingLog.forget(checkpoint); // the process may have ended before it did
            return;
        }
        DataSet data = images(seed);
        Training training = Training.of(network.architecture(), data, recipe);
        String what = network.name() + ", seed " + seed;
        listener.stage("training " + count.begun + " of at most " + count.all, what);
        long began = System.nanoTime();
        try {
            Training.Outcome outcome = training.run(checkpoint, services.training().threads(), services.training().listener(what, recipe.epochs()));
            ModelFile.write(model, outcome.model());
            file.trained(network.name(), seed, outcome, folder.path().relativize(model).toString(), (System.nanoTime() - began) / 1e9);
        } catch (DivergedException e) {
            listener.warning(what + ": " + e.getMessage());
            file.failed(network.name(), seed, e.getMessage());
        }
        training.forget(checkpoint);
        listener.frontWritten(folder);
    }

    /** Another seed holds out other validation images. */
    private DataSet images(long seed) throws IOException {
        if (images == null || images.getKey() != seed) {
            images = null;
            images = Map.entry(seed, services.training().images(finals.data(), finals.recipe().withSeed(seed).split()));
        }
        return images.getValue();
    }

    private static String safe(String name) {
        return name.replaceAll("[^A-Za-z0-9._@-]", "-");
    }

    /** The candidate that does best on validation images with the first seed; empty where all trainings failed. */
    private Optional<FinalNetwork> winner(Group group) {
        return group.candidates().stream().filter(n -> validation(n).isPresent())
                .reduce((best, n) -> validation(n).getAsDouble() > validation(best).getAsDouble() ? n : best);
    }

    private OptionalDouble validation(FinalNetwork network) {
        return file.training(network.name(), finals.recipe().seed()).filter(node -> node.path("validation").has("top1"))
                .map(node -> OptionalDouble.of(node.path("validation").path("top1").asDouble())).orElse(OptionalDouble.empty());
    }

    private Optional<ObjectNode> comparison(Group group) {
        Optional<FinalNetwork> found = winner(group);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String on = file.isTested() ? "test" : "validation";
        // by its validation images the first seed chose what is compared: it says nothing more of it, where another can
        long from = finals.recipe().seed() + (file.isTested() || finals.seeds() == 1 ? 0 : 1);
        Optional<SeedFigures> figures = file.figures(found.get().name(), on, from);
        if (figures.isEmpty()) {
            return Optional.empty();
        }
        SeedFigures mine = figures.get();
        ObjectNode node = JsonFile.object().put("found", found.get().name()).put("on", on).put("foundMicros", micros("timedAgain", found.get()));
        node.set("foundTop1", mine.json());
        if (group.baseline().isPresent() && file.figures(group.baseline().get().name(), on, from).isPresent()) {
            FinalNetwork baseline = group.baseline().get();
            SeedFigures theirs = file.figures(baseline.name(), on, from).orElseThrow();
            double ratio = micros("timedAgain", found.get()) / micros("timedAgain", baseline);
            node.put("baseline", baseline.name()).put("baselineMicros", micros("timedAgain", baseline)).put("measuredRatio", ratio);
            node.set("baselineTop1", theirs.json());
            node.put("difference", mine.mean() - theirs.mean()).put("spread", mine.spreadBeside(theirs)).put("beyondSpread", mine.differsBeyondSpread(theirs));
        }
        return Optional.of(node);
    }

    /** The best training of each network that won, as a model and as ONNX. */
    private void export(List<FinalNetwork> winners) throws IOException {
        Files.createDirectories(folder.exports());
        ArrayNode exported = JsonFile.object().putArray("exported");
        for (FinalNetwork winner : winners) {
            OptionalInt best = file.bestTraining(winner.name());
            if (best.isPresent()) {
                Path from = folder.path().resolve(file.training(best.getAsInt()).path("model").asString());
                TrainedModel model = ModelFile.read(from);
                Path own = folder.exports().resolve(safe(winner.name()) + ModelFile.ENDING);
                Path onnx = folder.exports().resolve(safe(winner.name()) + ".onnx");
                listener.stage("exporting", own.getFileName() + " and " + onnx.getFileName() + ", trained");
                ModelFile.write(own, model);
                services.training().exportOnnx(model, onnx);
                exported.addObject().put("name", winner.name()).put("seed", file.training(best.getAsInt()).path("seed").asLong())
                        .put("model", folder.path().relativize(own).toString()).put("onnx", folder.path().relativize(onnx).toString());
            }
        }
        file.set("exported", exported);
    }
}
