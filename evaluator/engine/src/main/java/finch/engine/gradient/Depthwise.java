package finch.engine.gradient;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Epilogue;
import finch.engine.kernel.GradientKernels;
import finch.engine.kernel.Kernels;
import finch.engine.kernel.PackedWeights;
import java.util.List;

/** A depthwise convolution. */
final class Depthwise implements Operation {
    private final Kernels kernels;
    private final GradientKernels gradientKernels;
    private final ConvGeometry geometry;
    private final Parameter weights;
    private final Parameter bias;
    private final Adjoint in;
    private final Tensor out;
    private final int channels;
    private final float[] zeros;
    /** [tap][channel]. */
    private final float[] byTap;
    /** Where steps are single and nothing is added, the way to the input is a convolution too, with the window turned round. */
    private final ConvGeometry turned;
    private PackedWeights packed;
    private PackedWeights packedTurned;

    Depthwise(Context context, ConvGeometry geometry, Parameter weights, Parameter bias, Adjoint in, Tensor out) {
        this.kernels = context.kernels();
        this.gradientKernels = context.gradientKernels();
        this.geometry = geometry;
        this.weights = weights;
        this.bias = bias;
        this.in = in;
        this.out = out;
        this.channels = geometry.inChannels();
        this.zeros = new float[channels];
        this.byTap = new float[weights.values().length];
        this.turned = geometry.strideHeight() == 1 && geometry.strideWidth() == 1 && in.wanted() && !in.add() ? turned(geometry) : null;
    }

    private static ConvGeometry turned(ConvGeometry g) {
        return new ConvGeometry(g.outHeight(), g.outWidth(), g.inChannels(), g.inHeight(), g.inWidth(), g.inChannels(), g.kernelHeight(), g.kernelWidth(), 1, 1,
                (g.kernelHeight() - 1) * g.dilationHeight() - g.top(), (g.kernelWidth() - 1) * g.dilationWidth() - g.left(),
                g.dilationHeight(), g.dilationWidth(), g.groups());
    }

    @Override
    public void prepare() {
        packed = kernels.pack(geometry, weights.values(), bias == null ? zeros : bias.values());
        Transposes.to(weights.values(), channels, geometry.taps(), byTap);
        if (turned != null) {
            packedTurned = kernels.pack(turned, reversed(weights.values(), geometry.taps()), zeros);
        }
    }

    /** Each row of this length from its end. */
    private static float[] reversed(float[] values, int length) {
        float[] reversed = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            reversed[i] = values[i - i % length + length - 1 - i % length];
        }
        return reversed;
    }

    @Override
    public List<Stage> forward() {
        return List.of(new Stage(in.tensor().size + out.size, out.pixels) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                kernels.depthwise(packed, Epilogue.NONE, in.tensor().slice, geometry.inHeight(), 0, out.slice, null, lane.space,
                        from * geometry.outHeight(), to * geometry.outHeight(), 0, channels);
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
        private final Partials ofBias = new Partials(channels);
        private final float[] total = new float[weights.values().length];

        Back() {
            super(in.tensor().size + out.size, out.pixels);
        }

        @Override
        Lane.Need reserve(int images, int chunks) {
            ofWeights.reserve(chunks);
            ofBias.reserve(bias == null ? 0 : chunks);
            return turned == null ? Lane.Need.NONE : new Lane.Need(kernels.scratchFloats(turned, images * turned.outPixels()), 0, 0, 0);
        }

        @Override
        void run(int from, int to, int chunk, Lane lane) {
            Tensor x = in.tensor();
            if (turned != null) {
                kernels.depthwise(packedTurned, Epilogue.NONE, out.gradientSlice, turned.inHeight(), 0, x.gradientSlice, null, lane.space,
                        from * turned.outHeight(), to * turned.outHeight(), 0, channels);
            } else if (in.wanted()) {
                gradientKernels.depthwiseInput(geometry, byTap, out.gradients, out.image(from), x.gradients, x.image(from), in.add(), to - from);
            }
            gradientKernels.depthwiseWeights(geometry, x.values, x.image(from), out.gradients, out.image(from), to - from, ofWeights.values, ofWeights.at(chunk));
            if (bias != null) {
                gradientKernels.sums(out.gradients, out.image(from), (to - from) * out.pixels, channels, ofBias.values, ofBias.at(chunk));
            }
        }

        @Override
        void finish(int chunks) {
            ofWeights.total(chunks, total);
            Transposes.to(total, geometry.taps(), channels, weights.gradient());
            if (bias != null) {
                ofBias.total(chunks, bias.gradient());
            }
        }
    }
}
