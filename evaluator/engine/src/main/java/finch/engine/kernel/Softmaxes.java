package finch.engine.kernel;

/** Softmax with the maximum subtracted first, sums in double; shared by the kernel sets. */
final class Softmaxes {
    private Softmaxes() {}

    static void run(Slice x, Slice y, int axis, int inner, int from, int to) {
        for (int outer = from; outer < to; outer++) {
            for (int i = 0; i < inner; i++) {
                int xAt = x.offset + outer * axis * inner + i;
                int yAt = y.offset + outer * axis * inner + i;
                float max = Float.NEGATIVE_INFINITY;
                for (int a = 0; a < axis; a++) {
                    max = Math.max(max, x.array[xAt + a * inner]);
                }
                double sum = 0;
                for (int a = 0; a < axis; a++) {
                    float e = (float) Math.exp((double) x.array[xAt + a * inner] - max);
                    y.array[yAt + a * inner] = e;
                    sum += e;
                }
                for (int a = 0; a < axis; a++) {
                    y.array[yAt + a * inner] = (float) (y.array[yAt + a * inner] / sum);
                }
            }
        }
    }
}
