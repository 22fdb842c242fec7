package finch.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Head;
import finch.space.format.InvalidFileException;
import finch.space.format.References;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurrogateTest extends AccuracyEstimatorContract {
    private static final Architecture LARGE = References.resolve("mobilenetv3-large");

    @Override
    AccuracyEstimator estimator() {
        return Surrogate.shipped();
    }

    @Override
    List<Architecture> known() {
        return Stream.of("mobilenetv1@0.5/160", "mobilenetv2", "mobilenetv3-large", "mobilenetv3-small", "mnasnet-a1",
                "proxylessnas-gpu", "efficientnet-b0").map(References::resolve).toList();
    }

    @Override
    List<Architecture> unknown() {
        return List.of(LARGE.withClasses(10), LARGE.atResolution(Extent.square(64)), LARGE.atResolution(new Extent(224, 192)),
                References.resolve("mobilenet-edgetpu"));
    }

    @ParameterizedTest
    @CsvSource({"mobilenetv1, 70.9", "mobilenetv1@0.5/160, 59.1", "mobilenetv1@0.25/128, 41.5", "mobilenetv2, 71.8",
        "mobilenetv2@1.4, 75.0", "mobilenetv2@0.35/96, 45.5", "mobilenetv3-large, 75.2", "mobilenetv3-small, 67.4",
        "mobilenetv3-large@0.75, 73.3", "mobilenetv3-large@/128, 68.4", "mobilenetv3-small@0.5, 58.0",
        "mobilenetv3-large-minimalistic, 72.3", "mobilenetv3-small-minimalistic, 61.9", "mnasnet-a1, 75.2", "mnasnet-small, 66.0",
        "efficientnet-lite0, 75.1"})
    void published_networks_are_near_their_published_accuracy(String name, double published) {
        AccuracyEstimate.Known known = (AccuracyEstimate.Known) Surrogate.shipped().estimate(References.resolve(name));

        assertThat(known.top1()).isCloseTo(published, org.assertj.core.data.Offset.offset(published < 50 ? 1.5 : 1.0));
        double half = (known.high() - known.low()) / 2;
        assertThat(published).as("within twice the interval of a result it was fitted to")
                .isBetween(known.top1() - 2 * half, known.top1() + 2 * half);
    }

    @Test
    void the_two_reference_networks_lie_within_the_interval_of_the_papers_recipe() {
        assertThat(Surrogate.shipped().recipe()).isEqualTo("paper");
        AccuracyEstimate.Known large = (AccuracyEstimate.Known) Surrogate.shipped().estimate(LARGE);
        AccuracyEstimate.Known small = (AccuracyEstimate.Known) Surrogate.shipped().estimate(References.resolve("mobilenetv3-small"));

        assertThat(75.2).isBetween(large.low(), large.high());
        assertThat(67.4).isBetween(small.low(), small.high());
        assertThat(large.high() - large.low()).isBetween(0.5, 3.0);
    }

    @Test
    void recipes_differ_as_published() {
        Surrogate paper = Surrogate.shipped();

        assertThat(top1(paper.withRecipe("timm-ra4"))).isGreaterThan(top1(paper) + 0.8);
        assertThat(top1(paper.withRecipe("torchvision"))).isLessThan(top1(paper));
        assertThat(paper.withRecipe("torchvision").recipe()).isEqualTo("torchvision");
    }

    private static double top1(Surrogate surrogate) {
        return ((AccuracyEstimate.Known) surrogate.estimate(LARGE)).top1();
    }

    @Test
    void an_unknown_recipe_is_refused_with_the_nearest_one() {
        assertThatIllegalArgumentException().isThrownBy(() -> Surrogate.shipped().withRecipe("torchvison"))
                .withMessageContaining("torchvison").withMessageContaining("Maybe you meant torchvision").withMessageContaining("paper");
    }

    @Test
    void silence_names_what_is_outside() {
        assertThat(reason(LARGE.withClasses(10))).contains("10 classes");
        assertThat(reason(LARGE.atResolution(Extent.square(64)))).contains("resolution 64");
        assertThat(reason(References.resolve("mobilenet-edgetpu"))).contains("block of type");
        assertThat(reason(withHead(new Head(960, 64, true, Activation.HARD_SWISH)))).contains("64 features");
        assertThat(reason(withHead(Head.plain()))).contains("a head of the form");
        assertThat(reason(withBlock(3, b -> new Block.InvertedResidual(Extent.square(11), b.stride(), b.expanded(), b.out(),
                b.squeeze(), b.activation(), false, true)))).contains("kernel 11");
        assertThat(reason(withBlock(3, b -> new Block.InvertedResidual(b.kernel(), b.stride(), 24 * 20, b.out(), b.squeeze(),
                b.activation(), false, true)))).contains("expansion of 20");
        assertThat(reason(withBlock(5, b -> new Block.InvertedResidual(b.kernel(), b.stride(), b.expanded(), 8, b.squeeze(),
                b.activation(), false, true)))).contains("much narrower");
    }

    @Test
    void repeating_a_block_without_end_ends_in_silence() {
        List<Block> blocks = new ArrayList<>(LARGE.blocks());
        for (int i = 0; i < 30; i++) {
            blocks.add(blocks.getLast());
        }
        assertThat(Surrogate.shipped().estimate(withBlocks(blocks))).isInstanceOf(AccuracyEstimate.Silent.class);
    }

    @Test
    void plain_improvements_raise_the_estimate_and_plain_cuts_lower_it() {
        double reference = top1(Surrogate.shipped());

        assertThat(estimate(LARGE.atResolution(Extent.square(256)))).isGreaterThan(reference + 0.3);
        assertThat(estimate(LARGE.atResolution(Extent.square(160)))).isLessThan(reference - 1);
        assertThat(estimate(References.resolve("mobilenetv3-large@0.75"))).isLessThan(reference - 0.8);
        assertThat(estimate(References.resolve("mobilenetv3-large-minimalistic"))).isLessThan(reference - 1);
        List<Block> shallower = new ArrayList<>(LARGE.blocks());
        shallower.removeLast();
        assertThat(estimate(withBlocks(shallower))).isLessThan(reference - 0.3);
    }

    @Test
    void intervals_widen_away_from_published_networks() {
        double near = width(LARGE);
        Architecture odd = withBlocks(LARGE.blocks().stream().<Block>map(b -> new Block.InvertedResidual(Extent.square(5),
                b.stride(), ((Block.InvertedResidual) b).expanded(), b.out(), Optional.empty(), Activation.HARD_SWISH, false, true))
                .toList());

        assertThat(width(odd)).isGreaterThan(1.3 * near);
    }

    @Test
    void a_difference_is_surer_than_its_parts() {
        Surrogate surrogate = Surrogate.shipped();
        List<Block> blocks = new ArrayList<>(LARGE.blocks());
        blocks.removeLast();
        Architecture shallower = withBlocks(blocks);

        AccuracyDifference difference = surrogate.difference(LARGE, shallower).orElseThrow();
        assertThat(difference.value()).isEqualTo(estimate(LARGE) - estimate(shallower));
        assertThat(difference.high() - difference.low()).isLessThan(width(LARGE) + width(shallower)).isPositive();
        assertThat(surrogate.difference(LARGE, LARGE.named("same")).orElseThrow()).isEqualTo(new AccuracyDifference(0, 0, 0));
        assertThat(surrogate.difference(LARGE, LARGE.withClasses(10))).isEmpty();
    }

    @Test
    void what_is_written_and_read_again_is_the_same_surrogate(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("surrogate.json");
        Surrogate.shipped().write(file);
        Surrogate read = Surrogate.read(file);

        assertThat(known()).allSatisfy(a -> assertThat(read.estimate(a)).isEqualTo(Surrogate.shipped().estimate(a)));
        assertThat(read.figures()).isEqualTo(Surrogate.shipped().figures());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void a_file_that_is_no_surrogate_is_refused_with_its_name(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("surrogate.json");
        for (String text : List.of("", "{}", "{\"format\": \"finch-surrogate/9\"}", "{\"format\": \"finch-surrogate/1\"}",
                "{\"unknown\": 1}", SurrogateJson.text(Surrogate.shipped().file()).replaceFirst("\"center\" : \\[ [^,]*, ", "\"center\" : [ "))) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> Surrogate.read(file)).isInstanceOf(InvalidFileException.class).hasMessageContaining(file.toString());
        }
    }

    @Test
    void the_shipped_file_tells_its_errors_beside_trivial_baselines() {
        assertThat(Surrogate.shipped().figures()).hasSizeGreaterThanOrEqualTo(5);
        Figure subnets = Surrogate.shipped().figures().getFirst();
        assertThat(subnets.rows()).isEqualTo(1045);
        assertThat(subnets.spearman()).isGreaterThanOrEqualTo(0.991).isGreaterThan(baseline(subnets).spearman());
        assertThat(subnets.rmse()).isLessThanOrEqualTo(0.18).isLessThan(baseline(subnets).rmse());
        assertThat(Surrogate.shipped().figures()).filteredOn(f -> !f.test().contains("in sample"))
                .allSatisfy(f -> assertThat(f.baselines()).hasSize(3));
        assertThat(Surrogate.shipped().explain()).contains("DyNAS-T", "Apache-2.0", "leave one family out", "multiply-adds");
    }

    /** What is asked of the shipped surrogate on data it was not fitted to; a worse one is not to be shipped. */
    @Test
    void the_shipped_file_errs_no_more_than_is_asked() {
        assertThat(figure("recipe once-for-all, 5-fold").rmse()).isLessThanOrEqualTo(0.11);
        assertThat(figure("recipe once-for-all, 5-fold").spearman()).isGreaterThanOrEqualTo(0.996);
        assertThat(Surrogate.shipped().figures()).filteredOn(f -> f.test().contains("alone,")).hasSize(3)
                .allSatisfy(f -> assertThat(f.spearman()).isGreaterThanOrEqualTo(0.985));
        assertThat(figure("other recipes, 10-fold").meanAbsoluteError()).isLessThanOrEqualTo(0.5);
        assertThat(figure("other recipes, leave one family out, rows").meanAbsoluteError()).isLessThanOrEqualTo(0.9);
        // families are judged by intervals that were calibrated on the other families
        for (String test : List.of("recipe once-for-all, 5-fold", "recipe once-for-all, fitted to the 530", "recipe once-for-all, fitted to the 515", "recipe once-for-all, fitted to its first 200", "other recipes, 10-fold",
                "other recipes, leave one family out, rows", "other recipes, differences")) {
            assertThat(figure(test).coverage90()).as(test).isBetween(0.85, 0.95);
        }
        // that families are covered decides how wide intervals are: single architectures are covered more often
        assertThat(figure("other recipes, leave one architecture").coverage90()).isBetween(0.85, 0.97);
        Figure.OffsetsOff families = figure("other recipes, leave one family out (").offsetsOff().orElseThrow();
        assertThat(families.coverage90()).isBetween(0.86, 0.95);
        assertThat(families.meanAbsoluteError()).isLessThanOrEqualTo(1.2);
    }

    /** A source with one row has no offset that could be taken off. */
    @Test
    void only_sources_whose_offset_was_taken_off_are_counted() {
        assertThat(Surrogate.shipped().figures()).flatExtracting(f -> f.offsetsOff().stream().toList()).isNotEmpty()
                .allSatisfy(o -> assertThat(o.sources()).isPositive().isLessThanOrEqualTo(o.rows() / 2));
    }

    private static Figure figure(String test) {
        return Surrogate.shipped().figures().stream().filter(f -> (f.test() + " (").startsWith(test)).findFirst().orElseThrow();
    }

    @Test
    void the_format_before_is_refused_with_the_way_out(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("surrogate.json");
        Files.writeString(file, "{\"format\": \"finch-surrogate/1\", \"title\": \"old\", \"sources\": [\"300 rows of mine.csv\"]}");
        assertThatThrownBy(() -> Surrogate.read(file)).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("must be finch-surrogate/2")
                .hasMessageContaining("fit it anew with finch fit TABLE -o FILE. It was fitted to 300 rows of mine.csv.");
    }

    @Test
    void beyond_the_data_an_interval_widens_and_nothing_is_gained() {
        SurrogateFile file = Surrogate.shipped().file();
        GaussianModel model = file.model();
        double[] raw = file.features().of(LARGE);
        for (int f = 0; f < model.globals; f++) {
            double[] edge = raw.clone();
            edge[f] = model.center[f] + model.high[f] / Math.max(1e-9, model.inverseSpread[f]);
            double[] beyond = edge.clone();
            beyond[f] += 0.5;
            double[] at = model.basis(edge, file.recipes().indexOf("paper"));
            double[] out = model.basis(beyond, file.recipes().indexOf("paper"));
            String name = file.features().names().get(f);
            if (model.inverseSpread[f] > 0) {
                assertThat(model.mean(out)).as(name).isCloseTo(model.mean(at), org.assertj.core.data.Offset.offset(1e-6));
                assertThat(model.variance(out)).as(name).isGreaterThan(model.variance(at));
            }
        }
    }

    /** Up to what is lost where large terms cancel. */
    @Test
    void the_variance_of_a_difference_from_its_parts_is_that_of_the_difference() {
        SurrogateFile file = Surrogate.shipped().file();
        GaussianModel model = file.model();
        List<double[]> phi = Stream.of("mobilenetv3-large", "mobilenetv3-large@0.75", "mobilenetv2", "mobilenetv1@0.5/160", "mobilenetv3-small")
                .map(name -> model.basis(file.features().of(References.resolve(name)), file.recipes().indexOf("paper"))).toList();
        for (double[] a : phi) {
            double plain = 0;
            for (int i = 0; i < a.length; i++) {
                for (int j = i; j < a.length; j++) {
                    plain += a[i] * model.q[i][j] * a[j];
                }
            }
            assertThat(model.quadratic(a)).isCloseTo(plain, org.assertj.core.data.Offset.offset(1e-9));
            for (double[] b : phi) {
                double parts = model.varianceOfDifference(a, model.quadratic(a), b, model.quadratic(b), model.product(b));
                assertThat(parts).isCloseTo(model.varianceOfDifference(a, b), org.assertj.core.data.Offset.offset(1e-9));
            }
        }
    }

    /** A search asks for both in turn, and of several references. */
    @Test
    void a_difference_does_not_depend_on_what_was_asked_before() {
        Surrogate asked = Surrogate.shipped();
        List<Architecture> networks = Stream.of("mobilenetv3-large@0.75", "mobilenetv2", "mobilenetv3-small").map(References::resolve).toList();
        for (Architecture reference : List.of(LARGE, networks.get(2), LARGE)) {
            for (Architecture network : networks) {
                asked.estimate(networks.getFirst());
                AccuracyDifference other = asked.difference(network, reference).orElseThrow();
                asked.estimate(network);
                AccuracyDifference same = asked.difference(network, reference).orElseThrow();
                AccuracyDifference fresh = asked.withRecipe("paper").difference(network, reference).orElseThrow();
                assertThat(same).isEqualTo(fresh);
                assertThat(other).isEqualTo(fresh);
            }
        }
    }

    @Test
    void multipliers_are_in_the_papers_order() {
        for (String name : List.of("mobilenetv3-large", "mobilenetv3-small", "mobilenetv2", "mobilenetv1")) {
            List<String> widths = name.equals("mobilenetv1") ? List.of("0.25", "0.5", "0.75", "1") : List.of("0.35", "0.5", "0.75", "1");
            assertThat(widths.stream().map(w -> estimate(References.resolve(name + "@" + w))).toList()).as(name).isSorted();
            assertThat(Stream.of("128", "160", "192", "224").map(r -> estimate(References.resolve(name + "@/" + r))).toList()).as(name)
                    .isSorted();
        }
        // arXiv 1905.02244v5, table 9 and the TF-slim README
        double large = estimate(LARGE);
        assertThat(estimate(References.resolve("mobilenetv3-large@1.25")) - large).isBetween(0.9, 2.1);
        assertThat(large - estimate(References.resolve("mobilenetv3-large@0.75"))).isBetween(1.2, 2.6);
        assertThat(large - estimate(References.resolve("mobilenetv3-large-minimalistic"))).isBetween(2.2, 3.6);
    }

    private static Figure.Baseline baseline(Figure figure) {
        return figure.baselines().stream().filter(b -> b.feature().equals("multiply-adds")).findFirst().orElseThrow();
    }

    private static String reason(Architecture a) {
        return ((AccuracyEstimate.Silent) Surrogate.shipped().estimate(a)).reason();
    }

    private static double estimate(Architecture a) {
        return ((AccuracyEstimate.Known) Surrogate.shipped().estimate(a)).top1();
    }

    private static double width(Architecture a) {
        AccuracyEstimate.Known known = (AccuracyEstimate.Known) Surrogate.shipped().estimate(a);
        return known.high() - known.low();
    }

    private static Architecture withHead(Head head) {
        return new Architecture("", LARGE.resolution(), 3, 1000, LARGE.padding(), LARGE.stem(), LARGE.blocks(), head);
    }

    private static Architecture withBlocks(List<Block> blocks) {
        return new Architecture("", LARGE.resolution(), 3, 1000, LARGE.padding(), LARGE.stem(), blocks, LARGE.head());
    }

    private static Architecture withBlock(int index, java.util.function.Function<Block.InvertedResidual, Block> change) {
        List<Block> blocks = new ArrayList<>(LARGE.blocks());
        blocks.set(index, change.apply((Block.InvertedResidual) blocks.get(index)));
        return withBlocks(blocks);
    }
}
