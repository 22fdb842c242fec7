package finch.engine.gradient;

import java.util.List;

/**
 * Drops entries with a probability and divides the others by what is left (Srivastava et al. 2014). Which ones follows from seed, image and entry
 * alone, so the way back draws the same again.
 */
final class Dropout implements Operation {
    private final State state;
    private final double rate;
    private final Adjoint in;
    private final Tensor out;

    Dropout(Context context, double rate, Adjoint in, Tensor out) {
        this.state = context.state();
        this.rate = rate;
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
            long key = mix(state.seed + image * 0x9E3779B97F4A7C15L);
            // tensors of one shape start at the same place
            for (int i = 0, at = out.image(image); i < out.size; i++, at++) {
                boolean dropped = drops && (mix(key + i * 0x9E3779B97F4A7C15L) >>> 11) * 0x1p-53 < rate;
                float value = dropped ? 0f : source[at] * kept;
                target[at] = add ? target[at] + value : value;
            }
        }
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
