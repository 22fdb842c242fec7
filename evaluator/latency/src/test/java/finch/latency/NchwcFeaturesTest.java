package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Head;
import finch.space.Padding;
import finch.space.Stem;
import finch.space.network.Network;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NchwcFeaturesTest {
    private static final String WIDE = "CPUExecutionProvider-nchw16c";
    private static final String NARROW = "CPUExecutionProvider-nchw8c";

    /** A stem of 16 with stride 2, and a block of a 5x5 kernel. */
    private static Map<String, Double> amounts(String kernelSet, int side, int expanded) {
        Block block = new Block.InvertedResidual(Extent.square(5), Extent.square(1), expanded, 16, Optional.empty(), Activation.HARD_SWISH, false, true);
        Network network = Network.of(new Architecture("", Extent.square(side), 3, 10, Padding.SYMMETRIC,
                new Stem(16, Extent.square(3), Extent.square(2), Activation.RELU), List.of(block), Head.plain()));
        double[] amounts = NchwcFeatures.of(kernelSet).of(network);
        Map<String, Double> byName = new TreeMap<>();
        for (int i = 0; i < amounts.length; i++) {
            byName.put(NchwcFeatures.names().get(i), amounts[i]);
        }
        return byName;
    }

    @Test
    void names_are_unique() {
        assertThat(new HashSet<>(NchwcFeatures.names())).hasSameSizeAs(NchwcFeatures.names());
    }

    @Test
    void a_kernel_set_tells_whether_it_works_so() {
        assertThat(Features.current(WIDE).version()).isEqualTo(NchwcFeatures.VERSION);
        assertThat(Features.current("vector-512").version()).isEqualTo(LatencyFeatures.VERSION);
        // of profiles made before kernel sets told it
        assertThat(Features.current("CPUExecutionProvider").version()).isEqualTo(LatencyFeatures.VERSION);
        assertThat(Features.of(NchwcFeatures.VERSION, WIDE).quantities()).isEqualTo(NchwcFeatures.names());
    }

    @Test
    void products_go_by_four_blocks_of_channels() {
        // 24·24 pixels after the stem; 72 channels are five blocks of 16 and nine of 8
        Map<String, Double> wide = amounts(WIDE, 48, 72);
        double one = 1e-6 * 24 * 24 * 16 * 16;
        assertThat(wide.get("pointwise.macs.blocks4")).isCloseTo(4 * one, within(1e-12));
        assertThat(wide.get("pointwise.macs.blocks1")).as("the fifth, and the projection of 80").isCloseTo((1 + 5) * one, within(1e-12));
        assertThat(wide.get("pointwise.tiles.blocks4")).isCloseTo(1e-3 * 24 * 24 / 6, within(1e-12));
        Map<String, Double> narrow = amounts(NARROW, 48, 72);
        assertThat(narrow.get("pointwise.macs.blocks4")).isCloseTo(1e-6 * 24 * 24 * 16 * 64, within(1e-12));
        assertThat(narrow.get("pointwise.macs.blocks2")).as("the projection").isCloseTo(1e-6 * 24 * 24 * 72 * 16, within(1e-12));
        assertThat(narrow.get("pointwise.tiles.blocks4")).isCloseTo(1e-3 * 2 * 24 * 24 / 3, within(1e-12));
    }

    @Test
    void products_begin_again_after_128_channels() {
        // the projections of 128 and of 144 to one block
        assertThat(amounts(WIDE, 48, 128).get("pointwise.tiles.blocks1")).isCloseTo(1e-3 * 96, within(1e-12));
        assertThat(amounts(WIDE, 48, 144).get("pointwise.tiles.blocks1")).as("and the ninth block of the expansion").isCloseTo(1e-3 * (2 + 1) * 96, within(1e-12));
    }

    @Test
    void windows_beyond_the_image_are_counted_apart_and_left_out_above_and_below() {
        Map<String, Double> amounts = amounts(WIDE, 48, 64);
        // 24 rows of five but for 2 + 1 above and below, four blocks, five taps a row
        double taps = 1e-3 * 4 * (24 * 5 - 6) * 5;
        assertThat(amounts.get("depthwise.5.taps")).isCloseTo(taps * 24, within(1e-9));
        assertThat(amounts.get("depthwise.5.tapsAtEdges")).isCloseTo(taps * 4, within(1e-9));
        assertThat(amounts.get("depthwise.5.tapsOfTiles")).as("20 pixels by six").isCloseTo(taps * 4, within(1e-9));
        assertThat(amounts).containsEntry("depthwise.5.tapsWithStride", 0.0).containsEntry("depthwise.3.taps", 0.0)
                .containsEntry("activation.swish.count", 2.0).containsEntry("network", 1.0);
    }

    @ParameterizedTest(name = "{0} pixels, {1}")
    @CsvSource({"96, nchw16c, false, false", "128, nchw16c, true, false", "64, nchw16c, false, true", "128, nchw8c, false, true", "112, nchw16c, false, false"})
    void rows_that_lie_a_page_apart_collide(int side, String layout, boolean whole, boolean half) {
        Map<String, Double> amounts = amounts("CPUExecutionProvider-" + layout, side, 64);
        assertThat(amounts.get("depthwise.outThatCollides") > 0).isEqualTo(whole);
        assertThat(amounts.get("depthwise.outThatCollidesHalf") > 0).isEqualTo(half);
    }

    @ParameterizedTest
    @ValueSource(strings = {WIDE, NARROW})
    void every_amount_grows_with_the_resolution_unless_rows_collide(String kernelSet) {
        NchwcFeatures features = NchwcFeatures.of(kernelSet);
        Random random = new Random(3);
        for (int trial = 0; trial < 5; trial++) {
            Architecture architecture = RandomArchitectures.one(random);
            double[] before = new double[features.width()];
            for (int side = 96; side <= 320; side++) {
                double[] amounts = features.of(Network.of(architecture.atResolution(Extent.square(side))));
                for (int i = 0; i < amounts.length; i++) {
                    if (!NchwcFeatures.names().get(i).contains("ollide")) {
                        assertThat(amounts[i]).as("%s at %d pixels", NchwcFeatures.names().get(i), side).isGreaterThanOrEqualTo(before[i] - 1e-9);
                    }
                }
                before = amounts;
            }
        }
    }

    @Test
    void parts_sum_up_to_the_network() {
        Features features = NchwcFeatures.of(WIDE);
        Network network = Network.of(RandomArchitectures.one(new Random(5)));
        double[] sum = new double[features.width()];
        NearTensors near = features.near(network);
        for (int i = 0; i < network.layers().size(); i++) {
            features.each(near, i, (feature, amount) -> sum[feature] += amount);
        }
        double[] whole = features.of(network);
        for (int i = 0; i < whole.length; i++) {
            assertThat(sum[i] + (features.quantities().get(i).equals("network") ? 1 : 0)).isCloseTo(whole[i], within(1e-9));
        }
    }
}
