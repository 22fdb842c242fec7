package finch.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.space.Architecture;
import finch.space.SharedData;
import finch.space.format.References;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The shipped file and the real results it was fitted to. */
class PublishedResultsTest {
    private static final Comparator<Double> NEARLY = (a, b) -> Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a)) ? 0 : Double.compare(a, b);

    @Test
    @Tag("slow")
    void fitting_again_gives_the_shipped_surrogate() throws IOException {
        Path subnets = SharedData.path("ofa-mbv3-imagenet/subnets.csv");
        SharedData.path("architectures/architectures.jsonl");
        SharedData.path("architectures/imagenet-points.json");

        Surrogate again = ShippedSurrogate.fit(subnets.getParent().getParent());
        Surrogate shipped = Surrogate.shipped();

        assertThat(again.sources()).isEqualTo(shipped.sources());
        assertThat(again.recipes()).isEqualTo(shipped.recipes());
        assertThat(again.figures()).hasSameSizeAs(shipped.figures());
        for (int i = 0; i < again.figures().size(); i++) {
            Figure a = again.figures().get(i);
            Figure s = shipped.figures().get(i);
            assertThat(a.test()).isEqualTo(s.test());
            assertThat(a.rows()).isEqualTo(s.rows());
            assertThat(a.outside()).isEqualTo(s.outside());
            assertThat(a.offsetsOff().map(Figure.OffsetsOff::toString)).isEqualTo(s.offsetsOff().map(Figure.OffsetsOff::toString));
            assertThat(a.baselines().toString()).isEqualTo(s.baselines().toString());
            assertThat(new double[] {a.rmse(), a.meanAbsoluteError(), a.spearman(), a.halfWidth(), a.coverage90()})
                    .containsExactly(new double[] {s.rmse(), s.meanAbsoluteError(), s.spearman(), s.halfWidth(), s.coverage90()}, within(1e-7));
        }
        SurrogateFile file = again.file();
        SurrogateFile old = shipped.file();
        assertThat(file.model().weights).containsExactly(old.model().weights, within(1e-5));
        assertThat(file.calibration()).usingRecursiveComparison().withComparatorForType(NEARLY, Double.class).isEqualTo(old.calibration());
        assertThat(file.model().hyper).usingRecursiveComparison().withComparatorForType(NEARLY, Double.class).isEqualTo(old.model().hyper);
        assertThat(file.domain()).usingRecursiveComparison().withComparatorForType(NEARLY, Double.class).isEqualTo(old.domain());
        assertThat(file.greatestVariance()).isCloseTo(old.greatestVariance(), within(1e-6));
        for (String recipe : shipped.recipes()) {
            for (String name : List.of("mobilenetv1@0.5/160", "mobilenetv2", "mobilenetv3-large", "mobilenetv3-small@0.75", "mnasnet-a1", "efficientnet-b0")) {
                AccuracyEstimate.Known a = (AccuracyEstimate.Known) again.withRecipe(recipe).estimate(References.resolve(name));
                AccuracyEstimate.Known s = (AccuracyEstimate.Known) shipped.withRecipe(recipe).estimate(References.resolve(name));
                assertThat(new double[] {a.top1(), a.low(), a.high()}).as(name + ", " + recipe).containsExactly(new double[] {s.top1(), s.low(), s.high()}, within(1e-5));
            }
        }
        for (Observation o : OnceForAllTable.read(subnets, PublishedResults.ONCE_FOR_ALL).subList(0, 200)) {
            AccuracyEstimate.Known a = (AccuracyEstimate.Known) again.estimate(o.architecture());
            AccuracyEstimate.Known s = (AccuracyEstimate.Known) shipped.estimate(o.architecture());
            assertThat(new double[] {a.top1(), a.low(), a.high()}).containsExactly(new double[] {s.top1(), s.low(), s.high()}, within(1e-6));
        }
    }

    @Test
    void once_for_all_rows_have_the_published_costs() throws IOException {
        Path file = SharedData.path("ofa-mbv3-imagenet/subnets.csv");
        List<Observation> rows = OnceForAllTable.read(file, "x");
        List<CsvTable.Row> raw = CsvTable.read(file).rows();

        assertThat(rows).hasSize(1094);
        for (int i = 0; i < rows.size(); i++) {
            Network network = Network.of(rows.get(i).architecture());
            assertThat(network.macs()).isEqualTo(Long.parseLong(raw.get(i).get("macs")));
            assertThat(network.params()).isEqualTo(Long.parseLong(raw.get(i).get("params")));
        }
    }

    @Test
    void differences_between_subnets_lie_in_their_intervals() throws IOException {
        List<Observation> rows = OnceForAllTable.read(SharedData.path("ofa-mbv3-imagenet/subnets.csv"), PublishedResults.ONCE_FOR_ALL);
        Surrogate surrogate = Surrogate.shipped().withRecipe(PublishedResults.ONCE_FOR_ALL);
        int covered = 0;
        int pairs = 0;
        for (int i = 0; i + 37 < rows.size(); i++) {
            Architecture a = rows.get(i).architecture();
            Architecture b = rows.get(i + 37).architecture();
            if (a.equals(b)) {
                continue;
            }
            AccuracyDifference d = surrogate.difference(a, b).orElseThrow();
            double actual = rows.get(i).top1() - rows.get(i + 37).top1();
            pairs++;
            covered += actual >= d.low() && actual <= d.high() ? 1 : 0;
        }
        assertThat((double) covered / pairs).isGreaterThan(0.85);
    }

    @Test
    void a_users_surrogate_from_the_first_search_ranks_the_second() throws IOException {
        Path file = SharedData.path("ofa-mbv3-imagenet/subnets.csv");
        List<Observation> all = OnceForAllTable.read(file, "x");
        List<CsvTable.Row> raw = CsvTable.read(file).rows();
        List<AccuracyTable.Entry> first = new ArrayList<>();
        List<Observation> second = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (raw.get(i).get("search").equals("evonsga2_acc_macs")) {
                first.add(new AccuracyTable.Entry(i + 2, all.get(i).architecture(), all.get(i).top1(), 0, "", ""));
            } else {
                second.add(all.get(i));
            }
        }
        List<Architecture> seen = first.stream().map(AccuracyTable.Entry::architecture).toList();
        second.removeIf(o -> seen.contains(o.architecture()));
        Surrogate surrogate = SurrogateFit.fit(new AccuracyTable("first.csv", first), Optional.of("imagenet"));
        List<Observation> spoken = second.stream()
                .filter(o -> surrogate.estimate(o.architecture()) instanceof AccuracyEstimate.Known).toList();
        double[] estimates = spoken.stream().mapToDouble(o -> ((AccuracyEstimate.Known) surrogate.estimate(o.architecture())).top1()).toArray();
        double[] actual = spoken.stream().mapToDouble(Observation::top1).toArray();

        System.out.println("fitted on the first search, spoke for " + spoken.size() + " of " + second.size() + " new networks of the second: rank correlation "
                + RankCorrelation.spearman(estimates, actual) + ", error " + Statistics.rmse(estimates, actual));
        assertThat(spoken).hasSizeGreaterThan(second.size() / 2);
        assertThat(RankCorrelation.spearman(estimates, actual)).isGreaterThan(0.98);
    }
}
