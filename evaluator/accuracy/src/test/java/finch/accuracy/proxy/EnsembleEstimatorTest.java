package finch.accuracy.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.AccuracyTable;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EnsembleEstimatorTest {
    private static final SearchSpace SPACE = SpaceFormat.parse("small.yaml", """
            format: finch-space/1
            name: small
            resolution: 8
            classes: 2
            stem: { out: 4, kernel: 3, stride: 1, activation: relu }
            defaults: { activation: relu, per-block: { expand: [1, 2, 3], kernel: [3, 5] } }
            stages:
              - { depth: [1, 2, 3], out: 6, stride: 2 }
            head: { conv: 16, activation: relu }
            """);
    private static final ProxyProbe WITHOUT_IMAGES = new ProxyProbe(Optional.empty(), 4, 1);
    private static final EnsembleEstimator.Progress UNTOLD = (networks, all) -> { };

    private static List<Architecture> networks(int count) {
        SplittableRandom random = new SplittableRandom(3);
        List<Architecture> networks = new ArrayList<>();
        while (networks.size() < count) {
            Architecture network = SPACE.decode(SPACE.canonical(Genome.of(SPACE.decisions().stream().mapToInt(d -> random.nextInt(d.size())).toArray()))).anonymous();
            if (!networks.contains(network)) {
                networks.add(network);
            }
        }
        return networks;
    }

    /** The error falls by a power of the multiply-adds and one of the depth. */
    private static double top1(Architecture network) {
        return 100.1 - 3e3 / Math.sqrt(Network.of(network).macs()) / Math.exp(0.1 * network.blocks().size());
    }

    private static AccuracyTable table(List<Architecture> networks) {
        return new AccuracyTable("known.csv", networks.stream().map(n -> new AccuracyTable.Entry(1, n, top1(n), 0, "", "")).toList());
    }

    private static SignalPanel panel(Signal... signals) {
        return new SignalPanel(List.of(signals), WITHOUT_IMAGES, 1, Map.of());
    }

    @Test
    void a_fit_finds_what_the_accuracies_depend_on() {
        List<Architecture> all = networks(60);
        EnsembleEstimator ensemble = EnsembleEstimator.fitted(panel(Signal.PARAMS, Signal.MACS, Signal.DEPTH), table(all.subList(0, 40)), "toys", 1000, UNTOLD);

        EnsembleEstimator.HeldOut heldOut = ensemble.standings().heldOut().orElseThrow();
        assertThat(heldOut.spearman()).isGreaterThan(0.99).isGreaterThanOrEqualTo(heldOut.bestSpearman());
        assertThat(heldOut.rmse().orElseThrow()).isLessThan(1.5);
        assertThat(heldOut.networks()).isEqualTo(40);
        assertThat(ensemble.standings().weights()).containsOnlyKeys("params", "macs", "depth");
        int inside = 0;
        for (Architecture network : all.subList(40, 60)) {
            AccuracyEstimate.Known known = (AccuracyEstimate.Known) ensemble.estimate(network);
            assertThat(known.top1()).isCloseTo(top1(network), within(4.0)).isBetween(known.low(), known.high());
            assertThat(known.dataset()).isEqualTo("toys");
            inside += top1(network) >= known.low() && top1(network) <= known.high() ? 1 : 0;
        }
        assertThat(inside).as("of 20 in the 90 % interval").isGreaterThanOrEqualTo(14);
        EnsembleEstimator again = EnsembleEstimator.fitted(panel(Signal.PARAMS, Signal.MACS, Signal.DEPTH), table(all.subList(0, 40)), "toys", 1000, UNTOLD);
        assertThat(again.standings()).isEqualTo(ensemble.standings());
    }

    @Test
    void ranks_are_of_a_fixed_population_and_no_two_beyond_its_ends_are_tied() {
        double[] population = {1, 2, 2, 5, 9};
        double[] values = {-1e3, -3, 0.9, 1, 1.5, 2, 2.1, 3, 5, 7, 9, 9.1, 12, 60};
        double last = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            double p = EnsembleEstimator.logShare(population, value);
            assertThat(p).as("%s", value).isGreaterThan(last).isLessThan(0);
            last = p;
        }
        assertThat(EnsembleEstimator.logShare(population, 2)).as("of equals the middle").isCloseTo(Math.log(2 / 5.0), within(1e-12));
        assertThat(EnsembleEstimator.logShare(population, 1)).isCloseTo(Math.log(0.5 / 5), within(1e-12));
        assertThat(EnsembleEstimator.logShare(population, 9)).isCloseTo(Math.log(4.5 / 5), within(1e-12));
        assertThat(EnsembleEstimator.logShare(new double[] {4, 4, 4}, 4)).isFinite();
    }

    @Test
    void an_ensemble_by_ranks_tells_a_score_and_how_well_it_ranks_a_table() {
        List<Architecture> all = networks(60);
        EnsembleEstimator ensemble = EnsembleEstimator.ranks(panel(Signal.MACS, Signal.DEPTH), all.subList(0, 30), Optional.of(table(all.subList(30, 60))), 1000, UNTOLD);

        assertThat(ensemble.estimate(all.getFirst())).isInstanceOf(AccuracyEstimate.Scored.class);
        assertThat(ensemble.standings().heldOut().orElseThrow().rmse()).isEmpty();
        assertThat(ensemble.spearman().orElseThrow()).isGreaterThan(0.9);
        EnsembleEstimator untested = EnsembleEstimator.ranks(panel(Signal.MACS, Signal.DEPTH), all.subList(0, 30), Optional.empty(), 1000, UNTOLD);
        assertThat(untested.estimate(all.getLast())).as("the table shapes nothing").isEqualTo(ensemble.estimate(all.getLast()));
        assertThat(untested.spearman()).isEmpty();
    }

    @Test
    void seeds_spread_gives_the_interval_and_another_estimator_is_a_signal() {
        AccuracyEstimator half = network -> network.blocks().size() == 1 ? new AccuracyEstimate.Silent("one block is unheard of.")
                : new AccuracyEstimate.Known(top1(network), 0, 100, "half", "toys");
        SignalPanel panel = new SignalPanel(List.of(Signal.SYNFLOW), WITHOUT_IMAGES, 3, Map.of("half", half));
        List<Architecture> some = networks(60);
        EnsembleEstimator ensemble = EnsembleEstimator.ranks(panel, some, Optional.empty(), 1000, UNTOLD);

        assertThat(ensemble.standings().leftOut()).isEqualTo((int) some.stream().filter(n -> n.blocks().size() == 1).count()).isPositive();
        for (Architecture network : some.subList(0, 8)) {
            if (network.blocks().size() == 1) {
                assertThat(ensemble.estimate(network)).isEqualTo(new AccuracyEstimate.Silent("one block is unheard of."));
            } else {
                AccuracyEstimate.Scored scored = (AccuracyEstimate.Scored) ensemble.estimate(network);
                assertThat(scored.low()).isLessThan(scored.score());
                assertThat(scored.high()).isGreaterThan(scored.score());
            }
        }
        AccuracyEstimate.Scored three = (AccuracyEstimate.Scored) new ProxyEstimator(Signal.SYNFLOW, WITHOUT_IMAGES, 3).estimate(some.getFirst());
        AccuracyEstimate.Scored one = (AccuracyEstimate.Scored) new ProxyEstimator(Signal.SYNFLOW, WITHOUT_IMAGES, 1).estimate(some.getFirst());
        assertThat(three.low()).isLessThan(three.score());
        assertThat(one.low()).as("one seed tells no spread").isEqualTo(one.score()).isEqualTo(one.high());
        assertThat(three.source()).isEqualTo("synflow, 3 seeds, batches of 4");
    }

    @Test
    void some_signals_have_the_values_that_they_have_among_all() throws Exception {
        Architecture network = networks(1).getFirst();
        Map<Signal, Double> all = WITHOUT_IMAGES.signals(network, 2);
        for (Signal signal : all.keySet()) {
            assertThat(WITHOUT_IMAGES.signals(network, 2, java.util.Set.of(signal))).containsExactlyEntriesOf(Map.of(signal, all.get(signal)));
        }
    }

    @Test
    void too_few_networks_and_missing_images_are_refused() {
        assertThatThrownBy(() -> EnsembleEstimator.fitted(panel(Signal.MACS, Signal.DEPTH), table(networks(19)), "toys", 1000, UNTOLD))
                .hasMessageContaining("known.csv has 19 distinct networks with all signals of the ensemble").hasMessageContaining("Needed are 20");
        assertThatThrownBy(() -> new ProxyEstimator(Signal.NASWOT, WITHOUT_IMAGES, 1)).hasMessage("naswot needs images");
        assertThatThrownBy(() -> panel(Signal.NASWOT, Signal.MACS)).hasMessageContaining("needs images");
        assertThatThrownBy(() -> panel(Signal.MACS)).hasMessageContaining("at least two signals");
    }

    /** The figures that decide what a search may follow are those of the page. */
    @Test
    void standings_are_those_that_are_documented() throws Exception {
        String page = Files.readString(Path.of(System.getProperty("finch.root", "../.."), "evaluator/accuracy/PROXIES.md"));
        for (Signal signal : Signal.values()) {
            Matcher row = Pattern.compile("(?m)^\\| `" + signal.key() + "` \\| (-?[0-9.]+) \\|").matcher(page);
            assertThat(row.find()).as(signal.key()).isTrue();
            assertThat(Standing.of(signal)).as(signal.key()).isEqualTo(Double.parseDouble(row.group(1)));
        }
        assertThat(page).contains("`naswot`, `az-trainability` and `depth` by ranks, equal weights | " + Standing.ofRanks(List.of(Signal.NASWOT, Signal.TRAINABILITY, Signal.DEPTH)).orElseThrow());
        assertThat(Arrays.stream(Signal.values()).filter(s -> Standing.isStrong(Standing.of(s)))).containsExactly(Signal.NASWOT);
    }
}
