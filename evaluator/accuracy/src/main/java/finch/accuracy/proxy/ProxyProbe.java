package finch.accuracy.proxy;

import finch.data.Batch;
import finch.engine.Weights;
import finch.engine.gradient.CrossEntropy;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameter;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.space.Architecture;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Computes the signals of one network at a time. A result depends on architecture, images, batch and seed only.
 *
 * @param images  empty to leave out the signals that need some
 * @param batch   images of one batch
 * @param threads of a pass
 */
public record ProxyProbe(Optional<ProxyImages> images, int batch, int threads) {
    /** As in ZiCo's paper. */
    static final int BATCHES = 2;
    private static final Set<Signal> OF_BLOCKS = EnumSet.of(Signal.EXPRESSIVITY, Signal.PROGRESSIVITY, Signal.TRAINABILITY);
    private static final Set<Signal> OF_GRADIENTS = EnumSet.of(Signal.GRAD_NORM, Signal.SNIP, Signal.ZICO);

    public ProxyProbe {
        if (batch < 2) {
            throw new IllegalArgumentException("a batch of the proxies has at least 2 images, not " + batch);
        }
    }

    /**
     * All signals that can be computed. A value that is not a number, or is infinite, says that the signal does not exist for
     * this network.
     *
     * @param seed of the weights, and of which images
     * @throws IllegalArgumentException if the images do not fit the network
     */
    public Map<Signal, Double> signals(Architecture architecture, long seed) throws IOException {
        return signals(architecture, seed, images.isPresent() ? EnumSet.allOf(Signal.class)
                : EnumSet.copyOf(Arrays.stream(Signal.values()).filter(s -> s.kind() != Signal.Kind.IMAGES).toList()));
    }

    /**
     * Some signals, with the values that they have among all. What is not asked for is not computed where it costs a pass of its own.
     *
     * @param wanted none that needs images where there are none
     */
    Map<Signal, Double> signals(Architecture architecture, long seed, Set<Signal> wanted) throws IOException {
        Network network = Network.of(architecture);
        Map<Signal, Double> signals = trivial(network);
        if (wanted.stream().anyMatch(s -> s.kind() != Signal.Kind.TRIVIAL)) {
            Weights weights = InitialWeights.of(network, seed);
            PassOptions options = PassOptions.of(batch).withThreads(threads);
            if (!Collections.disjoint(wanted, OF_BLOCKS)) {
                BlockScores blocks = BlockScores.of(network, weights, options, seed);
                signals.put(Signal.EXPRESSIVITY, blocks.expressivity());
                signals.put(Signal.PROGRESSIVITY, blocks.progressivity());
                signals.put(Signal.TRAINABILITY, blocks.trainability());
            }
            if (wanted.stream().anyMatch(s -> s.kind() == Signal.Kind.IMAGES)) {
                ProxyImages given = images.orElseThrow();
                int classes = network.output().channels();
                if (given.classes() > classes) {
                    throw new IllegalArgumentException(given.name() + ": has " + given.classes() + " classes, and the networks tell " + classes
                            + " apart. Use images of as many classes.");
                }
                ofImages(network, Parameters.of(network, weights), options, given.batches(network.input(), seed, batch, BATCHES), wanted, signals);
            }
            if (wanted.contains(Signal.SYNFLOW)) {
                // changes the weights it is given, which are a copy
                signals.put(Signal.SYNFLOW, SynapticFlow.log(network, Parameters.of(network, weights), PassOptions.of(1)));
            }
        }
        signals.keySet().retainAll(wanted);
        return signals;
    }

    static Map<Signal, Double> trivial(Network network) {
        Map<Signal, Double> signals = new EnumMap<>(Signal.class);
        signals.put(Signal.PARAMS, (double) network.params());
        signals.put(Signal.MACS, (double) network.macs());
        signals.put(Signal.DEPTH, (double) network.layers().stream().filter(layer -> layer instanceof Layer.Convolution c && !c.window().kernel().isOne()).count());
        return signals;
    }

    private static void ofImages(Network network, Parameters parameters, PassOptions options, List<Batch> batches, Set<Signal> wanted,
                                 Map<Signal, Double> signals) {
        List<Parameter> kernels = GradientScores.kernels(parameters.trained());
        int classes = network.output().channels();
        float[][][] gradients = new float[batches.size()][kernels.size()][];
        try (GradientPass pass = new GradientPass(parameters, options)) {
            for (int b = 0; b < batches.size(); b++) {
                Batch batch = batches.get(b);
                float[] logits = pass.forward(batch.images(), batch.size(), Mode.TRAINING);
                if (b == 0) {
                    signals.put(Signal.NASWOT, naswot(network, pass, batch.size()));
                    if (Collections.disjoint(wanted, OF_GRADIENTS)) {
                        return;
                    }
                }
                float[] gradient = new float[logits.length];
                CrossEntropy.PLAIN.of(logits, batch.labels(), batch.size(), classes, gradient);
                pass.backward(gradient);
                if (b == 0) {
                    signals.put(Signal.GRAD_NORM, GradientScores.gradNorm(kernels));
                    signals.put(Signal.SNIP, GradientScores.snip(kernels));
                }
                for (int k = 0; k < kernels.size(); k++) {
                    gradients[b][k] = kernels.get(k).gradient().clone();
                }
            }
        }
        signals.put(Signal.ZICO, GradientScores.zico(gradients));
    }

    private static double naswot(Network network, GradientPass pass, int images) {
        ActivationCodes codes = new ActivationCodes(images);
        for (Layer layer : network.layers()) {
            if (isRectified(layer)) {
                codes.add(pass.beforeNonlinearity(layer.name()));
            }
        }
        return codes.logDeterminant();
    }

    /** Whether its units are on or off: ReLU and its smooth kin, but no gates. */
    private static boolean isRectified(Layer layer) {
        Nonlinearity nonlinearity = switch (layer) {
            case Layer.Convolution c -> c.nonlinearity();
            case Layer.Dense d -> d.nonlinearity();
            case Layer.BatchNorm b -> b.nonlinearity();
            case Layer.Add a -> a.nonlinearity();
            case Layer.Activate a -> a.nonlinearity();
            case Layer.GlobalAveragePool _, Layer.Pool _, Layer.Scale _, Layer.Softmax _ -> Nonlinearity.LINEAR;
        };
        return switch (nonlinearity) {
            case Nonlinearity.Relu _, Nonlinearity.Clip _, Nonlinearity.HardSwish _, Nonlinearity.Swish _ -> true;
            case Nonlinearity.Linear _, Nonlinearity.Sigmoid _, Nonlinearity.HardSigmoid _ -> false;
        };
    }
}
