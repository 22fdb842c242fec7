package finch.engine.gradient;

import java.util.Arrays;

/** Sums of one kind, each chunk's apart, added in the order of the chunks: so they depend on no thread. */
final class Partials {
    final int length;
    float[] values = new float[0];

    Partials(int length) {
        this.length = length;
    }

    void reserve(int chunks) {
        if (values.length < chunks * length) {
            values = new float[Math.multiplyExact(chunks, length)];
        }
    }

    int at(int chunk) {
        return chunk * length;
    }

    void clear(int chunk) {
        Arrays.fill(values, at(chunk), at(chunk + 1), 0f);
    }

    /** Sets {@code target} to the sum over chunks. */
    void total(int chunks, float[] target) {
        System.arraycopy(values, 0, target, 0, length);
        for (int chunk = 1; chunk < chunks; chunk++) {
            int at = at(chunk);
            for (int i = 0; i < length; i++) {
                target[i] += values[at + i];
            }
        }
    }

    /** The sum over chunks of one entry. */
    double total(int chunks, int entry) {
        double sum = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
            sum += values[at(chunk) + entry];
        }
        return sum;
    }
}
