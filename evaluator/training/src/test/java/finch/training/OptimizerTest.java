package finch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.engine.gradient.CrossEntropy;
import finch.engine.gradient.Parameter;
import finch.engine.gradient.Parameter.Role;
import finch.engine.gradient.Parameters;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Each rule beside its formula in double. */
class OptimizerTest {
    private static final int STEPS = 6;
    private static final double RATE = 0.03;
    private static final double DECAY = 0.02;

    /** Some steps on f(w) = w⁴/4, whose gradient is w³, from 1.5. */
    private static double run(Optimizer optimizer) {
        float[] w = {1.5f};
        float[][] slots = new float[optimizer.slots()][1];
        for (int slot = 0; slot < slots.length; slot++) {
            Arrays.fill(slots[slot], optimizer.start(slot));
        }
        for (int step = 1; step <= STEPS; step++) {
            optimizer.update(w, new float[] {w[0] * w[0] * w[0]}, slots, RATE, DECAY, step);
        }
        return w[0];
    }

    @Test
    void sgd() {
        for (boolean nesterov : new boolean[] {false, true}) {
            double w = 1.5;
            double v = 0;
            for (int step = 0; step < STEPS; step++) {
                double g = w * w * w + DECAY * w;
                v = 0.9 * v + g;
                w -= RATE * (nesterov ? g + 0.9 * v : v);
            }
            assertThat(run(new Optimizer.Sgd(0.9, nesterov))).isCloseTo(w, within(1e-5));
        }
    }

    @Test
    void rms_prop() {
        double w = 1.5;
        double s = 1;
        double m = 0;
        for (int step = 0; step < STEPS; step++) {
            double g = w * w * w + DECAY * w;
            s = 0.9 * s + 0.1 * g * g;
            m = 0.9 * m + RATE * g / Math.sqrt(s + 0.002);
            w -= m;
        }
        assertThat(run(Optimizer.RmsProp.PAPER)).isCloseTo(w, within(1e-5));
    }

    @Test
    void adam_w() {
        double w = 1.5;
        double m = 0;
        double v = 0;
        for (int step = 1; step <= STEPS; step++) {
            double g = w * w * w;
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            w -= RATE * (m / (1 - Math.pow(0.9, step)) / (Math.sqrt(v / (1 - Math.pow(0.999, step))) + 1e-8) + DECAY * w);
        }
        assertThat(run(Optimizer.AdamW.USUAL)).isCloseTo(w, within(1e-5));
    }

    @Test
    void schedules() {
        Schedule cosine = new Schedule.Cosine(0.4, 0.1, 10);
        assertThat(List.of(cosine.at(0), cosine.at(5), cosine.at(10), cosine.at(20))).usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1)
                .containsExactly(0.4, 0.25, 0.1, 0.1);
        Schedule steps = new Schedule.Exponential(1, 0.5, 2);
        assertThat(List.of(steps.at(0), steps.at(1.99), steps.at(2), steps.at(7))).containsExactly(1.0, 1.0, 0.5, 0.125);
        Schedule warm = new Schedule.WarmUp(2, cosine);
        assertThat(warm.at(0)).isZero();
        assertThat(warm.at(1)).isCloseTo(cosine.at(2) / 2, within(1e-12));
        assertThat(warm.at(3)).isEqualTo(cosine.at(3));
        assertThatThrownBy(() -> new Schedule.Cosine(0.1, 0.2, 3)).hasMessage("last rate must be between 0 and the initial rate 0.1, not 0.2");
        assertThatThrownBy(() -> new Optimizer.Sgd(1, true)).hasMessage("momentum must be at least 0 and below 1, not 1.0");
        assertThatThrownBy(() -> Recipe.usual(1, 0.1, 1).withDropout(1)).hasMessage("dropout must be at least 0 and below 1, not 1.0");
        assertThatThrownBy(() -> Recipe.usual(0, 0.1, 1)).hasMessage("epochs must be positive, not 0.0");
    }

    @Test
    void only_kernels_decay_unless_all_shall() {
        for (boolean all : new boolean[] {false, true}) {
            Parameters parameters = Parameters.initial(Network.of(Bars.network()), 1);
            Parameter kernel = parameters.of("stem", Role.KERNEL);
            Parameter gamma = parameters.of("stem", Role.GAMMA);
            Parameter bias = parameters.of("classifier", Role.BIAS);
            Arrays.fill(bias.values(), 1f);
            float[] before = kernel.values().clone();
            // no gradients: what moves, decays
            new TrainingState(parameters, Recipe.usual(1, 1, 1).withOptimizer(new Optimizer.Sgd(0, false)).withWeightDecay(0.25, all), 1).update(0.5);
            assertThat(kernel.values()[3]).isEqualTo(before[3] * 0.875f);
            assertThat(gamma.values()[0]).isEqualTo(all ? 0.875f : 1f);
            assertThat(bias.values()[0]).isEqualTo(all ? 0.875f : 1f);
        }
    }

    @Test
    void gradients_are_clipped_by_their_common_norm_and_averages_follow() {
        Parameters parameters = Parameters.initial(Network.of(Bars.network()), 1);
        Parameter gamma = parameters.of("stem", Role.GAMMA);
        gamma.gradient()[0] = 30;
        gamma.gradient()[1] = -40;
        Recipe recipe = Recipe.usual(1, 1, 1).withOptimizer(new Optimizer.Sgd(0, false)).withWeightDecay(0, false).withClip(5).withAverage(0.5);
        TrainingState state = new TrainingState(parameters, recipe, 2);
        assertThat(state.gradientNorm()).isEqualTo(50);
        state.update(0.1);
        assertThat(gamma.values()[0]).isCloseTo(1 - 0.3f, within(1e-6f));
        assertThat(gamma.values()[1]).isCloseTo(1 + 0.4f, within(1e-6f));
        // (1 + 1)/(10 + 1) of the average is kept in the first step
        assertThat(state.result().of("stem", Role.GAMMA).values()[0]).isCloseTo(1 - 0.3f * 9 / 11, within(1e-6f));
    }

    @Test
    void a_teacher_s_part_of_the_gradient_is_that_of_its_part_of_the_loss() {
        SplittableRandom random = new SplittableRandom(4);
        float[] logits = new float[12];
        float[] taught = new float[12];
        for (int i = 0; i < 12; i++) {
            logits[i] = (float) random.nextDouble(-2, 2);
            taught[i] = (float) random.nextDouble(-2, 2);
        }
        int[] labels = {0, 3, 2};
        Distillation distillation = new Distillation((_, _) -> taught.clone(), 0.6, 3);
        float[] gradient = new float[12];
        joined(distillation, logits, labels, gradient);
        for (int i = 0; i < 12; i++) {
            float[] above = logits.clone();
            float[] below = logits.clone();
            above[i] += 0.01f;
            below[i] -= 0.01f;
            double slope = (joined(distillation, above, labels, new float[12]) - joined(distillation, below, labels, new float[12])) / ((double) above[i] - below[i]);
            assertThat((double) gradient[i]).isCloseTo(slope, within(2e-5));
        }
    }

    @Test
    void a_teacher_s_answer_is_looked_at_and_not_written_to() {
        float[] said = {1, 2, 3, 4};
        float[] before = said.clone();
        joined(new Distillation((_, _) -> said, 0.5, 2), 1, 4);
        assertThat(said).isEqualTo(before);
        assertThatThrownBy(() -> joined(new Distillation((_, _) -> said, 0.5, 2), 1, 3)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the teacher gives 4 logits for 1 images of 3 classes, where 3 are wanted; it must be trained on the same classes");
        assertThatThrownBy(() -> joined(new Distillation((_, _) -> new float[] {0, 0, 0, Float.NaN}, 0.5, 2), 2, 2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the teacher's logit of class 1 is NaN for image 1 of a batch");
    }

    private static double joined(Distillation distillation, int count, int classes) {
        return distillation.join(1, new float[0], new float[count * classes], count, classes, new float[count * classes]);
    }

    private static double joined(Distillation distillation, float[] logits, int[] labels, float[] gradient) {
        double loss = new CrossEntropy(0.1).of(logits, labels, 3, 4, gradient);
        return distillation.join(loss, new float[0], logits, 3, 4, gradient);
    }
}
