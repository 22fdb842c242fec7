package finch.engine.gradient;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Epilogue;
import finch.engine.kernel.GradientKernels;
import finch.engine.kernel.Kernels;
import finch.engine.kernel.PackedWeights;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A pointwise convolution or dense layer: y = x·W' + b over rows. Back: the rows' gradients times W, and dW = Σ over rows of gradient ⊗ input.
 * Where there are many weights, threads share the outputs of dW; else the images, each chunk with a sum of its own.
 */
final class Product implements Operation {
    /** From so many weights on threads share outputs. */
    private static final int MANY = 16 * 1024;
    /** Outputs that a thread takes at least. */
    private static final int PART = 32;

    private final State state;
    private final Kernels kernels;
    private final GradientKernels gradientKernels;
    private final Parameter weights;
    private final Parameter bias;
    private final Adjoint in;
    private final Tensor out;
    private final int rows;
    private final int depth;
    private final int outs;
    private final ConvGeometry geometry;
    private final ConvGeometry transposed;
    private final float[] zeros;
    private PackedWeights packed;
    private PackedWeights packedTransposed;

    /**
     * @param bias null without
     * @param rows products of each image
     */
    Product(Context context, Parameter weights, Parameter bias, Adjoint in, Tensor out, int rows) {
        this.state = context.state();
        this.kernels = context.kernels();
        this.gradientKernels = context.gradientKernels();
        this.weights = weights;
        this.bias = bias;
        this.in = in;
        this.out = out;
        this.rows = rows;
        this.depth = in.tensor().size / rows;
        this.outs = out.size / rows;
        int all = Math.multiplyExact(rows, context.batch());
        this.geometry = ConvGeometry.pointwise(all, depth, outs);
        this.transposed = ConvGeometry.pointwise(all, outs, depth);
        this.zeros = new float[outs];
    }

    @Override
    public void prepare() {
        float[] biases = bias == null ? zeros : bias.values();
        packed = packed == null ? kernels.pack(geometry, weights.values(), biases) : kernels.repack(packed, weights.values(), biases);
        if (in.wanted()) {
            packedTransposed = kernels.packTransposed(transposed, weights.values(), packedTransposed);
        }
    }

    @Override
    public List<Stage> forward() {
        return List.of(new Stage(in.tensor().size + out.size, rows) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                kernels.pointwise(packed, Epilogue.NONE, in.tensor().slice, out.slice, null, lane.space, from * rows, to * rows, 0, outs);
            }

            @Override
            Lane.Need reserve(int images, int chunks) {
                return new Lane.Need(kernels.scratchFloats(geometry, images * rows), 0, 0, 0);
            }
        });
    }

    private boolean shared() {
        return weights.values().length < MANY;
    }

    @Override
    public List<Stage> backward() {
        return List.of(new Back());
    }

    private final class Back extends Stage {
        private final Partials ofWeights = new Partials(weights.values().length);
        private final Partials ofBias = new Partials(outs);

        Back() {
            super(in.tensor().size + out.size, Product.this.rows);
        }

        @Override
        Lane.Need reserve(int images, int chunks) {
            if (shared()) {
                ofWeights.reserve(chunks);
            }
            ofBias.reserve(bias == null ? 0 : chunks);
            return new Lane.Need(kernels.scratchFloats(transposed, images * rows), in.add() ? images * in.tensor().size : 0, 0,
                    shared() ? gradientKernels.outerScratch(outs, depth) : 0);
        }

        @Override
        void run(int from, int to, int chunk, Lane lane) {
            int count = (to - from) * rows;
            if (bias != null) {
                gradientKernels.sums(out.gradients, out.image(from), count, outs, ofBias.values, ofBias.at(chunk));
            }
            if (in.wanted()) {
                toInput(from, to, lane);
            }
            if (shared()) {
                ofWeights.clear(chunk);
                gradientKernels.outer(out.gradients, out.image(from), outs, outs, in.tensor().values, in.tensor().image(from), depth, depth, count,
                        ofWeights.values, ofWeights.at(chunk), lane.panels);
            }
        }

        private void toInput(int from, int to, Lane lane) {
            Tensor x = in.tensor();
            if (!in.add()) {
                kernels.pointwise(packedTransposed, Epilogue.NONE, out.gradientSlice, x.gradientSlice, null, lane.space, from * rows, to * rows, 0, depth);
                return;
            }
            lane.pointer.array = lane.temporary;
            lane.pointer.offset = -from * x.size;
            kernels.pointwise(packedTransposed, Epilogue.NONE, out.gradientSlice, lane.pointer, null, lane.space, from * rows, to * rows, 0, depth);
            gradientKernels.add(lane.temporary, 0, x.gradients, x.image(from), (to - from) * x.size);
        }

        @Override
        void finish(int chunks) {
            if (shared()) {
                ofWeights.total(chunks, weights.gradient());
            }
            if (bias != null) {
                ofBias.total(chunks, bias.gradient());
            }
        }
    }

    @Override
    public Lane.Need need() {
        return new Lane.Need(0, 0, 0, gradientKernels.outerScratch(Math.min(outs, PART), depth));
    }

    @Override
    public List<Phase.Parts> afterwards(IntFunction<Lane> lanes) {
        if (shared()) {
            return List.of();
        }
        int parts = Math.ceilDiv(outs, PART);
        return List.of(new Phase.Parts((part, thread) -> {
            int first = part * PART;
            int last = Math.min(outs, first + PART);
            Arrays.fill(weights.gradient(), first * depth, last * depth, 0f);
            gradientKernels.outer(out.gradients, out.at + first, outs, last - first, in.tensor().values, in.tensor().at, depth, depth, state.count * rows,
                    weights.gradient(), first * depth, lanes.apply(thread).panels);
        }, parts));
    }
}
