package finch.training;

/**
 * How a gradient moves a weight. Each keeps up to two running numbers for every weight; all arithmetic is in float, element by element.
 */
public sealed interface Optimizer {
    /** Running numbers of each weight. */
    int slots();

    /** What the running numbers of a slot start from. */
    default float start(int slot) {
        return 0;
    }

    /**
     * Moves the weights by one step.
     *
     * @param w     weights
     * @param g     their gradient
     * @param slots running numbers, arrays as long as w
     * @param rate  learning rate
     * @param decay weight decay; 0 where none is wanted
     * @param step  number of the step, from 1
     */
    void update(float[] w, float[] g, float[][] slots, double rate, double decay, long step);

    /**
     * Stochastic gradient descent: v = momentum·v + g, w −= rate·(g + momentum·v) with Nesterov's momentum, rate·v without
     * (Sutskever et al. 2013, in the form of Bengio et al. 2012, arXiv 1212.0901). Decay is added to the gradient.
     */
    record Sgd(double momentum, boolean nesterov) implements Optimizer {
        public Sgd {
            share("momentum", momentum);
        }

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public void update(float[] w, float[] g, float[][] slots, double rate, double decay, long step) {
            float[] v = slots[0];
            float m = (float) momentum, d = (float) decay, r = (float) rate;
            // w −= r·(a·g + b·v)
            float a = nesterov ? r : 0, b = nesterov ? r * m : r;
            for (int i = 0; i < w.length; i++) {
                float slope = g[i] + d * w[i];
                float next = m * v[i] + slope;
                v[i] = next;
                w[i] -= a * slope + b * next;
            }
        }
    }

    /**
     * RMSProp with momentum, as the MobileNetV3 paper trains (arXiv 1905.02244, section 6.1: decay and momentum 0.9): s = decay·s + (1 − decay)·g²,
     * m = momentum·m + rate·g/√(s + epsilon), w −= m. As in TensorFlow, s starts at 1 and epsilon is under the root. Weight decay is added to
     * the gradient.
     */
    record RmsProp(double decay, double momentum, double epsilon) implements Optimizer {
        /** Decay and momentum 0.9, epsilon 0.002. */
        public static final RmsProp PAPER = new RmsProp(0.9, 0.9, 0.002);

        public RmsProp {
            share("decay", decay);
            share("momentum", momentum);
            positive("epsilon", epsilon);
        }

        @Override
        public int slots() {
            return 2;
        }

        @Override
        public float start(int slot) {
            return slot == 0 ? 1 : 0;
        }

        @Override
        public void update(float[] w, float[] g, float[][] slots, double rate, double weightDecay, long step) {
            float[] s = slots[0];
            float[] m = slots[1];
            float keep = (float) decay, rest = (float) (1 - decay), mo = (float) momentum, e = (float) epsilon, d = (float) weightDecay, r = (float) rate;
            for (int i = 0; i < w.length; i++) {
                float slope = g[i] + d * w[i];
                float square = keep * s[i] + rest * slope * slope;
                float move = mo * m[i] + r * slope / (float) Math.sqrt(square + e);
                s[i] = square;
                m[i] = move;
                w[i] -= move;
            }
        }
    }

    /** Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2): w −= rate·(m̂/(√v̂ + epsilon) + decay·w). */
    record AdamW(double beta1, double beta2, double epsilon) implements Optimizer {
        /** 0.9, 0.999, 1e-8. */
        public static final AdamW USUAL = new AdamW(0.9, 0.999, 1e-8);

        public AdamW {
            share("beta1", beta1);
            share("beta2", beta2);
            positive("epsilon", epsilon);
        }

        @Override
        public int slots() {
            return 2;
        }

        @Override
        public void update(float[] w, float[] g, float[][] slots, double rate, double decay, long step) {
            float[] m = slots[0];
            float[] v = slots[1];
            float b1 = (float) beta1, c1 = (float) (1 - beta1), b2 = (float) beta2, c2 = (float) (1 - beta2), e = (float) epsilon;
            float unbiased1 = (float) (rate / (1 - Math.pow(beta1, step)));
            float unbiased2 = (float) (1 / (1 - Math.pow(beta2, step)));
            float kept = (float) (1 - rate * decay);
            for (int i = 0; i < w.length; i++) {
                float slope = g[i];
                float mean = b1 * m[i] + c1 * slope;
                float square = b2 * v[i] + c2 * slope * slope;
                m[i] = mean;
                v[i] = square;
                w[i] = w[i] * kept - unbiased1 * mean / ((float) Math.sqrt(square * unbiased2) + e);
            }
        }
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be at least 0 and below 1, not " + value);
        }
    }

    private static void positive(String name, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}
