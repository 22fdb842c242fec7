package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.AccuracyEstimate;
import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.Bound;
import finch.search.config.ConfigReader;
import finch.search.config.NetworkReference;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.network.Network;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bounds that cannot be kept, and bounds that only seem so. */
class BoundPricingTest {
    /** 95 % for the few networks of four blocks with kernels of 5 alone; whoever comes nearer to them loses, but for the last step. */
    private static final ToyServices LONELY = ToyServices.with(toy -> architecture -> {
        double top1 = fives(architecture) == 4 ? 95 : 60 - fives(architecture);
        return new AccuracyEstimate.Known(top1, top1, top1, "toy", "toys");
    });

    @TempDir
    private Path temp;

    private static long fives(Architecture architecture) {
        return architecture.blocks().stream().filter(b -> ((Block.InvertedResidual) b).kernel().height() == 5).count();
    }

    private RunResult start(String constraints, int evaluations, List<String> warnings) throws IOException {
        SearchConfig config = ConfigReader.parse("c.yaml", "schema: 1\nname: toy\nspace: toy4\nstop: { evaluations: " + evaluations + " }\nalgorithm: { type: random }\n"
                + "constraints: " + constraints, Path.of("."), List.of(), new ToyCatalog());
        RunListener listener = new RunListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        };
        return SearchRun.start(config, temp.resolve("run"), 1, LONELY, listener, () -> false);
    }

    @Test
    void an_accuracy_that_was_not_found_beforehand_is_searched_for() throws IOException {
        List<String> warnings = new ArrayList<>();

        RunResult result = start("{ top1: { at-least: 90 % } }", 3000, warnings);

        assertThat(result.status()).as(result.message()).isEqualTo(RunStatus.FINISHED);
        assertThat(result.frontSize()).isPositive();
        assertThat(warnings).singleElement().asString().startsWith("constraints.top1: at-least 90 % may be out of reach in the space toy4. Found before the search: ")
                .contains(" to 60 % (searched, not proved)", "The nearest network is genome ").endsWith("The search may find a better one, and goes on.");
    }

    @Test
    void a_latency_is_refused_only_far_from_what_was_found() throws IOException {
        List<String> warnings = new ArrayList<>();
        RunResult far = start("{ latency: { at-most: 10 us } }", 20, warnings);
        assertThat(far.status()).isEqualTo(RunStatus.INFEASIBLE);
        assertThat(far.message()).contains("constraints.latency: at-most 10 us cannot be reached in the space toy4");
        assertThat(warnings).isEmpty();
        assertThat(temp.resolve("run")).doesNotExist();

        // the cheapest network takes some 500 us at the upper end of its interval
        RunResult near = start("{ latency: { at-most: 400 us } }", 20, warnings);

        assertThat(near.status()).isEqualTo(RunStatus.INFEASIBLE);
        assertThat(near.message()).startsWith("none of 20 architectures keeps the bounds");
        assertThat(warnings).singleElement().asString().startsWith("constraints.latency: at-most 400 us may be out of reach");
    }

    @Test
    void relative_limits_of_counts_are_exact_and_may_not_contradict_each_other() throws IOException {
        SearchConfig config = ConfigReader.parse("c.yaml", "schema: 1\nname: toy\nspace: toy4\n", Path.of("."), List.of(), new ToyCatalog());
        ArchitectureEvaluator evaluator = new ArchitectureEvaluator(config, rung -> null, (first, second) -> Optional.empty(), null, List.of());
        Architecture reference = new ToyCatalog().network("toy-reference");
        BigDecimal macs = BigDecimal.valueOf(Network.of(reference).macs());
        for (int percent = 1; percent < 200; percent++) {
            BigDecimal factor = BigDecimal.valueOf(percent, 2);
            assertThat(evaluator.limit(Objective.MACS, new Bound.Limit.Relative(factor.doubleValue(), new NetworkReference("toy-reference", reference))))
                    .as("%s of %s", factor, macs).isEqualTo(macs.multiply(factor).doubleValue());
        }
        List<String> warnings = new ArrayList<>();

        assertThatThrownBy(() -> start("{ macs: { at-most: 1.0 x toy-reference, at-least: 1.1 x toy-reference } }", 20, warnings)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("constraints.macs: no network keeps both at-most 1.0 x toy-reference = ").hasMessageContaining("at-least 1.1 x toy-reference = ");
        assertThat(temp.resolve("run")).doesNotExist();
    }

    @Test
    void exact_costs_are_refused_at_once() throws IOException {
        List<String> warnings = new ArrayList<>();

        RunResult result = start("{ params: { at-most: 10 } }", 20, warnings);

        assertThat(result.message()).contains("constraints.params: at-most 10 cannot be reached");
        assertThat(warnings).isEmpty();
        assertThat(temp.resolve("run")).doesNotExist();
    }
}
