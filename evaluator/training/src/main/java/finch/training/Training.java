package finch.training;

import finch.data.Batch;
import finch.data.BatchPlan;
import finch.data.Batches;
import finch.data.DataSet;
import finch.data.ImageSet;
import finch.data.Normalisation;
import finch.data.UnusableDataException;
import finch.engine.FinchRuntime;
import finch.engine.gradient.Parameters;
import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.SourceReader;
import finch.space.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A network, images and a recipe: all that a training is. What comes out is a {@link TrainedModel}, the same bit for bit for one seed, on any number of
 * threads, stopped and resumed or not, as long as the kernels are the same.
 */
public final class Training {
    private static final int CHECKPOINT_STEPS = 100;

    private final DataSet data;
    private final TrainingConfig config;
    private final Adaptation adaptation;
    private final Network network;
    private final Normalisation normalisation;
    private final Map<String, Object> described;
    private final Optional<StartingWeights> start;

    private Training(DataSet data, TrainingConfig config, Adaptation adaptation, Optional<StartingWeights> start) throws IOException {
        this.data = data;
        this.config = config;
        this.adaptation = adaptation;
        this.network = lowered(adaptation.architecture(), config);
        // weights that do not fit are told before images that do not
        start.ifPresent(weights -> weights.of(architecture(), network, config.seed()));
        Normalisation own = Normalisation.of(data.training(), network.input().channels());
        this.normalisation = start.flatMap(StartingWeights::normalisation).orElse(own);
        this.described = DataDescription.of(data);
        this.start = start;
    }

    /**
     * Fits the network to the images.
     *
     * @throws UnusableDataException    if no training image can be used
     * @throws IllegalArgumentException if the network cannot be made to fit, or there are too few images for a batch
     */
    public static Training of(Architecture given, DataSet data, TrainingConfig config) throws IOException {
        return of(given, data, config, Optional.empty());
    }

    /**
     * Fits the network of given weights to the images, to train it on.
     *
     * @param start their architecture's channels are taken where the recipe says none
     * @throws UnusableDataException    if no training image can be used
     * @throws IllegalArgumentException if the network cannot be made to fit, the weights are not of the network, or there are too few images for a batch
     */
    public static Training of(DataSet data, TrainingConfig config, StartingWeights start) throws IOException {
        return of(start.architecture(), data, config.channels().isPresent() ? config : config.withChannels(start.architecture().channels()), Optional.of(start));
    }

    private static Training of(Architecture given, DataSet data, TrainingConfig config, Optional<StartingWeights> start) throws IOException {
        if (data.training().size() < config.batch()) {
            throw new IllegalArgumentException(data.name() + " has " + data.training().size() + " training images, which do not fill a batch of " + config.batch()
                    + ". Maybe use batches of " + Math.max(2, Integer.highestOneBit(data.training().size())) + ": --batch, or batch in a recipe.");
        }
        return new Training(data, config, Adaptation.of(given, data.training(), config), start);
    }

    private static Network lowered(Architecture architecture, TrainingConfig config) {
        try {
            return Network.of(architecture);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + (config.outputStride().isPresent() ? "" : " Or let its first strides give way with --output-stride, e.g. 4."), e);
        }
    }

    /** As it will be trained. */
    public Architecture architecture() {
        return adaptation.architecture();
    }

    public Network network() {
        return network;
    }

    /** What was made of network and data, each a sentence. */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>(adaptation.remarks());
        start.ifPresent(weights -> remarks.add("training goes on from the weights of " + weights.source() + (weights.isNew(architecture()) ? "; the classifier is new" : "")
                + (weights.weights().trained() ? "" : "; they are untrained")));
        return remarks;
    }

    /** Is told how a training goes, on its thread. */
    public interface Listener {
        /** After each step. */
        default void step(TrainingListener.Progress progress) {}

        /** After each epoch. @param resumed whether it was trained before this start */
        default void epoch(CurvePoint point, double imagesPerSecond, boolean resumed) {}

        /** Something that a person should know. */
        default void remark(String text) {}

        /** Whether to stop after this step. */
        default boolean stop() {
            return false;
        }
    }

    /** What a training came to. @param test empty where the data set brings no test images */
    public record Outcome(TrainedModel model, Evaluation validation, Optional<Evaluation> test) {}

    /**
     * Trains to the end, or goes on from the checkpoint.
     *
     * @param checkpoint null for none; kept until {@link #forget}
     * @throws StoppedException       if the listener wanted it
     * @throws DivergedException      if the loss is no number
     * @throws OtherTrainingException if the checkpoint is of another training
     * @throws IOException            if the checkpoint cannot be written, or another process trains with it
     * @throws finch.engine.HeapTooSmallException if the heap is too small
     */
    public Outcome run(Path checkpoint, int threads, Listener listener) throws IOException {
        try (TrainingLock _ = TrainingLock.of(checkpoint)) {
            return alone(checkpoint, threads, listener);
        }
    }

    private Outcome alone(Path checkpoint, int threads, Listener listener) throws IOException {
        TrainingLog log = new TrainingLog(checkpoint, belongings());
        log.begin();
        log.curve().forEach(point -> listener.epoch(point, Double.NaN, true));
        BatchPlan plan = BatchPlan.training(config.batch(), network.input(), normalisation, config.augment(), config.mixup(), config.seed());
        try (Batches batches = new Batches(data.training(), plan, Math.max(1, threads / 2)); Batches held = plain(data.validation(), threads)) {
            Trainer trainer = Trainer.of(config.recipe(), config.batch(), threads);
            Told told = new Told(listener, log, batches, held, threads);
            Parameters trained = (checkpoint == null ? trainer : trainer.withCheckpoint(checkpoint, CHECKPOINT_STEPS))
                    .train(first(checkpoint, threads), batches, told);
            Evaluation validation = evaluate(trained, held, threads);
            Optional<Evaluation> test = test(trained, threads, listener);
            TrainedModel model = new TrainedModel(architecture(), trained.weights(), data.classes(), normalisation, provenance(log.curve(), validation, test));
            return new Outcome(model, validation, test);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            log.leaveNothingAlone();
        }
    }

    /** What it starts from; a checkpoint that is there has what it goes on from. */
    private Parameters first(Path checkpoint, int threads) {
        if (start.isEmpty() || checkpoint != null && Files.exists(checkpoint)) {
            return Parameters.initial(network, config.seed());
        }
        Parameters first = Parameters.of(network, start.get().of(architecture(), network, config.seed()));
        if (network.layers().stream().anyMatch(layer -> start.get().isFolded(layer.name()))) {
            try (Batches images = plain(data.training().sample(config.batch(), config.seed()), threads)) {
                Batch batch = images.epoch(0).next();
                Unfolding.of(network, first, start.get()::isFolded, batch.images(), batch.size(), threads);
            }
        }
        return first;
    }

    /** Deletes a checkpoint, when the outcome is safe. */
    public void forget(Path checkpoint) throws IOException {
        new TrainingLog(checkpoint, belongings()).delete();
    }

    private Batches plain(ImageSet images, int threads) {
        return new Batches(images, BatchPlan.plain(config.batch(), network.input(), normalisation), Math.max(1, threads / 2));
    }

    private Evaluation evaluate(Parameters parameters, Batches batches, int threads) {
        return Evaluation.of(network, parameters.weights(), batches, config.batch(), threads);
    }

    /** Where no test image can be used the training still has its model. */
    private Optional<Evaluation> test(Parameters trained, int threads, Listener listener) throws IOException {
        if (data.test().isEmpty()) {
            return Optional.empty();
        }
        try (Batches batches = plain(data.test().get(), threads)) {
            Evaluation test = evaluate(trained, batches, threads);
            batches.corrupt().forEach(text -> listener.remark("of the test images: " + text + "; it is left out"));
            return Optional.of(test);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof UnusableDataException) {
                listener.remark("of the test images " + e.getCause().getMessage() + ". So the network is not tested; finch evaluate does it when they are mended");
                return Optional.empty();
            }
            throw e.getCause();
        }
    }

    /** What makes this training and no other. */
    private Map<String, Object> belongings() {
        Map<String, Object> of = new LinkedHashMap<>();
        of.put("architecture", JsonTree.map(SourceReader.parse("architecture", ArchitectureFormat.toJson(architecture()))));
        of.put("recipe", config.tree());
        of.put("data", described);
        start.ifPresent(weights -> of.put("weights", weights.sha256()));
        return of;
    }

    private Map<String, Object> provenance(List<CurvePoint> curve, Evaluation validation, Optional<Evaluation> test) {
        Map<String, Object> provenance = new LinkedHashMap<>();
        provenance.put("seed", config.seed());
        provenance.put("recipe", config.tree());
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("name", data.name());
        named.putAll(described);
        provenance.put("data", named);
        start.ifPresent(weights -> provenance.put("weights", Map.of("sha256", weights.sha256())));
        provenance.put("curve", curve.stream().map(CurvePoint::tree).toList());
        provenance.put("validation", result(validation));
        test.ifPresent(evaluation -> provenance.put("test", result(evaluation)));
        provenance.put("finch", new FinchRuntime().version());
        provenance.put("java", Runtime.version().toString());
        provenance.put("kernelSet", KernelSet.configured().kernels().name());
        return provenance;
    }

    private static Map<String, Object> result(Evaluation evaluation) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("images", evaluation.images());
        result.put("top1", evaluation.top1());
        result.put("loss", evaluation.loss());
        return result;
    }

    /** Evaluates after each epoch, keeps the curve and tells it. */
    private final class Told implements TrainingListener {
        private final Listener listener;
        private final TrainingLog log;
        private final Batches batches;
        private final Batches held;
        private final int threads;
        private final List<String> corrupt = new ArrayList<>();
        private final Set<String> lost = new HashSet<>();

        Told(Listener listener, TrainingLog log, Batches batches, Batches held, int threads) {
            this.listener = listener;
            this.log = log;
            this.batches = batches;
            this.held = held;
            this.threads = threads;
        }

        @Override
        public void step(Progress progress) {
            listener.step(progress);
        }

        @Override
        public boolean stop() {
            return listener.stop();
        }

        @Override
        public void epoch(Progress progress, Supplier<Parameters> result) {
            Evaluation evaluation = evaluate(result.get(), held, threads);
            for (Batches each : List.of(batches, held)) {
                each.corrupt().stream().filter(text -> !corrupt.contains(text)).forEach(text -> {
                    corrupt.add(text);
                    listener.remark(text + "; it is left out");
                });
            }
            batches.lostClasses().stream().filter(lost::add).forEach(text -> listener.remark(text + ", so that nothing is learnt of it"));
            CurvePoint point = new CurvePoint(progress.epoch(), progress.loss(), progress.top1(), evaluation.loss(), evaluation.top1(), progress.learningRate());
            try {
                log.add(point);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            listener.epoch(point, progress.imagesPerSecond(), false);
        }
    }
}
