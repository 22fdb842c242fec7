package finch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.engine.gradient.Parameter;
import finch.engine.gradient.Parameter.Role;
import finch.engine.gradient.Parameters;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A step that leads nowhere is undone. */
class DivergenceTest {
    private static final Recipe RECIPE = Recipe.usual(1, 0.1, 1).withAverage(0.9);

    private static List<float[]> values(Parameters parameters) {
        return parameters.all().stream().map(p -> p.values().clone()).toList();
    }

    private static void isUndone(Parameters parameters, float[] images, float[] targets, int count, double rate, String message) {
        List<float[]> before = values(parameters);
        try (TrainingStep step = TrainingStep.of(parameters, RECIPE, count, 1)) {
            assertThatThrownBy(() -> step.run(images, targets, count, rate)).isInstanceOf(DivergedException.class)
                    .hasMessageMatching("training has diverged: " + message + " in epoch 1, step 1, at a learning rate of " + rate + "; there is no checkpoint; .*")
                    .extracting(e -> ((DivergedException) e).learningRate()).isEqualTo(rate);
        }
        assertThat(values(parameters)).usingRecursiveComparison().isEqualTo(before);
    }

    private static float[] filled(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void a_loss_that_is_no_number_leaves_running_statistics_alone_too() {
        Network network = Network.of(Bars.network());
        float[] images = filled(2 * network.input().size(), 0.5f);
        images[5] = Float.NaN;
        isUndone(Parameters.initial(network, 1), images, new float[] {1, 0, 0, 0, 1, 0}, 2, 0.1, "the loss is NaN");
    }

    @Test
    void a_variance_beyond_all_numbers_is_met_although_loss_and_gradients_are_finite() {
        Network network = Network.of(Bars.network());
        float[] images = filled(2 * network.input().size(), 1e30f);
        images[5] = -3e38f;
        isUndone(Parameters.initial(network, 1), images, new float[] {1, 0, 0, 0, 1, 0}, 2, 0.1, "a weight or running number is no finite number any more");
    }

    /** Three dense layers whose weights are so large that a gradient of nothing exceeds a float on its way back, while the loss does not. */
    private static Parameters steep() {
        TensorShape two = TensorShape.vector(2);
        Network network = new Network("steep", two, List.of(new Layer.Dense("a", 0, two, two, true, Nonlinearity.HARD_SWISH),
                new Layer.Dense("b", 1, two, two, true, Nonlinearity.HARD_SWISH), new Layer.Dense("c", 2, two, two, true, Nonlinearity.LINEAR)));
        Parameters parameters = Parameters.initial(network, 1);
        for (String layer : List.of("b", "c")) {
            Parameter kernel = parameters.of(layer, Role.KERNEL);
            for (int i = 0; i < 4; i++) {
                // rows differ in sign: what comes back does not cancel
                kernel.values()[i] = i < 2 ? 1e38f : -1e38f;
            }
        }
        return parameters;
    }

    @Test
    void a_gradient_that_is_no_number_moves_nothing() {
        isUndone(steep(), new float[2], new float[] {1, 0}, 1, 0.1, "a gradient is no finite number");
    }

    @Test
    void a_step_out_of_all_numbers_is_taken_back() {
        Network network = Network.of(Bars.network());
        isUndone(Parameters.initial(network, 1), filled(2 * network.input().size(), 0.5f), new float[] {1, 0, 0, 0, 1, 0}, 2, 1e39,
                "a weight or running number is no finite number any more");
    }
}
