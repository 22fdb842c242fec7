package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.config.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoreTest {
    private static final List<Objective> OBJECTIVES = List.of(Objective.TOP1, Objective.LATENCY);

    private static Evaluation measured(double top1, double micros) {
        return new Evaluation.Measured(Map.of(Objective.TOP1, Estimate.exact(top1), Objective.LATENCY, Estimate.exact(micros)));
    }

    private static Evaluation infeasible(double amount) {
        return new Evaluation.Infeasible(Map.of(), List.of(new Violation("latency at-most 8 ms", amount, "too slow")));
    }

    private static Score score(long id, Evaluation evaluation) {
        return Score.of(new Outcome(id, evaluation), OBJECTIVES);
    }

    private static List<Score> samples() {
        Random random = new Random(5);
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            scores.add(score(i, switch (i % 4) {
                case 0, 1 -> measured(random.nextInt(5), random.nextInt(5));
                case 2 -> infeasible(1 + random.nextInt(4));
                default -> new Evaluation.Failed("no");
            }));
        }
        return scores;
    }

    @Test
    void a_feasible_one_dominates_every_infeasible_one_and_those_every_failed_one() {
        assertThat(Score.dominance(score(0, measured(1, 1e9)), score(1, infeasible(1e-9)))).isEqualTo(1);
        assertThat(Score.dominance(score(0, infeasible(1e300)), score(1, new Evaluation.Failed("x")))).isEqualTo(1);
        assertThat(Score.dominance(score(0, infeasible(0.2)), score(1, infeasible(0.1)))).isEqualTo(-1);
    }

    @Test
    void feasible_ones_compare_by_pareto_dominance() {
        assertThat(Score.dominance(score(0, measured(70, 5)), score(1, measured(69, 5)))).isEqualTo(1);
        assertThat(Score.dominance(score(0, measured(70, 5)), score(1, measured(70, 5)))).isZero();
        assertThat(Score.dominance(score(0, measured(70, 5)), score(1, measured(71, 6)))).isZero();
        assertThat(Score.dominance(score(0, measured(70, 7)), score(1, measured(71, 6)))).isEqualTo(-1);
    }

    @Test
    void dominance_is_a_strict_partial_order() {
        List<Score> scores = samples();
        for (Score a : scores) {
            assertThat(Score.dominance(a, a)).isZero();
            for (Score b : scores) {
                assertThat(Score.dominance(a, b)).isEqualTo(-Score.dominance(b, a));
                for (Score c : scores) {
                    if (Score.dominance(a, b) > 0 && Score.dominance(b, c) > 0) {
                        assertThat(Score.dominance(a, c)).isEqualTo(1);
                    }
                }
            }
        }
    }

    @Test
    void the_total_order_agrees_with_dominance() {
        for (Score a : samples()) {
            for (Score b : samples()) {
                if (Score.dominance(a, b) > 0) {
                    assertThat(a).isGreaterThan(b);
                }
            }
        }
    }
}
