package finch.engine.gradient;

import finch.engine.kernel.GradientKernels;
import finch.engine.kernel.Kernels;
import java.util.List;

/** Global average pooling. */
final class Mean implements Operation {
    private final Kernels kernels;
    private final GradientKernels gradientKernels;
    private final Adjoint in;
    private final Tensor out;

    Mean(Context context, Adjoint in, Tensor out) {
        this.kernels = context.kernels();
        this.gradientKernels = context.gradientKernels();
        this.in = in;
        this.out = out;
    }

    @Override
    public List<Stage> forward() {
        return List.of(new Stage(in.tensor().size, in.tensor().pixels) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                Tensor x = in.tensor();
                kernels.globalAverage(x.slice, out.slice, x.pixels, x.channels, from, to, 0, x.channels);
            }
        });
    }

    @Override
    public List<Stage> backward() {
        return List.of(new Stage(in.tensor().size, in.tensor().pixels) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                Tensor x = in.tensor();
                for (int image = from; image < to && in.wanted(); image++) {
                    gradientKernels.spread(out.gradients, out.image(image), 1f / x.pixels, x.gradients, x.image(image), in.add(), x.pixels, x.channels);
                }
            }
        });
    }
}
