package finch.engine.gradient;

import finch.engine.kernel.GradientKernels;
import finch.engine.kernel.Kernels;
import java.util.List;

/** Every channel times its entry of a vector: the product of squeeze-excite. */
final class Gating implements Operation {
    private final Kernels kernels;
    private final GradientKernels gradientKernels;
    private final Adjoint in;
    private final Adjoint gate;
    private final Tensor out;

    Gating(Context context, Adjoint in, Adjoint gate, Tensor out) {
        this.kernels = context.kernels();
        this.gradientKernels = context.gradientKernels();
        this.in = in;
        this.gate = gate;
        this.out = out;
    }

    @Override
    public List<Stage> forward() {
        return List.of(new Stage(2 * out.size, out.pixels) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                kernels.scale(in.tensor().slice, gate.tensor().slice, out.slice, out.pixels, out.channels, from * out.pixels, to * out.pixels);
            }
        });
    }

    @Override
    public List<Stage> backward() {
        return List.of(new Stage(3 * out.size, out.pixels) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                Tensor x = in.tensor();
                Tensor v = gate.tensor();
                for (int image = from; image < to; image++) {
                    if (gate.wanted()) {
                        gradientKernels.products(out.gradients, out.image(image), x.values, x.image(image), gate.add(), out.pixels, out.channels, v.gradients, v.image(image));
                    }
                    if (in.wanted()) {
                        gradientKernels.multiply(out.gradients, out.image(image), v.values, v.image(image), x.gradients, x.image(image), in.add(), out.pixels, out.channels);
                    }
                }
            }
        });
    }
}
