package finch.engine;

import finch.engine.kernel.Kernels;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network compiled for inference: batch normalisations folded, element-wise layers fused, weights packed for the
 * kernels, tensors placed in one arena. Immutable; any number of threads may share it, each with an inference of its own.
 */
public final class Plan {

    private final Network network;
    private final PlanOptions options;
    private final Kernels kernels;
    private final List<Step> imageSteps;
    private final List<Step> batchSteps;
    private final Places places;

    private Plan(Network network, PlanOptions options, Kernels kernels, List<Step> imageSteps, List<Step> batchSteps, Places places) {
        this.network = network;
        this.options = options;
        this.kernels = kernels;
        this.imageSteps = imageSteps;
        this.batchSteps = batchSteps;
        this.places = places;
    }

    /** Compiles for one image and one thread. */
    public static Plan compile(Network network, Weights weights) {
        return compile(network, weights, PlanOptions.defaults());
    }

    /**
     * @throws IllegalArgumentException if the weights do not fit, or the activations do not fit one array
     * @throws HeapTooSmallException    if the packed weights do not fit in this JVM's heap
     */
    public static Plan compile(Network network, Weights weights, PlanOptions options) {
        return compile(network, weights, options, options.kernels().kernels(), Chains.Caches.USUAL);
    }

    static Plan compile(Network network, Weights weights, PlanOptions options, Kernels kernels, Chains.Caches caches) {
        weights.check(network);
        List<Fusion.Group> groups = Fusion.of(network);
        int images = options.batch() == 1 ? groups.size() : imageGroups(groups, network);
        try {
            List<Chain> chains = Chains.of(network, groups, images, caches);
            int imageChains = 0;
            for (int covered = 0; covered < images; imageChains++) {
                covered += chains.get(imageChains).groups().size();
            }
            Places places = Places.of(network, chains, imageChains, options, kernels);
            Steps one = new Steps(kernels, weights, 1);
            Steps all = new Steps(kernels, weights, options.batch());
            return new Plan(network, options, kernels, chains.subList(0, imageChains).stream().map(one::of).toList(),
                    chains.subList(imageChains, chains.size()).stream().map(all::of).toList(), places);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("network " + network.name() + " with batch " + options.batch() + " and " + options.threads()
                    + " threads: its activations exceed 2^30 floats; maybe use a smaller batch or fewer threads", e);
        } catch (OutOfMemoryError e) {
            throw tooLarge(network, options, "packed weights", network.weightBytes(), "", e);
        }
    }

    /** Groups that run image by image. One that wants zeros before its input, as depthwise convolutions do, is among them if it reads the caller's. */
    private static int imageGroups(List<Fusion.Group> groups, Network network) {
        int images = Fusion.imageGroups(groups, network);
        for (int g = images; g < groups.size(); g++) {
            if (groups.get(g).main() instanceof Layer.Convolution c && c.source() == 0 && c.groups() > 1) {
                images = g + 1;
            }
        }
        return images;
    }

    private static HeapTooSmallException tooLarge(Network network, PlanOptions options, String what, long bytes, String wayOut, OutOfMemoryError cause) {
        return new HeapTooSmallException("network " + network.name() + " with batch " + options.batch() + " and " + options.threads() + " threads needs", bytes, "its " + what,
                wayOut, cause);
    }

    /**
     * A context in which one caller at a time runs this plan. Close it to end its threads.
     *
     * @throws HeapTooSmallException if its {@link #arenaBytes()} do not fit in this JVM's heap
     * @throws IllegalStateException if the system gives no more threads. No thread is left behind; this plan can be used as before
     */
    public Inference newInference() {
        try {
            return new Inference(this);
        } catch (OutOfMemoryError e) {
            throw tooLarge(network, options, "activations", arenaBytes(), "a smaller batch", e);
        }
    }

    public Network network() {
        return network;
    }

    public PlanOptions options() {
        return options;
    }

    /** The kernels in use, e.g. {@code vector-256}. */
    public String kernelSet() {
        return kernels.name();
    }

    /** Bytes of one inference's activations and scratch. */
    public long arenaBytes() {
        return 4L * places.floats();
    }

    /** Names of the fused steps in order, each after its main layer, or several joined by a plus; see {@link Inference#time}. */
    public List<String> stepNames() {
        return Stream.concat(imageSteps.stream(), batchSteps.stream()).map(Step::name).toList();
    }

    /** Run for one image after another. */
    Step[] imageSteps() {
        return imageSteps.toArray(Step[]::new);
    }

    /** Run after these for all images at once. */
    Step[] batchSteps() {
        return batchSteps.toArray(Step[]::new);
    }

    Places places() {
        return places;
    }
}
