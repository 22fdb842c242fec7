package finch.space.network;

import java.util.List;

/**
 * One operation of a {@link Network}. Tensors are numbered: 0 is the network's input and layer {@code i} (from 0)
 * writes tensor {@code i + 1}. Batch normalisation and the activation belong to the layer they follow. Counts are exact,
 * or an {@link ArithmeticException} where they exceed a long, which no layer's of a {@link Network} do.
 */
public sealed interface Layer {
    /** Unique in the network; weights are filed under it. */
    String name();

    /** Numbers of the tensors read. */
    List<Integer> inputs();

    /** Shape of the first tensor read. */
    TensorShape input();

    TensorShape output();

    /** Weights and biases, plus 2 per batch-normalised channel. */
    default long params() {
        return 0;
    }

    /** Batch-normalised channels: statistics add 2 parameters each where they are counted. */
    default long batchNormChannels() {
        return 0;
    }

    /** Multiply-adds of convolutions and dense layers for one image; 0 for everything else. */
    default long macs() {
        return 0;
    }

    /** The element-wise function that ends it. */
    default Nonlinearity nonlinearity() {
        return Nonlinearity.LINEAR;
    }

    /** The kind of work: {@code conv}, {@code depthwise}, {@code pointwise}, {@code dense}, {@code add}, … */
    String op();

    /**
     * Convolution, then bias or batch normalisation, then the nonlinearity. Weights are
     * [out channels][kernel h][kernel w][input channels / groups].
     *
     * @param groups input channels for a depthwise convolution (a multiplier is out/in channels), 1 for a standard one
     */
    record Convolution(String name, int source, TensorShape input, TensorShape output, Window window, int groups,
                       boolean bias, boolean batchNorm, Nonlinearity nonlinearity) implements Layer {
        public Convolution {
            if (input.channels() % groups != 0 || output.channels() % groups != 0) {
                throw new IllegalArgumentException(name + ": " + groups + " groups do not divide "
                        + input.channels() + " -> " + output.channels() + " channels");
            }
            var out = window.outputOf(input.height(), input.width());
            if (out.height() != output.height() || out.width() != output.width()) {
                throw new IllegalArgumentException(name + ": output " + output + " should be " + out.height() + "x" + out.width());
            }
        }

        @Override
        public List<Integer> inputs() {
            return List.of(source);
        }

        public boolean isDepthwise() {
            return groups > 1 && groups == input.channels() && groups == output.channels();
        }

        public boolean isPointwise() {
            return groups == 1 && window.isPointwise();
        }

        /** Elements of the weight tensor. */
        public long weights() {
            return Math.multiplyExact((long) output.channels() * window.kernel().area(), input.channels() / groups);
        }

        @Override
        public long params() {
            return Math.addExact(weights(), (bias ? output.channels() : 0) + 2 * batchNormChannels());
        }

        @Override
        public long batchNormChannels() {
            return batchNorm ? output.channels() : 0;
        }

        @Override
        public long macs() {
            return Math.multiplyExact(weights(), (long) output.height() * output.width());
        }

        @Override
        public String op() {
            return isDepthwise() ? "depthwise" : isPointwise() ? "pointwise" : "conv";
        }
    }

    /** Fully connected layer over a vector or a flattened [h][w][c] tensor. Weights are [out][in]. */
    record Dense(String name, int source, TensorShape input, TensorShape output, boolean bias,
                 Nonlinearity nonlinearity) implements Layer {
        public Dense {
            if (output.pixels() != 1) {
                throw new IllegalArgumentException(name + ": output must be a vector, not " + output);
            }
        }

        @Override
        public List<Integer> inputs() {
            return List.of(source);
        }

        @Override
        public long params() {
            return Math.addExact(macs(), bias ? output.channels() : 0);
        }

        @Override
        public long macs() {
            return Math.multiplyExact((long) input.height() * input.width(), (long) input.channels() * output.channels());
        }

        @Override
        public String op() {
            return "dense";
        }
    }

    /** Mean over height and width. */
    record GlobalAveragePool(String name, int source, TensorShape input) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(source);
        }

        @Override
        public TensorShape output() {
            return TensorShape.vector(input.channels());
        }

        @Override
        public String op() {
            return "global-average-pool";
        }
    }

    /**
     * Windowed pooling. The output shape is given, since ONNX may round it up.
     *
     * @param countPadding whether an average counts the zeros of the padding
     */
    record Pool(String name, int source, TensorShape input, TensorShape output, Window window, Kind kind,
                boolean countPadding) implements Layer {
        /** What is taken of a window. */
        public enum Kind { MAX, AVERAGE }

        @Override
        public List<Integer> inputs() {
            return List.of(source);
        }

        @Override
        public String op() {
            return kind == Kind.MAX ? "max-pool" : "average-pool";
        }
    }

    /** Element-wise sum of two tensors of one shape (the residual connection). */
    record Add(String name, int left, int right, TensorShape input, Nonlinearity nonlinearity) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(left, right);
        }

        @Override
        public TensorShape output() {
            return input;
        }

        @Override
        public String op() {
            return "add";
        }
    }

    /** Every channel of a tensor times its entry of a vector (the product of squeeze-excite). */
    record Scale(String name, int source, int gate, TensorShape input) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(source, gate);
        }

        @Override
        public TensorShape output() {
            return input;
        }

        @Override
        public String op() {
            return "scale";
        }
    }

    /** Batch normalisation that stands alone, with statistics: (x − mean)/√(variance + epsilon)·gamma + beta. */
    record BatchNorm(String name, int source, TensorShape input, Nonlinearity nonlinearity) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(source);
        }

        @Override
        public TensorShape output() {
            return input;
        }

        @Override
        public long params() {
            return 2L * input.channels();
        }

        @Override
        public long batchNormChannels() {
            return input.channels();
        }

        @Override
        public String op() {
            return "batch-norm";
        }
    }

    /** An element-wise function that stands alone. */
    record Activate(String name, int source, TensorShape input, Nonlinearity nonlinearity) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(source);
        }

        @Override
        public TensorShape output() {
            return input;
        }

        @Override
        public String op() {
            return "activation";
        }
    }

    /** Softmax along one axis. */
    record Softmax(String name, int source, TensorShape input, Axis axis) implements Layer {
        /** The axis that sums to 1. */
        public enum Axis { HEIGHT, WIDTH, CHANNELS }

        @Override
        public List<Integer> inputs() {
            return List.of(source);
        }

        @Override
        public TensorShape output() {
            return input;
        }

        @Override
        public String op() {
            return "softmax";
        }
    }
}
