package finch.engine.gradient;

import java.util.Locale;

/**
 * One array of a layer's parameters and, where it is trained, its gradient. The arrays stay the same for the life of the
 * {@link Parameters}: write values between passes, read gradients after {@link GradientPass#backward}.
 */
public final class Parameter {
    /** What the numbers are. */
    public enum Role {
        /** Weights, laid out as in {@link finch.engine.Weights}. */
        KERNEL(true),
        BIAS(true),
        /** Factor of a batch normalisation, per channel. */
        GAMMA(true),
        /** Shift of a batch normalisation, per channel. */
        BETA(true),
        /** Moving average of batch means; it has no gradient. */
        RUNNING_MEAN(false),
        /** Moving average of unbiased batch variances; it has no gradient. */
        RUNNING_VARIANCE(false);

        private final boolean trained;

        Role(boolean trained) {
            this.trained = trained;
        }

        /** Whether a gradient moves it. */
        public boolean trained() {
            return trained;
        }
    }

    private final String layer;
    private final Role role;
    private final float[] values;
    private final float[] gradient;

    Parameter(String layer, Role role, float[] values) {
        this.layer = layer;
        this.role = role;
        this.values = values;
        this.gradient = new float[role.trained() ? values.length : 0];
    }

    /** Name of the layer, as in the network. */
    public String layer() {
        return layer;
    }

    public Role role() {
        return role;
    }

    /** Layer and role, e.g. {@code block1.expand.running-mean}. */
    public String name() {
        return layer + "." + role.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The numbers themselves, not a copy. */
    public float[] values() {
        return values;
    }

    /** dLoss/dvalues of the last backward pass, not a copy; empty where nothing is trained. */
    public float[] gradient() {
        return gradient;
    }

    @Override
    public String toString() {
        return name() + "[" + values.length + "]";
    }
}
