package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

import finch.space.Architecture;
import finch.space.Extent;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private final FakeTimer timer = new FakeTimer();

    @AfterEach
    void leave_no_interrupt_behind() {
        Thread.interrupted();
    }

    /** Prices that the fit does not know, over work that it does not count in just this way. */
    private static double law(Network network) {
        double micros = 30;
        for (Layer layer : network.layers()) {
            double megabytes = 1e-6 * (layer.input().bytes() + layer.output().bytes());
            micros += 2 + 25 * megabytes + switch (layer.op()) {
                case "pointwise" -> 18e-6 * layer.macs();
                case "depthwise" -> 60e-6 * layer.macs();
                case "dense" -> 150e-6 * layer.macs();
                default -> 30e-6 * layer.macs();
            };
        }
        return micros;
    }

    private Calibration.Result calibrate(ToDoubleFunction<Network> law, String budget, List<Architecture> references) {
        var request = new Calibration.Request(new SyntheticRuntime(timer, law), 1, Duration.parse(budget),
                RandomArchitectures.drawn(3), references, 11);
        return new Calibration(timer).run(request, Calibration.Listener.silent());
    }

    @Test
    void the_fit_recovers_a_law_that_is_a_sum_of_prices() {
        LatencyFeatures features = LatencyFeatures.of("law");
        Random random = new Random(6);
        double[] prices = random.doubles(LatencyFeatures.names().size(), 0, 50).toArray();
        Calibration.Result result = calibrate(network -> Fit.predict(prices, features.of(network)), "PT45S", List.of());

        assertThat(result.profile().heldOut().networks()).isGreaterThan(15);
        assertThat(result.profile().heldOut().worstPercent()).isLessThan(0.5);
        assertThat(result.profile().heldOut().spearman()).isGreaterThan(0.999);
    }

    @Test
    void the_fit_comes_near_a_law_that_no_prices_express() {
        Calibration.Result result = calibrate(CalibrationTest::law, "PT45S", List.of());

        assertThat(result.profile().heldOut().worstPercent()).isLessThan(5);
        assertThat(result.profile().heldOut().mapePercent()).isLessThan(2);
    }

    @Test
    void the_model_beats_the_trivial_baselines_and_stays_near_the_noise() {
        Random noise = new Random(1);
        Calibration.Result result = calibrate(network -> law(network) * Math.exp(0.03 * noise.nextGaussian()), "PT45S", List.of());

        DeviceProfile profile = result.profile();
        assertThat(profile.baselines()).containsOnlyKeys("multiply-adds only", "sum over kinds of layers", "parameters only");
        assertThat(profile.heldOut().mapePercent()).isLessThan(3);
        assertThat(profile.baselines().get("multiply-adds only").mapePercent()).isGreaterThan(2 * profile.heldOut().mapePercent());
        assertThat(profile.baselines().get("parameters only").mapePercent())
                .isGreaterThan(profile.baselines().get("multiply-adds only").mapePercent());
        assertThat(profile.noiseFloor().networks()).isPositive();
        assertThat(profile.noiseFloor().mapePercent()).isLessThan(2);
        assertThat(result.table()).extracting(Calibration.Row::model)
                .containsExactly("latency model", "- of those timed alike twice", "multiply-adds only", "parameters only", "sum over kinds of layers",
                        "noise floor");
    }

    @Test
    void a_held_out_network_whose_timings_differ_is_timed_a_third_time() {
        Map<String, long[]> seen = new HashMap<>();
        Map<String, Double> usual = new HashMap<>();
        // whatever has not run for some seconds is loaded anew; every third network is slow where it is loaded for the first time
        Calibration.Result result = calibrate(network -> {
            long[] lastAndLoads = seen.computeIfAbsent(network.name(), name -> new long[] {Long.MIN_VALUE / 2, 0});
            lastAndLoads[1] += timer.nanos() - lastAndLoads[0] > 5_000_000_000L ? 1 : 0;
            lastAndLoads[0] = timer.nanos();
            usual.put(network.name(), law(network));
            return law(network) * (lastAndLoads[1] == 1 && network.name().hashCode() % 3 == 0 ? 1.2 : 1);
        }, "PT60S", List.of());

        int alike = result.alike().networks();
        assertThat(alike).isBetween(1, result.heldOut().size() - 2);
        assertThat(result.notes()).anyMatch(note -> note.contains("differed by more than 3 %"));
        // by the mean of two timings all the others would be a tenth too slow; the budget ends before the last of them are timed a third time
        assertThat(result.heldOut().stream().filter(one -> Math.abs(one.measuredMicros() / usual.get(one.name()) - 1) < 1e-3).count()).isGreaterThan(alike);
    }

    @Test
    void the_profile_predicts_what_was_checked() {
        Map<String, Network> seen = new HashMap<>();
        DeviceProfile profile = calibrate(network -> {
            seen.put(network.name(), network);
            return law(network);
        }, "PT60S", List.of()).profile();

        assertThat(profile.interval().residuals()).isEqualTo(profile.samples().fitted());
        assertThat(profile.heldOutNetworks()).hasSizeGreaterThan(20)
                .allSatisfy(one -> assertThat(profile.model().estimate(seen.get(one.name())).micros()).isCloseTo(one.predicted(), withinPercentage(1e-9)));
    }

    @Test
    void no_price_is_negative() {
        Random noise = new Random(2);
        Calibration.Result result = calibrate(network -> law(network) * (1 + 0.3 * noise.nextDouble()), "PT20S", List.of());

        assertThat(result.profile().coefficients()).hasSize(LatencyFeatures.names().size());
        assertThat(result.profile().coefficients().values()).allMatch(price -> price >= 0).anyMatch(price -> price > 0);
    }

    @Test
    void the_interval_covers_about_nine_networks_in_ten() {
        // noise of a network, not of a run: medians do not average it away
        ToDoubleFunction<Network> noisy = network -> law(network) * Math.exp(0.06 * new Random(network.name().hashCode() * 31L).nextGaussian());
        Calibration.Result result = calibrate(noisy, "PT90S", List.of());

        LatencyModel model = result.profile().model();
        Random random = new Random(77);
        int inside = 0;
        for (int i = 0; i < 400; i++) {
            Network network = Network.of(RandomArchitectures.one(random).named("fresh-" + i));
            LatencyEstimate estimate = model.estimate(network);
            double measured = noisy.applyAsDouble(network);
            inside += estimate.low() <= measured && measured <= estimate.high() ? 1 : 0;
        }
        assertThat(inside / 400.0).isBetween(0.82, 0.97);
        assertThat(result.profile().interval().coverage()).isBetween(0.75, 1.0);
    }

    @Test
    void references_are_checked_but_never_fitted() {
        Architecture reference = RandomArchitectures.one(new Random(9)).named("the-reference").atResolution(Extent.square(160));
        // a law that treats the reference unlike all others: a fit that saw it would bend to it
        ToDoubleFunction<Network> law = network -> law(network) * (network.name().equals("the-reference") ? 3 : 1);
        Calibration.Result result = calibrate(law, "PT20S", List.of(reference));

        assertThat(result.heldOut()).extracting(Calibration.HeldOut::name).contains("the-reference");
        assertThat(result.profile().heldOut().worstNetwork()).isEqualTo("the-reference");
        assertThat(result.profile().heldOut().worstPercent()).isBetween(60.0, 70.0);
    }

    @Test
    void references_to_fit_are_fitted_and_named() {
        Architecture reference = RandomArchitectures.one(new Random(9)).named("compared-with").atResolution(Extent.square(160));
        Architecture other = RandomArchitectures.one(new Random(10)).named("checked").atResolution(Extent.square(160));
        var request = new Calibration.Request(new SyntheticRuntime(timer, CalibrationTest::law), 1, Duration.ofSeconds(20),
                RandomArchitectures.drawn(3), List.of(other), List.of(reference), 11);
        Calibration.Result result = new Calibration(timer).run(request, Calibration.Listener.silent());

        assertThat(result.fittedReferences()).containsExactly("compared-with");
        assertThat(result.heldOutReferences()).containsExactly("checked");
        assertThat(result.heldOut()).extracting(Calibration.HeldOut::name).contains("checked").doesNotContain("compared-with")
                .noneMatch(name -> name.contains("#"));
    }

    @Test
    void held_out_figures_are_those_of_the_profiles_model() {
        Architecture reference = RandomArchitectures.one(new Random(9)).named("the-reference");
        Calibration.Result result = calibrate(CalibrationTest::law, "PT20S", List.of(reference));

        LatencyEstimate estimate = result.profile().model().estimate(Network.of(reference));
        assertThat(result.heldOut()).anySatisfy(one -> {
            assertThat(one.name()).isEqualTo("the-reference");
            assertThat(one.predictedMicros()).isCloseTo(estimate.micros(), withinPercentage(1e-9));
            assertThat(one.lowMicros()).isCloseTo(estimate.low(), withinPercentage(1e-9));
            assertThat(one.highMicros()).isCloseTo(estimate.high(), withinPercentage(1e-9));
        });
    }

    @Test
    void networks_with_kernels_that_are_not_compiled_yet_are_timed_later() {
        Architecture reference = RandomArchitectures.one(new Random(9)).named("rare-kernel").atResolution(Extent.square(160));
        double warm = law(Network.of(reference));
        int[] runs = {0};
        ToDoubleFunction<Network> law = network -> {
            if (network.name().equals("rare-kernel") && runs[0]++ < 2_000_000 / warm) {
                timer.allocate(1 << 20);
                return 4 * law(network);
            }
            return law(network);
        };
        long start = timer.nanos();
        Calibration.Result result = calibrate(law, "PT20S", List.of(reference));

        assertThat(result.heldOut()).anySatisfy(one -> {
            assertThat(one.name()).isEqualTo("rare-kernel");
            assertThat(one.measuredMicros()).isCloseTo(warm, withinPercentage(1));
        });
        assertThat(Duration.ofNanos(timer.nanos() - start)).as("eight seconds of cold runs are not waited for at once").isLessThan(Duration.ofSeconds(24));
    }

    @Test
    void a_runtime_that_always_allocates_is_calibrated_all_the_same() {
        Calibration.Result result = calibrate(network -> {
            timer.allocate(1 << 20);
            return law(network);
        }, "PT45S", List.of());

        assertThat(result.heldOut()).hasSizeGreaterThan(2);
    }

    @Test
    void the_budget_is_kept() {
        long start = timer.nanos();
        calibrate(CalibrationTest::law, "PT45S", List.of());
        assertThat(Duration.ofNanos(timer.nanos() - start)).isLessThan(Duration.ofSeconds(49)).isGreaterThan(Duration.ofSeconds(35));
    }

    @Test
    void too_few_networks_are_refused_with_a_way_out() {
        var one = Collections.singleton(RandomArchitectures.one(new Random(1))).iterator();
        var request = new Calibration.Request(new SyntheticRuntime(timer, CalibrationTest::law), 1, Duration.ofSeconds(5), one, List.of(), 1);
        assertThatIllegalArgumentException().isThrownBy(() -> new Calibration(timer).run(request, Calibration.Listener.silent()))
                .withMessageContaining("PT5S").withMessageContaining("larger budget, e.g. PT45S");
    }

    @Test
    void the_budget_that_was_too_small_is_not_the_way_out() {
        var one = Collections.singleton(RandomArchitectures.one(new Random(1))).iterator();
        var request = new Calibration.Request(new SyntheticRuntime(timer, CalibrationTest::law), 1, Duration.ofSeconds(45), one, List.of(), 1);
        assertThatIllegalArgumentException().isThrownBy(() -> new Calibration(timer).run(request, Calibration.Listener.silent()))
                .withMessageContaining("within PT45S").withMessageContaining("larger budget, e.g. PT1M30S");
    }

    @Test
    void a_budget_below_a_second_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> calibrate(CalibrationTest::law, "PT0.5S", List.of()))
                .withMessageContaining("PT0.5S");
    }

    @Test
    void an_interrupt_keeps_the_samples_so_far() {
        SyntheticRuntime runtime = new SyntheticRuntime(timer, CalibrationTest::law);
        var request = new Calibration.Request(runtime, 1, Duration.ofSeconds(45), RandomArchitectures.drawn(3), List.of(), 1);
        Calibration.Result result = new Calibration(timer).run(request, new Calibration.Listener() {
            @Override
            public void timed(Measurement measurement, boolean heldOut, int networks, Duration elapsed, Duration budget) {
                if (networks == 40) {
                    Thread.currentThread().interrupt();
                }
            }
        });

        assertThat(result.interrupted()).isTrue();
        assertThat(runtime.open()).isZero();
        assertThat(result.profile().samples().fitted() + result.profile().samples().heldOut()).isEqualTo(40);
        assertThat(result.profile().heldOut().mapePercent()).isLessThan(5);
    }

    @Test
    void a_busy_machine_is_named() {
        Calibration.Result result = calibrate(network -> {
            timer.stolen(3e6);
            return law(network);
        }, "PT20S", List.of());

        assertThat(result.notes()).anyMatch(note -> note.startsWith("The machine was busy"));
        assertThat(result.profile().samples().disturbed()).isPositive();
    }
}
