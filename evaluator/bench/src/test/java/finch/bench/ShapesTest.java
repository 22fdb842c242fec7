package finch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.engine.Plan;
import finch.engine.Weights;
import finch.engine.kernel.KernelSet;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ShapesTest {
    private static final List<Network> NETWORKS = BenchmarkNetworks.NAMES.stream().map(BenchmarkNetworks::lowered).toList();

    @Test
    void the_work_of_a_network_has_its_multiply_adds() {
        for (Network network : NETWORKS) {
            assertThat(Work.of(network).stream().mapToLong(work -> work.shape().macs()).sum()).as(network.name()).isEqualTo(network.macs());
        }
    }

    @Test
    void weights_are_those_of_the_network_with_a_bias_instead_of_each_normalisation() {
        for (Network network : NETWORKS) {
            long folded = network.params() - network.layers().stream().mapToLong(Layer::batchNormChannels).sum();
            assertThat(Work.of(network).stream().mapToLong(work -> work.shape().weightBytes()).sum()).as(network.name()).isEqualTo(4 * folded);
        }
    }

    @Test
    void each_step_of_a_plan_has_its_work() {
        Network network = BenchmarkNetworks.lowered("mobilenetv3-small");
        Plan plan = Plan.compile(network, Weights.seeded(network, 1));
        List<StepWork> steps = StepWork.of(plan.stepNames(), Work.of(network));
        assertThat(steps).hasSameSizeAs(plan.stepNames());
        assertThat(steps.stream().mapToLong(StepWork::macs).sum()).isEqualTo(network.macs());
    }

    @Test
    void residual_sums_and_their_nonlinearities_belong_to_the_product_before() {
        List<Work> works = Work.of(BenchmarkNetworks.lowered("mobilenetv2"));
        assertThat(works).noneMatch(work -> work.shape().op() == KernelShape.Op.ADD);
        assertThat(works.stream().filter(work -> work.shape().residual()).map(Work::role)).hasSize(10).containsOnly("project 1x1");
    }

    @Test
    void each_shape_is_listed_once_with_all_its_uses() {
        List<Shapes.Use> uses = Shapes.of(NETWORKS);
        assertThat(uses.stream().map(Shapes.Use::shape)).doesNotHaveDuplicates();
        for (Network network : NETWORKS) {
            long macs = uses.stream().mapToLong(use -> use.uses().getOrDefault(network.name(), 0) * use.shape().macs()).sum();
            assertThat(macs).as(network.name()).isEqualTo(network.macs());
        }
    }

    @Test
    void a_shape_reads_its_own_text() {
        for (Shapes.Use use : Shapes.of(NETWORKS)) {
            assertThat(KernelShape.parse(use.shape().text())).isEqualTo(use.shape());
        }
        assertThatThrownBy(() -> KernelShape.parse("depthwise 112x112x64")).hasMessageContaining("depthwise 112x112x64 56x56x64 k3 s2 p0:0 relu");
    }

    @Test
    void costs_are_counted_by_hand() {
        KernelShape depthwise = KernelShape.parse("depthwise 5x5x8 3x3x8 k3 s2 p1:1 relu");
        assertThat(depthwise.macs()).isEqualTo(9 * 8 * 9);
        assertThat(depthwise.bytes()).isEqualTo(4 * (5 * 5 * 8 + 9 * 8 + 8 + 3 * 3 * 8));
        KernelShape project = KernelShape.parse("pointwise 5x5x8 5x5x4 k1 s1 p0:0 linear+residual");
        assertThat(project.macs()).isEqualTo(25 * 8 * 4);
        assertThat(project.bytes()).isEqualTo(4 * (25 * 8 + 8 * 4 + 4 + 2 * 25 * 4));
        KernelShape scale = KernelShape.parse("scale 5x5x8 5x5x8 k1 s1 p0:0 linear");
        assertThat(scale.macs()).isZero();
        assertThat(scale.bytes()).isEqualTo(4 * (2 * 25 * 8 + 8));
    }

    @Test
    void no_role_is_left_out_of_the_dearest() {
        List<Shapes.Use> uses = Shapes.of(NETWORKS);
        List<Shapes.Use> dearest = Shapes.dearest(uses, 1);
        assertThat(dearest.stream().map(Shapes.Use::role)).doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(uses.stream().map(Shapes.Use::role).collect(Collectors.toSet()));
        assertThat(Shapes.dearest(uses, uses.size())).hasSameSizeAs(uses);
    }

    @Test
    void every_kind_of_call_computes_the_same_with_both_kernel_sets() {
        for (String text : List.of("conv 9x9x3 5x5x20 k3 s2 p1:1 hard-swish", "pointwise 5x5x24 5x5x40 k1 s1 p0:0 linear+residual",
                "depthwise 7x7x24 4x4x24 k5 s2 p2:2 clip:0.0:6.0", "dense 1x1x40 1x1x30 k1 s1 p0:0 hard-sigmoid:0.16666667:0.5",
                "mean 7x7x24 1x1x24 k1 s1 p0:0 linear", "scale 5x5x24 5x5x24 k1 s1 p0:0 linear", "add 5x5x24 5x5x24 k1 s1 p0:0 linear",
                "pointwise 1x1x24 1x1x8 k1 s1 p0:0 swish", "pointwise 1x1x8 1x1x24 k1 s1 p0:0 sigmoid")) {
            KernelShape shape = KernelShape.parse(text);
            float[] expected = new KernelCall(shape, KernelSet.SCALAR.kernels(), 7).run();
            assertThat(expected).as(text).isNotEqualTo(new float[expected.length]);
            Answers.compare(new KernelCall(shape, KernelSet.VECTOR.kernels(), 7).run(), expected, 1e-5);
        }
    }
}
