package finch.engine.gradient;

import java.util.List;

/**
 * Drops entries with a probability and divides the others by what is left (Srivastava et al. 2014). Which ones follows from the pass's seed, the layer,
 * the image's place in the batch and the entry alone, so the way back draws the same again, on any number of threads.
 */
final class Dropout implements Operation {
    private final State state;
    private final double rate;
    private final int layer;
    private final Adjoint in;
    private final Tensor out;

    /** @param layer number of the layer whose inputs are dropped */
    Dropout(Context context, double rate, int layer, Adjoint in, Tensor out) {
        this.state = context.state();
        this.rate = rate;
        this.layer = layer;
        this.in = in;
        this.out = out;
    }

    @Override
    public List<Stage> forward() {
        return List.of(new Stage(2 * out.size, out.pixels) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                drop(from, to, in.tensor().values, out.values, false);
            }
        });
    }

    @Override
    public List<Stage> backward() {
        return List.of(new Stage(2 * out.size, out.pixels) {
            @Override
            void run(int from, int to, int chunk, Lane lane) {
                if (in.wanted()) {
                    drop(from, to, out.gradients, in.tensor().gradients, in.add());
                }
            }
        });
    }

    private void drop(int from, int to, float[] source, float[] target, boolean add) {
        boolean drops = state.mode == Mode.TRAINING;
        float kept = drops ? (float) (1 / (1 - rate)) : 1f;
        for (int image = from; image < to; image++) {
            long key = Seeds.of(state.seed, layer, image);
            // tensors of one shape start at the same place
            for (int i = 0, at = out.image(image); i < out.size; i++, at++) {
                boolean dropped = drops && (Seeds.mix(key + i * Seeds.GOLDEN) >>> 11) * 0x1p-53 < rate;
                float value = dropped ? 0f : source[at] * kept;
                target[at] = add ? target[at] + value : value;
            }
        }
    }
}
