package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.config.Objective;
import finch.space.Genome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LadderTest {
    private static final List<Objective> ALONE = List.of(Objective.TOP1);

    private final List<String> asked = new ArrayList<>();
    private final Map<String, Double> figures = new HashMap<>();
    private long left = Long.MAX_VALUE;

    private List<Outcome> answer(int generation, List<Candidate> candidates) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (left-- > 0) {
                String name = candidate.genome().choice(0) + "@" + candidate.rung();
                asked.add(name);
                double figure = figures.getOrDefault(name, (double) candidate.genome().choice(0));
                Map<Objective, Estimate> values = new EnumMap<>(Map.of(candidate.rung() == 1 ? Objective.SCORE : Objective.TOP1, Estimate.exact(figure).onRung(candidate.rung())));
                outcomes.add(new Outcome(asked.size() - 1, new Evaluation.Measured(values)));
            }
        }
        return outcomes;
    }

    private static List<Candidate> candidates(int... numbers) {
        List<Candidate> candidates = new ArrayList<>();
        for (int number : numbers) {
            candidates.add(new Candidate(Genome.of(number), List.of(), "random", 1));
        }
        return candidates;
    }

    private Ladder ladder(Double... shares) {
        return new Ladder(List.of(shares), ALONE, this::answer);
    }

    @Test
    void the_best_share_of_all_so_far_is_promoted_after_each_batch() {
        Ladder ladder = ladder(1.0, 0.5, 0.25);

        List<Outcome> outcomes = ladder.evaluate(0, candidates(1, 2, 3, 4));
        assertThat(asked).containsExactly("1@1", "2@1", "3@1", "4@1", "4@2", "3@2", "4@3");
        assertThat(outcomes).extracting(o -> o.evaluation().rung()).containsExactly(1, 1, 2, 3);

        // a fifth and a sixth network have one place more: 9 takes it, and 2, passed over before, is not in the best half any more
        ladder.evaluate(1, candidates(9, 0));
        assertThat(asked.subList(7, asked.size())).containsExactly("9@1", "0@1", "9@2");
        ladder.evaluate(2, candidates(8, 7));
        assertThat(asked.subList(10, asked.size())).containsExactly("8@1", "7@1", "8@2", "9@3");
        assertThat(ladder.rungs(0)).extracting(Outcome::id).containsExactly(0L);
        assertThat(ladder.rungs(7)).as("risen since").extracting(Outcome::id).containsExactly(7L, 9L, 13L);
        assertThat(ladder.rungs(13)).isEqualTo(ladder.rungs(7));
    }

    @Test
    void who_was_passed_over_may_rise_later() {
        Ladder ladder = ladder(1.0, 0.5);
        ladder.evaluate(0, candidates(5, 4, 3));
        assertThat(asked).containsExactly("5@1", "4@1", "3@1", "5@2");
        ladder.evaluate(1, candidates(1));
        assertThat(asked.subList(4, asked.size())).containsExactly("1@1", "4@2");
    }

    @Test
    void after_the_search_the_last_rung_is_asked_about_the_front_below_it() {
        Ladder ladder = new Ladder(List.of(1.0, 0.1), List.of(Objective.TOP1), this::answer);
        ladder.evaluate(0, candidates(3, 5, 4));
        ladder.finish(this::answer);
        ladder.finish(this::answer);
        assertThat(asked).containsExactly("3@1", "5@1", "4@1", "5@2");
    }

    @Test
    void promotions_that_are_cut_off_stop_the_search() {
        left = 5;
        assertThat(ladder(1.0, 0.5).evaluate(0, candidates(1, 2))).isNotEmpty();
        assertThat(ladder(1.0, 0.5).evaluate(0, candidates(3, 4))).as("both were evaluated, and the promotion of one was not").isEmpty();
        assertThat(asked).containsExactly("1@1", "2@1", "2@2", "3@1", "4@1");
    }

    private static Evaluation.Measured measured(double top1, int rung) {
        return new Evaluation.Measured(Map.of(Objective.TOP1, Estimate.exact(top1).onRung(rung)));
    }

    @Test
    void figures_of_different_rungs_never_compare() {
        Score low = Score.of(new Outcome(0, measured(99, 1)), ALONE);
        Score high = Score.of(new Outcome(1, measured(10, 2)), ALONE);
        Score infeasible = Score.of(new Outcome(2, new Evaluation.Infeasible(measured(99, 3).values(), List.of(new Violation("top1", 0.1, "")))), ALONE);

        assertThat(Score.dominance(high, low)).isEqualTo(1);
        assertThat(Score.dominance(low, high)).isEqualTo(-1);
        assertThat(high.compareTo(low)).isPositive();
        assertThat(Score.dominance(low, infeasible)).as("what is known to miss a bound comes last").isEqualTo(1);
        ParetoFront front = new ParetoFront(ALONE);
        front.add(0, Genome.of(0), measured(99, 1));
        assertThatThrownBy(() -> front.add(1, Genome.of(1), measured(10, 2))).hasMessage("figures of the rungs 1 and 2 do not compare");
    }

    /** By the definition, slowly. */
    @Test
    void fronts_are_those_of_the_definition() {
        java.util.Random random = new java.util.Random(5);
        List<Objective> objectives = List.of(Objective.TOP1, Objective.MACS, Objective.PARAMS);
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            scores.add(Score.of(new Outcome(i, new Evaluation.Measured(Map.of(Objective.TOP1, Estimate.exact(random.nextInt(9)),
                    Objective.MACS, Estimate.exact(random.nextInt(9)), Objective.PARAMS, Estimate.exact(random.nextInt(9))))), objectives));
        }
        List<Score> rest = new ArrayList<>(scores);
        for (List<Score> front : CrowdedOrder.fronts(scores)) {
            List<Score> expected = rest.stream().filter(a -> rest.stream().noneMatch(b -> Score.dominance(b, a) > 0)).toList();
            assertThat(front).containsExactlyInAnyOrderElementsOf(expected);
            rest.removeAll(front);
        }
        assertThat(rest).isEmpty();
        assertThat(CrowdedOrder.of(scores)).containsExactlyInAnyOrderElementsOf(scores);
    }
}
