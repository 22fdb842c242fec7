package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.ToyServices;
import finch.search.ToySpace;
import finch.space.Genome;
import finch.space.format.SourceReader;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class ReachableRangeTest {
    private static final Map<String, ToDoubleFunction<Network>> QUANTITIES = Map.of("macs", Network::macs, "params", Network::params,
            "weight bytes", Network::weightBytes, "peak memory", Network::peakActivationBytes, "latency", ToyServices::micros);

    @Test
    void a_small_space_is_enumerated() {
        ToySpace space = new ToySpace(2);
        ReachableRange range = ReachableRange.of(space, g -> Network.of(space.decode(g)).macs(), List.of());
        DoubleSummaryStatistics truth = space.all().stream().mapToDouble(g -> Network.of(space.decode(g)).macs()).summaryStatistics();

        assertThat(range.exact()).isTrue();
        assertThat(range.min()).isEqualTo(truth.getMin());
        assertThat(range.max()).isEqualTo(truth.getMax());
        assertThat((double) Network.of(space.decode(range.cheapest())).macs()).isEqualTo(range.min());
        assertThat((double) Network.of(space.decode(range.dearest())).macs()).isEqualTo(range.max());
    }

    @Test
    void a_searched_range_has_the_ends_that_enumeration_finds() {
        StagedSpace macro = SpaceFormat.named("nas-bench-macro");
        StagedSpace small = SpaceFormat.of(SourceReader.parse("frozen.yaml", """
                base: mobilenetv3-small
                freeze:
                  resolution: [160, 224]
                  "*kernel": [3, 5]
                  "*expand": [2, 4.5]
                  "*squeeze": none
                  "*activation": relu
                  "stage2*depth": 1
                  "stage3*depth": 2
                  "stage4*depth": [1, 2]
                  "stage5*depth": 2
                """));
        for (StagedSpace space : List.of(macro, small)) {
            List<Network> all = space.canonicalGenomes().map(space::decode).map(Network::of).toList();
            assertThat(all).hasSizeGreaterThan(3000).hasSize(space.size().intValueExact());
            QUANTITIES.forEach((name, quantity) -> {
                ReachableRange range = ReachableRange.of(space, g -> quantity.applyAsDouble(Network.of(space.decode(g))), List.of(space.smallest(), space.largest()));
                DoubleSummaryStatistics truth = all.stream().mapToDouble(quantity).summaryStatistics();

                assertThat(range.exact()).as("%s %s", space.name(), name).isFalse();
                assertThat(range.min()).as("%s %s", space.name(), name).isEqualTo(truth.getMin());
                assertThat(range.max()).as("%s %s", space.name(), name).isEqualTo(truth.getMax());
            });
        }
    }

    @Test
    void genomes_without_a_value_are_passed_over() {
        ToySpace space = new ToySpace(8);
        ToDoubleFunction<Genome> patchy = g -> g.choice(3) == 1 ? Double.NaN : Network.of(space.decode(g)).macs();

        assertThat(ReachableRange.of(space, patchy, List.of()).min()).isEqualTo(Network.of(space.decode(Genome.of(new int[18]))).macs());
        assertThatThrownBy(() -> ReachableRange.of(space, g -> Double.NaN, List.of())).isInstanceOf(IllegalStateException.class);
    }
}
