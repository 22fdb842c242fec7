package finch.space.network;

import finch.space.Architecture;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * An architecture lowered to layers with known shapes, or a network read from a file. Layers are in an order in which
 * they can run; the last one's output is the network's. Costs are exact sums over the layers.
 *
 * @param name  for people; may be empty
 * @param input shape of one image
 */
public record Network(String name, TensorShape input, List<Layer> layers) {
    /**
     * @throws IllegalArgumentException if a layer reads a tensor that is not there yet or has another shape, a name is used twice, or the
     *                                  network is too large for its costs to be counted
     */
    public Network {
        // a search lowers very many networks, and what lowering makes fits together
        if (!(layers instanceof LoweredLayers)) {
            layers = List.copyOf(layers);
            requireSound(input, layers);
        }
        requireCountable(name, input, layers);
    }

    /** None of the costs overflows: they are these sums or parts of them. */
    private static void requireCountable(String name, TensorShape input, List<Layer> layers) {
        String counted = "multiply-adds";
        try {
            sum(layers, Layer::macs);
            counted = "bytes of parameters";
            Math.multiplyExact(4, sum(layers, Layer::params));
            counted = "bytes of activations";
            Math.addExact(input.bytes(), sum(layers, layer -> layer.output().bytes()));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException((name.isEmpty() ? "the network" : name) + " is too large: its " + counted + " exceed 2^63", e);
        }
    }

    private static long sum(List<Layer> layers, ToLongFunction<Layer> count) {
        long sum = 0;
        for (Layer layer : layers) {
            sum = Math.addExact(sum, count.applyAsLong(layer));
        }
        return sum;
    }

    private static void requireSound(TensorShape input, List<Layer> layers) {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("a network needs at least one layer");
        }
        requireOwnNames(layers);
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            switch (layer) {
                case Layer.Convolution c -> checkInput(input, layers, i, c.source(), c.input());
                case Layer.Add add -> {
                    checkInput(input, layers, i, add.left(), add.input());
                    checkInput(input, layers, i, add.right(), add.input());
                }
                case Layer.Scale scale -> {
                    checkInput(input, layers, i, scale.source(), scale.input());
                    checkInput(input, layers, i, scale.gate(), TensorShape.vector(scale.input().channels()));
                }
                default -> checkInput(input, layers, i, layer.inputs().getFirst(), layer.input());
            }
        }
    }

    private static void requireOwnNames(List<Layer> layers) {
        Set<String> names = new HashSet<>();
        for (Layer layer : layers) {
            if (!names.add(layer.name())) {
                throw new IllegalArgumentException("two layers are named " + layer.name());
            }
        }
    }

    private static void checkInput(TensorShape input, List<Layer> layers, int i, int tensor, TensorShape expected) {
        if (tensor < 0 || tensor > i) {
            throw new IllegalArgumentException(layers.get(i).name() + " reads tensor " + tensor + ", which does not exist yet");
        }
        TensorShape actual = shapeOf(input, layers, tensor);
        if (!actual.equals(expected)) {
            throw new IllegalArgumentException(layers.get(i).name() + " expects " + expected + " but reads " + actual);
        }
    }

    private static TensorShape shapeOf(TensorShape input, List<Layer> layers, int tensor) {
        return tensor == 0 ? input : layers.get(tensor - 1).output();
    }

    /** Lowers an architecture. @throws IllegalArgumentException if its resolution is too small for its strides, or its costs are too large to be counted */
    public static Network of(Architecture architecture) {
        return new Lowering(architecture).network();
    }

    /** The shape of a tensor by its number. */
    public TensorShape shape(int tensor) {
        return shapeOf(input, layers, tensor);
    }

    public TensorShape output() {
        return layers.getLast().output();
    }

    /** Weights, biases and 2 per batch-normalised channel. */
    public long params() {
        return sum(layers, Layer::params);
    }

    /** {@link #params()} and the 2 running statistics of each batch-normalised channel (Keras' total). */
    public long paramsWithBatchNormStatistics() {
        return params() + 2 * batchNormChannels();
    }

    /** Channels of all batch normalisations. */
    public long batchNormChannels() {
        return sum(layers, Layer::batchNormChannels);
    }

    /** Multiply-adds of convolutions and dense layers for one image. */
    public long macs() {
        return sum(layers, Layer::macs);
    }

    /** Bytes of the parameters as float32. */
    public long weightBytes() {
        return 4 * params();
    }

    /**
     * The largest sum of live tensors while the unfused layers run in order, float32, batch 1. A tensor lives from the
     * layer that writes it to the last that reads it; a layer's inputs and output live together.
     */
    public long peakActivationBytes() {
        int tensors = layers.size() + 1;
        int[] lastReader = new int[tensors];
        Arrays.fill(lastReader, -1);
        for (int i = 0; i < layers.size(); i++) {
            for (int tensor : layers.get(i).inputs()) {
                lastReader[tensor] = i;
            }
        }
        lastReader[tensors - 1] = layers.size();
        long live = input.bytes();
        long peak = live;
        for (int i = 0; i < layers.size(); i++) {
            live += layers.get(i).output().bytes();
            peak = Math.max(peak, live);
            for (int tensor : Set.copyOf(layers.get(i).inputs())) {
                if (lastReader[tensor] == i) {
                    live -= shape(tensor).bytes();
                }
            }
            if (lastReader[i + 1] < 0) {
                live -= layers.get(i).output().bytes(); // nobody reads it
            }
        }
        return peak;
    }
}
