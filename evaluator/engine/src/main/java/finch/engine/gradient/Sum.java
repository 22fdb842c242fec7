package finch.engine.gradient;

import finch.engine.kernel.GradientKernels;
import java.util.List;

/** The sum of some tensors of one shape: a residual connection, or a copy of one. */
final class Sum implements Operation {
    private final GradientKernels kernels;
    private final List<Adjoint> in;
    private final Tensor out;

    Sum(Context context, List<Adjoint> in, Tensor out) {
        this.kernels = context.gradientKernels();
        this.in = in;
        this.out = out;
    }

    @Override
    public List<Stage> forward() {
        return List.of(new Stage(3 * out.size, out.pixels) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                int floats = (to - from) * out.size;
                Tensor first = in.getFirst().tensor();
                System.arraycopy(first.values, first.image(from), out.values, out.image(from), floats);
                for (Adjoint next : in.subList(1, in.size())) {
                    kernels.add(next.tensor().values, next.tensor().image(from), out.values, out.image(from), floats);
                }
            }
        });
    }

    @Override
    public List<Stage> backward() {
        return List.of(new Stage(3 * out.size, out.pixels) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                int floats = (to - from) * out.size;
                for (Adjoint each : in) {
                    Tensor x = each.tensor();
                    if (each.wanted() && each.add()) {
                        kernels.add(out.gradients, out.image(from), x.gradients, x.image(from), floats);
                    } else if (each.wanted()) {
                        System.arraycopy(out.gradients, out.image(from), x.gradients, x.image(from), floats);
                    }
                }
            }
        });
    }
}
