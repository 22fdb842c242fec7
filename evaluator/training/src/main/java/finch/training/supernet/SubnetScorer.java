package finch.training.supernet;

import finch.data.Batch;
import finch.data.BatchPlan;
import finch.data.Batches;
import finch.data.ImageSet;
import finch.engine.Weights;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameter;
import finch.engine.gradient.Parameter.Role;
import finch.engine.gradient.PassOptions;
import finch.space.Architecture;
import finch.space.NotInSpaceException;
import finch.space.network.Layer;
import finch.space.network.TensorShape;
import finch.training.Evaluation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells how right an architecture is with its part of a super-network's weights. First the running statistics of its batch normalisations are measured
 * anew, on training images without augmentation, since no statistics fit all architectures (Yu and Huang 2019, "Universally Slimmable Networks",
 * arXiv 1903.05134, section 3.2); then it runs as a network of its own would, by inference with batch normalisations folded.
 *
 * <p>The answer depends on weights, images and architecture only, not on what was asked before. Safe for concurrent use.
 */
public final class SubnetScorer {
    /** Training images that running statistics are measured on. */
    public static final int CALIBRATION_IMAGES = 1024;

    /** All sets of batches that are kept take at most this share of the heap. */
    private static final int SHARE_KEPT = 4;

    private final SuperNetwork network;
    private final ImageSet calibration;
    private final ImageSet validation;
    private final int threads;
    /**
     * Batches by what and shape, where they fit; images of a search are asked for thousands of times. What once fits stays: to make room for other shapes
     * would mean to decode all of them again and again where a space has many resolutions.
     */
    private final Map<Key, List<Batch>> kept = new ConcurrentHashMap<>();
    private final Set<Key> fitting = new HashSet<>();
    private long fittingBytes;
    private final Set<String> corrupt = Collections.synchronizedSet(new LinkedHashSet<>());

    private record Key(boolean calibration, TensorShape input) {}

    /**
     * @param training   statistics are measured on a sample of these, the same for the super-network's seed
     * @param validation what architectures are scored on
     */
    public SubnetScorer(SuperNetwork network, ImageSet training, ImageSet validation, int threads) {
        this.network = network;
        this.calibration = training.sample(CALIBRATION_IMAGES, network.described().seed());
        this.validation = validation;
        this.threads = threads;
    }

    /** Images that architectures are scored on. */
    public int images() {
        return validation.size();
    }

    /** The images that could not be used so far, each in words. */
    public List<String> corrupt() {
        synchronized (corrupt) {
            return List.copyOf(corrupt);
        }
    }

    /** @throws NotInSpaceException if the architecture is not in the super-network's space */
    public Evaluation score(Architecture architecture) throws NotInSpaceException {
        Subnet subnet = network.subnet(architecture);
        return with(validation, false, subnet.network().input(), batches -> Evaluation.of(subnet.network(), weights(subnet), batches, batch(), threads));
    }

    /**
     * An architecture's part of the shared weights, with running statistics of its own: a network that runs as it is, and that training can go on from.
     *
     * @throws NotInSpaceException if the architecture is not in the super-network's space
     */
    public Weights weights(Architecture architecture) throws NotInSpaceException {
        return weights(network.subnet(architecture));
    }

    private int batch() {
        return network.described().batch();
    }

    private Weights weights(Subnet subnet) {
        List<Statistics> statistics = new ArrayList<>();
        for (Layer layer : subnet.network().layers()) {
            if (layer.batchNormChannels() > 0) {
                statistics.add(new Statistics(subnet.parameters().of(layer.name(), Role.RUNNING_MEAN), subnet.parameters().of(layer.name(), Role.RUNNING_VARIANCE),
                        layer.output().pixels()));
            }
        }
        PassOptions options = PassOptions.of(Math.min(batch(), calibration.size())).withThreads(threads).withMomentum(1);
        return with(calibration, true, subnet.network().input(), batches -> {
            try (GradientPass pass = new GradientPass(subnet.parameters(), options)) {
                while (batches.hasNext()) {
                    Batch next = batches.next();
                    statistics.forEach(Statistics::clear);
                    pass.forward(next.images(), next.size(), Mode.TRAINING);
                    statistics.forEach(s -> s.add(next.size()));
                }
            }
            statistics.forEach(Statistics::set);
            return subnet.parameters().weights();
        });
    }

    private interface Work<T> {
        T of(Iterator<Batch> batches);
    }

    private <T> T with(ImageSet images, boolean calibrating, TensorShape input, Work<T> work) {
        Key key = new Key(calibrating, input);
        if (!fits(key, (long) Float.BYTES * input.size() * images.size())) {
            try (Batches batches = batches(images, input)) {
                T result = work.of(batches.epoch(0));
                corrupt.addAll(batches.corrupt());
                return result;
            }
        }
        return work.of(kept.computeIfAbsent(key, _ -> {
            try (Batches batches = batches(images, input)) {
                List<Batch> list = new ArrayList<>();
                batches.epoch(0).forEachRemaining(list::add);
                corrupt.addAll(batches.corrupt());
                return list;
            }
        }).iterator());
    }

    private synchronized boolean fits(Key key, long bytes) {
        if (fitting.contains(key)) {
            return true;
        }
        if (fittingBytes + bytes > Runtime.getRuntime().maxMemory() / SHARE_KEPT) {
            return false;
        }
        fittingBytes += bytes;
        return fitting.add(key);
    }

    private Batches batches(ImageSet images, TensorShape input) {
        return new Batches(images, BatchPlan.plain(Math.min(batch(), images.size()), input, network.described().normalisation()), 0);
    }

    /** Joins the moments of batches to those of all images (Chan, Golub and LeVeque 1983, equation 2.1). */
    private static final class Statistics {
        private final Parameter mean;
        private final Parameter variance;
        private final int pixels;
        private final double[] means;
        private final double[] squares;
        private double n;

        Statistics(Parameter mean, Parameter variance, int pixels) {
            this.mean = mean;
            this.variance = variance;
            this.pixels = pixels;
            this.means = new double[mean.values().length];
            this.squares = new double[means.length];
        }

        /** So that a running average with momentum 1 is the batch's own, to the bit. */
        void clear() {
            Arrays.fill(mean.values(), 0);
            Arrays.fill(variance.values(), 0);
        }

        void add(int images) {
            double m = (double) images * pixels;
            for (int c = 0; c < means.length; c++) {
                double difference = mean.values()[c] - means[c];
                squares[c] += variance.values()[c] * (m - 1) + difference * difference * n * m / (n + m);
                means[c] += difference * m / (n + m);
            }
            n += m;
        }

        void set() {
            for (int c = 0; c < means.length; c++) {
                mean.values()[c] = (float) means[c];
                variance.values()[c] = (float) (squares[c] / Math.max(1, n - 1));
            }
        }
    }
}
