package finch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.data.Augmentation;
import finch.data.BatchPlan;
import finch.data.Batches;
import finch.data.Normalisation;
import finch.engine.gradient.Parameter.Role;
import finch.engine.gradient.Parameters;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final Normalisation GREY = Normalisation.of(1, 0.3, 0.3);
    private static final Network NETWORK = Network.of(Bars.network());

    private static Evaluation evaluate(Network network, Parameters parameters, BatchPlan plan, int batch) {
        return Evaluation.of(network, parameters.weights(), new Batches(new Bars(30, 1), plan, 0), batch, 1);
    }

    private static BatchPlan plain(int size) {
        return BatchPlan.plain(size, NETWORK.input(), GREY);
    }

    @Test
    void outputs_that_are_all_the_same_are_not_all_right() {
        Parameters parameters = Parameters.initial(NETWORK, 1);
        Arrays.fill(parameters.of("classifier", Role.KERNEL).values(), 0f);

        Evaluation evaluation = evaluate(NETWORK, parameters, plain(8), 8);

        assertThat(evaluation.top1()).isEqualTo(1 / 3.0);
        assertThat(evaluation.loss()).isCloseTo(Math.log(3), within(1e-6));
        // of seven equal ones the first five are the largest five
        float[] equal = new float[7];
        for (int i = 0; i < 7; i++) {
            assertThat(Evaluation.rank(equal, 0, 7, i)).isEqualTo(i);
        }
        assertThat(Evaluation.rank(new float[] {9, 9, 1, 2, 3, 2}, 2, 4, 3)).isEqualTo(2);
    }

    @Test
    void outputs_that_are_no_numbers_are_refused() {
        Parameters parameters = Parameters.initial(NETWORK, 1);
        Arrays.fill(parameters.of("classifier", Role.KERNEL).values(), 3e38f);
        Arrays.fill(parameters.of("head.hidden", Role.BIAS).values(), 100f);

        assertThatThrownBy(() -> evaluate(NETWORK, parameters, plain(8), 8)).isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("network bars gives (NaN|-?Infinity) for class 0 of an image; its weights are of no use");
    }

    @Test
    void batches_that_do_not_fit_leave_out_or_change_images_are_refused() {
        Parameters parameters = Parameters.initial(NETWORK, 1);
        assertThatThrownBy(() -> evaluate(NETWORK, parameters, plain(9), 8)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the batches have up to 9 images, more than the 8 that were said");
        Network other = new Network("other", NETWORK.input(), List.of(new Layer.Dense("a", 0, NETWORK.input(), TensorShape.vector(4), true, Nonlinearity.LINEAR)));
        assertThatThrownBy(() -> evaluate(other, Parameters.initial(other, 1), plain(8), 8)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the images have 3 classes, and network other has 4 outputs");
        for (BatchPlan plan : List.of(BatchPlan.training(8, NETWORK.input(), GREY, List.of(), 0, 1),
                new BatchPlan(8, NETWORK.input(), GREY, List.of(new Augmentation.Flip()), 0, false, false, 1),
                new BatchPlan(8, NETWORK.input(), GREY, List.of(), 0.2, false, false, 1))) {
            assertThatThrownBy(() -> evaluate(NETWORK, parameters, plan, 8)).isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("maybe use BatchPlan.plain");
        }
        assertThat(evaluate(NETWORK, parameters, plain(8), 10).images()).isEqualTo(30);
    }
}
