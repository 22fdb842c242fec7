package finch.training.supernet;

import finch.data.BatchPlan;
import finch.data.Batches;
import finch.data.CorruptImageException;
import finch.data.DataSet;
import finch.data.ImageSet;
import finch.data.Normalisation;
import finch.data.UnusableDataException;
import finch.engine.FinchRuntime;
import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.NotInSpaceException;
import finch.space.network.Network;
import finch.space.staged.SpaceDefinition;
import finch.space.staged.StagedSpace;
import finch.training.CurvePoint;
import finch.training.DataDescription;
import finch.training.Evaluation;
import finch.training.Training;
import finch.training.TrainingConfig;
import finch.training.TrainingListener;
import finch.training.TrainingLock;
import finch.training.TrainingLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A space, images and a recipe: all that the training of a super-network is. What comes out is the same bit for bit for one seed, on any number of
 * threads, stopped and resumed or not, as long as the kernels are the same.
 */
public final class SuperTraining {
    private final StagedSpace space;
    private final DataSet data;
    private final TrainingConfig config;
    private final int random;
    private final Normalisation normalisation;
    private final Architecture largest;
    private final Architecture smallest;
    private final Map<String, Object> described;

    /** Architectures at the ends of a space, with the whole validation set's verdict. */
    public record Outcome(SuperNetwork network, Evaluation largest, Evaluation smallest) {}

    private SuperTraining(StagedSpace space, DataSet data, TrainingConfig config, int random) throws IOException {
        this.space = space;
        this.data = data;
        this.config = config;
        this.random = random;
        this.largest = space.decode(space.canonical(space.largest())).named(space.name() + ", largest");
        this.smallest = space.decode(space.canonical(space.smallest())).named(space.name() + ", smallest");
        this.normalisation = Normalisation.of(data.training(), space.definition().channels());
        this.described = DataDescription.of(data);
    }

    /**
     * @param random architectures drawn in each step, besides the largest and the smallest
     * @throws UnusableDataException    if no training image can be used
     * @throws IllegalArgumentException if space, data and recipe do not fit each other, saying which do not and a way out
     */
    public static SuperTraining of(StagedSpace space, DataSet data, TrainingConfig config, int random) throws IOException {
        SpaceDefinition definition = space.definition();
        if (definition.classes() != data.classes().size()) {
            throw new IllegalArgumentException("space " + space.name() + " has " + definition.classes() + " classes, and " + data.name() + " has " + data.classes().size()
                    + ". Write classes: " + data.classes().size() + " in the space file.");
        }
        int channels = channels(data.training());
        if (channels != definition.channels() && channels != 1) {
            throw new IllegalArgumentException("space " + space.name() + " takes " + definition.channels() + " channel(s), and the images of " + data.name() + " have " + channels
                    + ". Write channels: " + channels + " in the space file.");
        }
        if (config.resolution().isPresent() || config.channels().isPresent() || config.outputStride().isPresent()) {
            throw new IllegalArgumentException("resolution, channels and output-stride cannot be given for a super-network: the space says them");
        }
        if (random < 0) {
            throw new IllegalArgumentException("architectures drawn in each step must be at least 0, not " + random);
        }
        if (data.training().size() < config.batch()) {
            throw new IllegalArgumentException(data.name() + " has " + data.training().size() + " training images, which do not fill a batch of " + config.batch()
                    + ". Maybe use batches of " + Math.max(2, Integer.highestOneBit(data.training().size())) + ": --batch, or batch in a recipe.");
        }
        return new SuperTraining(space, data, config, random);
    }

    /** Of the first image that can be used; where there is none, {@link Normalisation#of} says so. */
    private static int channels(ImageSet images) {
        for (int i = 0; i < images.size(); i++) {
            try {
                return images.decode(i).channels();
            } catch (CorruptImageException e) {
                // the next one may do
            }
        }
        return 1;
    }

    /** The dearest architecture of the space. */
    public Network largest() {
        return Network.of(largest);
    }

    /** The cheapest. */
    public Network smallest() {
        return Network.of(smallest);
    }

    /**
     * Trains to the end, or goes on from the checkpoint. The listener's epochs tell of the largest architecture, and a remark of the smallest one.
     *
     * @param checkpoint null for none; kept until {@link #forget}
     * @throws finch.training.StoppedException       if the listener wanted it
     * @throws finch.training.DivergedException      if a loss is no number
     * @throws finch.training.OtherTrainingException if the checkpoint is of another training
     * @throws IOException                           if the checkpoint cannot be written, or another process trains with it
     * @throws finch.engine.HeapTooSmallException    if the heap is too small
     */
    public Outcome run(Path checkpoint, int threads, Training.Listener listener) throws IOException {
        try (TrainingLock _ = TrainingLock.of(checkpoint)) {
            return alone(checkpoint, threads, listener);
        }
    }

    private Outcome alone(Path checkpoint, int threads, Training.Listener listener) throws IOException {
        TrainingLog log = new TrainingLog(checkpoint, belongings());
        log.begin();
        log.curve().forEach(point -> listener.epoch(point, Double.NaN, true));
        try {
            SuperTrainer trainer = new SuperTrainer(space, config, random, threads, checkpoint);
            BatchPlan plan = BatchPlan.training(config.batch(), trainer.input(), normalisation, config.augment(), config.mixup(), config.seed());
            try (Batches batches = new Batches(data.training(), plan, Math.max(1, threads / 2))) {
                SharedWeights trained = trainer.train(batches, new Told(listener, log, batches, threads));
                return outcome(trained, log.curve(), threads, _ -> { });
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            log.leaveNothingAlone();
        }
    }

    /** Scores after each epoch, keeps the curve and tells it. */
    private final class Told implements SuperTrainer.Listener {
        private final Training.Listener listener;
        private final TrainingLog log;
        private final Batches batches;
        private final int threads;
        private final Set<String> corrupt = new HashSet<>();
        private final Set<String> lost = new HashSet<>();

        Told(Training.Listener listener, TrainingLog log, Batches batches, int threads) {
            this.listener = listener;
            this.log = log;
            this.batches = batches;
            this.threads = threads;
        }

        @Override
        public void step(TrainingListener.Progress progress) {
            listener.step(progress);
        }

        @Override
        public boolean stop() {
            return listener.stop();
        }

        @Override
        public void epoch(TrainingListener.Progress progress, SharedWeights result) throws IOException {
            Outcome outcome = outcome(result, List.of(), threads, this::corrupt);
            batches.corrupt().forEach(this::corrupt);
            batches.lostClasses().stream().filter(lost::add).forEach(text -> listener.remark(text + ", so that nothing is learnt of it"));
            CurvePoint point = new CurvePoint(progress.epoch(), progress.loss(), progress.top1(), outcome.largest.loss(), outcome.largest.top1(), progress.learningRate());
            log.add(point);
            listener.epoch(point, progress.imagesPerSecond(), false);
            listener.remark(String.format(Locale.ROOT, "the smallest architecture: validation %.2f %%", 100 * outcome.smallest.top1()));
        }

        private void corrupt(String text) {
            if (corrupt.add(text)) {
                listener.remark(text + "; it is left out");
            }
        }
    }

    /** @param corrupt told which images could not be used for scores */
    private Outcome outcome(SharedWeights weights, List<CurvePoint> curve, int threads, Consumer<String> corrupt) {
        SuperNetwork network = new SuperNetwork(space, weights, new SuperNetwork.Described(data.classes(), normalisation, config.batch(), config.split(), data.name(),
                described.get("fingerprint").toString(), config.seed(), provenance(curve)));
        SubnetScorer scorer = new SubnetScorer(network, data.training(), data.validation(), threads);
        try {
            Outcome outcome = new Outcome(network, scorer.score(largest), scorer.score(smallest));
            scorer.corrupt().forEach(corrupt);
            return outcome;
        } catch (NotInSpaceException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Deletes a checkpoint, when the outcome is safe. */
    public void forget(Path checkpoint) throws IOException {
        new TrainingLog(checkpoint, belongings()).delete();
    }

    /** What makes this training and no other. */
    private Map<String, Object> belongings() {
        Map<String, Object> of = new LinkedHashMap<>();
        of.put("space", SpaceDescription.of(space));
        of.put("random", random);
        of.put("recipe", config.tree());
        of.put("data", described);
        return of;
    }

    private Map<String, Object> provenance(List<CurvePoint> curve) {
        Map<String, Object> provenance = new LinkedHashMap<>();
        provenance.put("random", random);
        provenance.put("recipe", config.tree());
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("name", data.name());
        named.putAll(described);
        provenance.put("data", named);
        List<Object> points = new ArrayList<>();
        curve.forEach(point -> points.add(point.tree()));
        provenance.put("curve", points);
        provenance.put("finch", new FinchRuntime().version());
        provenance.put("java", Runtime.version().toString());
        provenance.put("kernels", KernelSet.configured().kernels().name());
        return provenance;
    }
}
