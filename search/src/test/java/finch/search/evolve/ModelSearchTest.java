package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.search.ToyServices;
import finch.search.ToySpace;
import finch.search.config.Bound;
import finch.search.config.Objective;
import finch.search.config.SearchConfig.Algorithm;
import finch.space.Genome;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModelSearchTest {
    private static final ToySpace SPACE = new ToySpace(4);

    @Test
    void an_improvement_is_the_difference_of_two_hypervolumes() {
        Random random = new Random(3);
        for (int dimension = 1; dimension <= 3; dimension++) {
            double[] reference = random.doubles(dimension, 0.8, 1).toArray();
            ExpectedImprovement improvement = new ExpectedImprovement(reference);
            List<double[]> points = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                double[] point = random.doubles(dimension, i < 20 ? 0.4 : 0, 1).toArray();
                double before = Hypervolume.of(points, reference);
                points.add(point);
                double grown = Hypervolume.of(points, reference) - before;

                assertThat(improvement.improvement(point)).isCloseTo(grown, within(1e-12));
                assertThat(improvement.of(point, new double[dimension])).as("nothing uncertain").isCloseTo(grown, within(1e-12));
                improvement.add(point);
            }
        }
    }

    @Test
    void an_uncertain_point_is_expected_to_improve_where_its_mean_does_not() {
        ExpectedImprovement improvement = new ExpectedImprovement(new double[] {1});
        improvement.add(new double[] {0.5});

        assertThat(improvement.of(new double[] {0.6}, new double[] {0})).isZero();
        // E max(0, 0.5 - x) for x normal about 0.6 with deviation 0.1 is 0.00833; five nodes come near
        assertThat(improvement.of(new double[] {0.6}, new double[] {0.1})).isBetween(0.004, 0.012);
    }

    @Test
    void the_model_foretells_what_adds_up_and_is_least_certain_where_it_knows_least() {
        Random random = new Random(5);
        List<GenomeModel.Features> rows = new ArrayList<>();
        double[] values = new double[80];
        for (int i = 0; i < 80; i++) {
            int[] choices = random.ints(8, 0, 3).toArray();
            rows.add(new GenomeModel.Features(choices, new double[0]));
            values[i] = value(choices);
        }
        GenomeModel model = GenomeModel.fit(rows.subList(0, 60), java.util.Arrays.copyOf(values, 60), GenomeModel.choose(rows.subList(0, 60), values));
        double squares = 0;
        double spread = 0;
        List<GenomeModel.Prediction> unseen = model.predict(rows.subList(60, 80));
        for (int i = 0; i < 20; i++) {
            squares += Math.pow(unseen.get(i).mean() - values[60 + i], 2);
            spread += Math.pow(values[60 + i] - IntStream.range(0, 60).mapToDouble(k -> values[k]).average().orElseThrow(), 2);
            assertThat(model.mean(rows.get(60 + i))).isCloseTo(unseen.get(i).mean(), within(1e-9));
        }
        assertThat(squares / spread).as("unexplained share").isLessThan(0.05);
        double seen = model.predict(rows.subList(0, 60)).stream().mapToDouble(GenomeModel.Prediction::deviation).max().orElseThrow();
        assertThat(unseen.stream().mapToDouble(GenomeModel.Prediction::deviation).min().orElseThrow()).isGreaterThan(seen);
    }

    private static double value(int[] choices) {
        double value = 10;
        for (int i = 0; i < choices.length; i++) {
            value += (i + 1) * Math.sqrt(choices[i]);
        }
        return value;
    }

    /** Counts a search's outcomes. @param silent whether half the space has no accuracy, which is not known ahead */
    private static List<Evaluation> search(Algorithm algorithm, List<Objective> objectives, boolean silent, int budget) {
        Foreknowledge costs = new Foreknowledge() {
            @Override
            public Evaluation preview(Genome genome) {
                return new Evaluation.Measured(Map.of(Objective.MACS, Estimate.exact(Network.of(SPACE.decode(genome)).macs())));
            }

            @Override
            public double limit(Objective quantity, Bound.Limit limit) {
                return NONE.limit(quantity, limit);
            }
        };
        List<Evaluation> all = new ArrayList<>();
        SearchAlgorithm.of(algorithm).run(new SearchProblem(SPACE, objectives, 1, List.of(), costs), (generation, candidates) -> {
            List<Outcome> outcomes = new ArrayList<>();
            for (Candidate candidate : candidates.subList(0, Math.min(candidates.size(), budget - all.size()))) {
                Map<Objective, Estimate> cheap = costs.preview(candidate.genome()).valuesOrEmpty();
                Evaluation evaluation = silent && candidate.genome().choice(2) != 0
                        ? new Evaluation.Infeasible(cheap, List.of(new Violation("domain", 1, "unheard of")))
                        : new Evaluation.Measured(Map.of(Objective.MACS, cheap.get(Objective.MACS), Objective.TOP1,
                                Estimate.exact(ToyServices.top1(SPACE.decode(candidate.genome())))));
                outcomes.add(new Outcome(all.size(), evaluation));
                all.add(evaluation);
            }
            return outcomes;
        });
        return all;
    }

    @Test
    void networks_like_those_that_could_not_be_evaluated_are_proposed_less() {
        List<Objective> objectives = List.of(Objective.TOP1, Objective.MACS);

        long learnt = search(Algorithm.Surrogate.DEFAULT, objectives, true, 150).stream().filter(Evaluation.Measured.class::isInstance).count();
        long random = search(new Algorithm.Random(10), objectives, true, 150).stream().filter(Evaluation.Measured.class::isInstance).count();

        assertThat(learnt).isGreaterThan(random);
    }

    @Test
    void one_objective_known_ahead_or_not_is_searched_as_well() {
        double cheapest = SPACE.all().stream().map(SPACE::canonical).distinct().mapToDouble(g -> Network.of(SPACE.decode(g)).macs()).min().orElseThrow();
        assertThat(search(Algorithm.Surrogate.DEFAULT, List.of(Objective.MACS), false, 60).stream()
                .mapToDouble(e -> e.valuesOrEmpty().get(Objective.MACS).value()).min()).hasValue(cheapest);

        double best = SPACE.all().stream().map(SPACE::decode).mapToDouble(ToyServices::top1).max().orElseThrow();
        assertThat(search(Algorithm.Surrogate.DEFAULT, List.of(Objective.TOP1), false, 100).stream()
                .mapToDouble(e -> e.valuesOrEmpty().get(Objective.TOP1).value()).max().orElseThrow()).isGreaterThan(best - 0.1);
    }
}
