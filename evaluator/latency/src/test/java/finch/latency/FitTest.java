package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FitTest {
    private static List<Sample> samples(int n, double noise) {
        Random random = new Random(4);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double[] features = {1, 10 * random.nextDouble(), 100 * random.nextDouble()};
            double micros = (20 + 3 * features[1] + 2 * features[2]) * Math.exp(noise * random.nextGaussian());
            samples.add(new Sample("s" + i, features, 0, 0, micros));
        }
        return samples;
    }

    @Test
    void prices_of_an_exact_law_are_found() {
        double[] prices = Fit.prices(samples(40, 0));
        assertThat(prices).containsExactly(new double[] {20, 3, 2}, within(0.01));
    }

    @Test
    void a_few_disturbed_samples_hardly_move_the_prices() {
        List<Sample> samples = new ArrayList<>(samples(60, 0.01));
        for (int i = 0; i < 6; i++) {
            Sample s = samples.get(i);
            samples.set(i, new Sample(s.name(), s.features(), 0, 0, 2 * s.micros()));
        }
        double[] prices = Fit.prices(samples);
        assertThat(prices[2]).isCloseTo(2, within(0.06));
    }

    @Test
    void ratios_come_from_fits_that_have_not_seen_the_sample() {
        List<Sample> samples = new ArrayList<>(samples(40, 0));
        // a feature that only this sample has: a fit that saw it would explain it
        samples.replaceAll(s -> new Sample(s.name(), Arrays.copyOf(s.features(), 4), 0, 0, s.micros()));
        samples.get(7).features()[3] = 1;
        samples.set(7, new Sample("odd", samples.get(7).features(), 0, 0, 1.5 * samples.get(7).micros()));

        assertThat(Fit.of(samples).ratios()[7]).isCloseTo(1.5, within(0.01));
        assertThat(Fit.predict(Fit.prices(samples), samples.get(7).features())).isCloseTo(samples.get(7).micros(), within(1.0));
    }

    @Test
    void the_interval_leaves_out_a_tenth_of_the_ratios() {
        double[] ratios = IntStream.rangeClosed(1, 99).mapToDouble(i -> Math.exp((i % 2 == 0 ? i : -i) / 1000.0)).toArray();
        // ⌈0.9·100⌉ = 90th of 99
        assertThat(Fit.interval(ratios)).containsExactly(new double[] {Math.exp(-0.09), Math.exp(0.09)}, within(1e-12));
    }

    @Test
    void few_ratios_make_a_wider_interval_than_the_ratios_span() {
        double[] interval = Fit.interval(new double[] {0.9, 1, 1.1, 1.05});
        assertThat(interval[0]).isLessThan(0.9);
        assertThat(interval[1]).isGreaterThan(1.1);
        assertThat(Fit.interval(new double[0])).containsExactly(0.5, 2);
    }

    @Test
    void the_interval_always_holds_the_prediction() {
        double[] interval = Fit.interval(IntStream.range(0, 50).mapToDouble(i -> 1.1 + i / 1000.0).toArray());
        assertThat(interval[0]).isLessThanOrEqualTo(1);
        assertThat(interval[1]).isGreaterThan(1.1);
    }

    @Test
    void parts_tell_prices_that_few_whole_networks_cannot() {
        double[] truth = new double[12];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = 10 + 7 * i;
        }
        Random random = new Random(4);
        List<Sample> whole = new ArrayList<>();
        List<Sample> withParts = new ArrayList<>();
        for (int s = 0; s < 4; s++) {
            double[] sum = new double[truth.length];
            List<Sample.Part> parts = new ArrayList<>();
            for (int part = 0; part < 9; part++) {
                double[] features = new double[truth.length];
                for (int i = 0; i < 3; i++) {
                    features[random.nextInt(truth.length)] += random.nextDouble(0.5, 2);
                }
                Arrays.setAll(sum, i -> sum[i] + features[i]);
                parts.add(new Sample.Part(features, Fit.predict(truth, features)));
            }
            whole.add(new Sample("s" + s, sum, 0, 0, Fit.predict(truth, sum)));
            withParts.add(new Sample("s" + s, sum, 0, 0, new double[0], Fit.predict(truth, sum), parts));
        }
        assertThat(worst(Fit.prices(whole), truth)).isGreaterThan(0.3);
        assertThat(worst(Fit.prices(withParts), truth)).isLessThan(0.05);
    }

    private static double worst(double[] prices, double[] truth) {
        return IntStream.range(0, truth.length).mapToDouble(i -> Math.abs(prices[i] / truth[i] - 1)).max().orElseThrow();
    }
}
