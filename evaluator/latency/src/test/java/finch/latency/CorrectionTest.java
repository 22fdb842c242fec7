package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CorrectionTest {
    private static final int FEATURES = LatencyFeatures.count();
    private static final double[] PRICES = IntStream.range(0, FEATURES).mapToDouble(i -> 1).toArray();
    private static final int POINTWISE = LatencyFeatures.names().indexOf("pointwise.macs.vectors4");
    private static final int DEPTHWISE = LatencyFeatures.names().indexOf("depthwise.7.stride1.columns");

    /** Networks of two kinds of work, in all proportions and of all sizes. */
    private static List<Sample> samples(int count) {
        Random random = new Random(3);
        return IntStream.range(0, count).mapToObj(i -> {
            double size = 500 * Math.exp(3 * random.nextDouble());
            double share = random.nextDouble();
            double[] features = new double[FEATURES];
            features[POINTWISE] = size * share;
            features[DEPTHWISE] = size * (1 - share);
            return new Sample("n" + i, features, 1, 1, size);
        }).toList();
    }

    /** measured / predicted by the root of the pointwise share and by the logarithm of the time. */
    private static double[] ratios(List<Sample> samples, double byShare, double byLogarithm, double noise) {
        Random random = new Random(4);
        return samples.stream().mapToDouble(s -> Math.exp(byShare * (Math.sqrt(s.features()[POINTWISE] / s.micros()) - 0.66)
                + byLogarithm * (Math.log(s.micros()) - Math.log(2000)) + noise * random.nextGaussian())).toArray();
    }

    private static double error(double[] ratios) {
        return Arrays.stream(ratios).map(ratio -> Math.abs(Math.log(ratio))).average().orElseThrow();
    }

    @Test
    void ratios_that_follow_shares_and_size_are_corrected_for_networks_not_seen() {
        List<Sample> samples = samples(4000);
        double[] ratios = ratios(samples, 0.1, 0.02, 0.001);
        Correction.Fitted fitted = Correction.fit(PRICES, samples, ratios);

        assertThat(fitted.correction().isNone()).isFalse();
        assertThat(fitted.correction().weights()).containsOnlyKeys(Correction.quantities());
        assertThat(error(fitted.ratios())).isLessThan(0.4 * error(ratios));
        Sample one = samples.getFirst();
        assertThat(Correction.corrected(fitted.correction(), PRICES, one.features()) / one.micros()).isCloseTo(ratios[0], within(0.01));
    }

    @Test
    void few_networks_are_corrected_little() {
        List<Sample> samples = samples(40);
        Correction.Fitted few = Correction.fit(PRICES, samples, ratios(samples, 0.1, 0.02, 0));
        double most = samples.stream().mapToDouble(s -> Math.abs(Math.log(Correction.corrected(few.correction(), PRICES, s.features()) / s.micros()))).max().orElseThrow();
        assertThat(most).isLessThan(0.01);
    }

    @Test
    void noise_is_not_corrected() {
        List<Sample> samples = samples(300);
        double[] ratios = ratios(samples, 0, 0, 0.03);
        Correction.Fitted fitted = Correction.fit(PRICES, samples, ratios);
        assertThat(fitted.correction()).isEqualTo(DeviceProfile.Correction.NONE);
        assertThat(fitted.ratios()).isEqualTo(ratios);
    }

    @Test
    void no_correction_exceeds_its_limit() {
        List<Sample> samples = samples(4000);
        Correction.Fitted fitted = Correction.fit(PRICES, samples, ratios(samples, 1, 0, 0));
        double most = samples.stream().mapToDouble(s -> Math.abs(Math.log(Correction.corrected(fitted.correction(), PRICES, s.features()) / s.micros()))).max().orElseThrow();
        assertThat(most).isBetween(0.9 * Correction.MOST, Correction.MOST + 1e-12);
    }

    @Test
    void every_feature_has_a_group() {
        for (int feature = 0; feature < FEATURES; feature++) {
            assertThat(Correction.groupOf(feature)).as(LatencyFeatures.names().get(feature)).isBetween(0, Correction.groups() - 1);
        }
        assertThat(Correction.quantities()).hasSize(Correction.groups() + 1).doesNotHaveDuplicates()
                .contains("pointwise.vectors4", "depthwise.7.stride1", "depthwise.memory", "pointwise.memory", "conv", Correction.LOGARITHM);
    }
}
