package finch.training.supernet;

import java.util.Arrays;

/** One array of weights that all networks of a space share, and its gradient, to which each network adds. */
final class SharedTensor {
    /** What the numbers are, and so whether weight decay is meant for them. */
    enum Role { KERNEL, TRANSFORM, BIAS, GAMMA, BETA }

    final String name;
    final Role role;
    final float[] values;
    final float[] gradient;

    SharedTensor(String name, Role role, int length) {
        this.name = name;
        this.role = role;
        this.values = new float[length];
        this.gradient = new float[length];
    }

    static SharedTensor filled(String name, Role role, int length, float value) {
        SharedTensor tensor = new SharedTensor(name, role, length);
        Arrays.fill(tensor.values, value);
        return tensor;
    }

    /** The first numbers. */
    float[] first(int length) {
        return Arrays.copyOf(values, length);
    }

    void addToFirst(float[] slope) {
        for (int i = 0; i < slope.length; i++) {
            gradient[i] += slope[i];
        }
    }

    @Override
    public String toString() {
        return name + "[" + values.length + "]";
    }
}
