package finch.engine.gradient;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Epilogue;
import finch.engine.kernel.GradientKernels;
import finch.engine.kernel.Kernels;
import finch.engine.kernel.PackedWeights;
import java.util.Arrays;
import java.util.List;

/** A standard convolution with any window. Back: windows are gathered into rows, and the rest is a product. */
final class Windowed implements Operation {
    private static final int ROW_FLOATS = 16 * 1024;

    private final Kernels kernels;
    private final GradientKernels gradientKernels;
    private final ConvGeometry geometry;
    private final ConvGeometry transposed;
    private final Parameter weights;
    private final Parameter bias;
    private final Adjoint in;
    private final Tensor out;
    private final int outs;
    private final int depth;
    /** Output pixels whose windows are gathered at a time. */
    private final int strip;
    private PackedWeights packed;
    private PackedWeights packedTransposed;

    Windowed(Context context, ConvGeometry geometry, Parameter weights, Parameter bias, Adjoint in, Tensor out) {
        this.kernels = context.kernels();
        this.gradientKernels = context.gradientKernels();
        this.geometry = geometry;
        this.weights = weights;
        this.bias = bias;
        this.in = in;
        this.out = out;
        this.outs = geometry.outChannels();
        this.depth = geometry.depth();
        this.strip = Math.max(20, ROW_FLOATS / depth);
        this.transposed = ConvGeometry.pointwise(strip, outs, depth);
    }

    @Override
    public void prepare() {
        float[] biases = bias == null ? new float[outs] : bias.values();
        packed = packed == null ? kernels.pack(geometry, weights.values(), biases) : kernels.repack(packed, weights.values(), biases);
        if (in.wanted()) {
            packedTransposed = kernels.packTransposed(transposed, weights.values(), packedTransposed);
        }
    }

    @Override
    public List<Stage> forward() {
        return List.of(new Stage(in.tensor().size + out.size, out.pixels) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                kernels.convolution(packed, Epilogue.NONE, in.tensor().slice, out.slice, null, lane.space, from * out.pixels, to * out.pixels);
            }

            @Override
            Lane.Need reserve(int images, int chunks) {
                return new Lane.Need(kernels.scratchFloats(geometry, images * out.pixels), 0, 0, 0);
            }
        });
    }

    @Override
    public List<Stage> backward() {
        return List.of(new Back());
    }

    private final class Back extends Stage {
        private final Partials ofWeights = new Partials(weights.values().length);
        private final Partials ofBias = new Partials(outs);

        Back() {
            super(in.tensor().size + out.size, out.pixels);
        }

        @Override
        int mostChunks() {
            return Math.max(2, PARTIAL_FLOATS / weights.values().length);
        }

        @Override
        Lane.Need reserve(int images, int chunks) {
            ofWeights.reserve(chunks);
            ofBias.reserve(bias == null ? 0 : chunks);
            int rows = strip * depth + kernels.lanes();
            return new Lane.Need(kernels.scratchFloats(transposed, strip), in.wanted() ? rows : 0, rows, gradientKernels.outerScratch(outs, depth));
        }

        @Override
        void run(int from, int to, int chunk, Lane lane) {
            Tensor x = in.tensor();
            ofWeights.clear(chunk);
            if (in.wanted() && !in.add()) {
                Arrays.fill(x.gradients, x.image(from), x.image(to), 0f);
            }
            for (int pixel = from * out.pixels, end = to * out.pixels; pixel < end; pixel += strip) {
                int last = Math.min(end, pixel + strip);
                int at = out.at + pixel * outs;
                gradientKernels.gather(geometry, x.values, x.at, lane.rows, 0, pixel, last);
                gradientKernels.outer(out.gradients, at, outs, outs, lane.rows, 0, depth, depth, last - pixel, ofWeights.values, ofWeights.at(chunk), lane.panels);
                if (in.wanted()) {
                    lane.pointer.array = lane.temporary;
                    lane.pointer.offset = -pixel * depth;
                    kernels.pointwise(packedTransposed, Epilogue.NONE, out.gradientSlice, lane.pointer, null, lane.space, pixel, last, 0, depth);
                    gradientKernels.scatter(geometry, lane.temporary, 0, x.gradients, x.at, pixel, last);
                }
            }
            if (bias != null) {
                gradientKernels.sums(out.gradients, out.image(from), (to - from) * out.pixels, outs, ofBias.values, ofBias.at(chunk));
            }
        }

        @Override
        void finish(int chunks) {
            ofWeights.total(chunks, weights.gradient());
            if (bias != null) {
                ofBias.total(chunks, bias.gradient());
            }
        }
    }
}
