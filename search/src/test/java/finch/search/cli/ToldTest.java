package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.search.evolve.Evaluation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On a clock that the test moves. */
class ToldTest {
    private static final Evaluation.Measured EVALUATION = new Evaluation.Measured(Map.of(Objective.MACS, new Estimate(1e6, 1e6, 1e6)));

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private long now;
    private final Progress progress = new Progress(new Terminal(new ByteArrayInputStream(new byte[0]), System.out,
            new PrintStream(err, true, StandardCharsets.UTF_8), Path.of(""), false), () -> now);
    private final Told told = new Told(progress, () -> now);

    private void evaluated(long count, double seconds) {
        now += Math.round(seconds * 1e9);
        told.evaluated(count, 1000, 0, 3, EVALUATION);
    }

    private String last() {
        return err.toString(StandardCharsets.UTF_8).lines().reduce("", (a, b) -> b);
    }

    @Test
    void a_new_search_tells_its_rate_and_the_time_left() {
        progress.stage("searching");
        told.replayed(0, 1000);
        evaluated(100, 20);
        assertThat(last()).contains(" 10 %").contains("3 min 0 s left").contains("100 evaluated (5/s), front of 3");
    }

    @Test
    void what_a_journal_answers_is_no_evaluation() {
        progress.stage("searching");
        for (int i = 1; i <= 600; i++) {
            evaluated(i, 0.02);
        }
        assertThat(last()).contains("read from the journal").doesNotContain("left").doesNotContain("/s");
        told.replayed(600, 1000);
        evaluated(630, 10);
        // 30 in 10 seconds, so 370 in 123
        assertThat(last()).contains(" 63 %").contains("2 min 3 s left").contains("630 evaluated (3/s)");
    }
}
