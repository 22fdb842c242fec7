package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.AccuracyEstimator;
import finch.accuracy.Surrogate;
import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.Accuracy;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.config.ShippedCatalog;
import finch.search.evolve.Evaluation;
import finch.space.Architecture;
import finch.space.SearchSpace;
import finch.space.format.References;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network must surely be more accurate than another. */
class DifferenceBoundTest {
    private static final String CONFIG = "schema: 1\nname: sure\nspace: SPACE\nseed-with: [NETWORK]\nstop: { evaluations: 300 }\n"
            + "constraints: { top1: { at-least: 1.0 x NETWORK, bound-on: interval } }\n";

    @TempDir
    private Path temp;

    @Test
    void what_keeps_the_bound_is_surely_better_and_what_misses_it_is_told_by_how_much() throws IOException {
        SearchConfig config = ConfigReader.parse("c.yaml", CONFIG.replace("SPACE", "mobilenetv3-large").replace("NETWORK", "mobilenetv3-large"),
                Path.of("."), List.of("seed=3"), new ShippedCatalog());
        ToyServices services = new ToyServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) {
                return Surrogate.shipped();
            }
        };

        RunResult result = SearchRun.start(config, temp.resolve("run"), 2, services, RunListener.SILENT, () -> false);

        assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        Architecture reference = References.resolve("mobilenetv3-large").anonymous();
        int others = 0;
        for (int rank = 1; rank <= result.frontSize(); rank++) {
            Architecture found = FrontPick.resolve(temp.resolve("run"), "front/" + rank);
            others += found.anonymous().equals(reference) ? 0 : 1;
            assertThat(Surrogate.shipped().difference(found, References.resolve("mobilenetv3-large")).orElseThrow().low()).isNotNegative();
        }
        assertThat(others).as("found beside the reference").isPositive();
        List<Evaluation> evaluations = Journal.read(temp.resolve("run/journal.jsonl")).stream().map(JournalEntry::evaluation).toList();
        assertThat(evaluations.getFirst()).as("it keeps a bound on itself").isInstanceOf(Evaluation.Measured.class);
        assertThat(evaluations).anyMatch(e -> e instanceof Evaluation.Infeasible i
                && i.violations().getFirst().reason().matches("[0-9.]+ points more than mobilenetv3-large, but perhaps only -[0-9.]+"));
    }

    @Test
    void an_estimator_that_knows_nothing_of_differences_is_refused() {
        SearchConfig config = ConfigReader.parse("c.yaml", CONFIG.replace("SPACE", "toy4").replace("NETWORK", "toy-reference"),
                Path.of("."), List.of(), new ToyCatalog());

        assertThatThrownBy(() -> SearchRun.start(config, temp.resolve("run"), 1, new ToyServices(), RunListener.SILENT, () -> false))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("constraints.top1: bound-on: interval").hasMessageContaining("Use bound-on: value.");
        assertThat(Files.exists(temp.resolve("run"))).isFalse();
    }
}
