package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.search.ToyServices;
import finch.search.ToySpace;
import finch.search.config.Bound;
import finch.search.config.Objective;
import finch.search.config.Reward;
import finch.search.config.SearchConfig.Algorithm;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A space of 1884 architectures, small enough to know the true front of. */
class ExhaustiveTruthTest {
    private static final ToySpace SPACE = new ToySpace(3);
    private static final double[] REFERENCE = {0, 40_000};

    private static Evaluation.Measured measured(Genome genome) {
        Architecture architecture = SPACE.decode(genome);
        return new Evaluation.Measured(Map.of(Objective.TOP1, Estimate.exact(ToyServices.top1(architecture)),
                Objective.LATENCY, Estimate.exact(ToyServices.micros(Network.of(architecture)))));
    }

    private static double[] point(Evaluation.Measured m) {
        return new double[] {-m.values().get(Objective.TOP1).value(), m.values().get(Objective.LATENCY).value()};
    }

    private static double hypervolume(Algorithm algorithm, long seed, int budget) {
        List<double[]> found = new ArrayList<>();
        Set<Genome> seen = new HashSet<>();
        SearchAlgorithm.of(algorithm).run(new SearchProblem(SPACE, List.of(Objective.TOP1, Objective.LATENCY), seed, List.of()), (generation, candidates) -> {
            List<Outcome> outcomes = new ArrayList<>();
            for (Candidate candidate : candidates) {
                if (found.size() < budget) {
                    assertThat(candidate.genome()).as("canonical").isEqualTo(SPACE.canonical(candidate.genome()));
                    assertThat(seen.add(candidate.genome())).as("%s is new", candidate.genome()).isTrue();
                    assertThat(candidate.parents()).allMatch(parent -> parent < found.size());
                    Evaluation.Measured m = measured(candidate.genome());
                    outcomes.add(new Outcome(found.size(), m));
                    found.add(point(m));
                }
            }
            return outcomes;
        });
        return Hypervolume.of(found, REFERENCE);
    }

    @Test
    void nsga2_comes_within_one_percent_of_the_true_front_and_beats_random_search() {
        List<double[]> all = SPACE.all().stream().map(SPACE::canonical).distinct().map(ExhaustiveTruthTest::measured).map(ExhaustiveTruthTest::point).toList();
        assertThat(all).hasSize(SPACE.size().intValueExact());
        double truth = Hypervolume.of(all, REFERENCE);
        double nsga2 = 0;
        double random = 0;
        for (long seed = 1; seed <= 5; seed++) {
            nsga2 += hypervolume(new Algorithm.Nsga2(20, 4, 0.9, 1, 0), seed, 250) / truth / 5;
            random += hypervolume(new Algorithm.Random(50), seed, 250) / truth / 5;
        }

        assertThat(nsga2).isGreaterThan(0.99).isGreaterThan(random).isLessThanOrEqualTo(1);
    }

    @Test
    void a_search_goes_through_the_whole_space_when_it_may() {
        for (Algorithm algorithm : List.of(new Algorithm.Nsga2(20, 10, 0.9, 1, 0), new Algorithm.Random(50), new Algorithm.Exhaustive(50),
                new Algorithm.RegularizedEvolution(20, 5, 10, 1), new Algorithm.Surrogate(20, 10, 50),
                new Algorithm.RegularizedEvolution(20, 5, 10, 1, OptionalInt.of(7)), new Algorithm.Surrogate(20, 10, 50, OptionalInt.of(7)))) {
            Set<Genome> seen = new HashSet<>();
            ToySpace small = new ToySpace(2);
            String ended = SearchAlgorithm.of(algorithm).run(new SearchProblem(small, List.of(Objective.TOP1), 3, List.of()), (generation, candidates) -> {
                List<Outcome> outcomes = new ArrayList<>();
                for (Candidate candidate : candidates) {
                    outcomes.add(new Outcome(seen.size(), new Evaluation.Failed("all of them")));
                    seen.add(candidate.genome());
                }
                return outcomes;
            });
            assertThat(ended).isEqualTo("space exhausted");
            assertThat(seen).hasSize(small.size().intValueExact());
        }
    }

    @Test
    void seed_networks_that_are_the_whole_space_are_evaluated() {
        ToySpace small = new ToySpace(1);
        List<Genome> all = small.all().stream().map(small::canonical).distinct().toList();
        for (Algorithm algorithm : List.of(new Algorithm.RegularizedEvolution(20, 5, 10, 1), new Algorithm.RegularizedEvolution(20, 5, 10, 1, OptionalInt.of(3)),
                new Algorithm.Surrogate(20, 10, 50, OptionalInt.of(3)))) {
            Set<Genome> seen = new HashSet<>();
            SearchAlgorithm.of(algorithm).run(new SearchProblem(small, List.of(Objective.TOP1), 3, all), (generation, candidates) -> candidates.stream().map(candidate -> {
                seen.add(candidate.genome());
                return new Outcome(seen.size() - 1, new Evaluation.Failed("not of interest"));
            }).toList());
            assertThat(seen).as("%s", algorithm).containsExactlyInAnyOrderElementsOf(all);
        }
    }

    @Test
    void regularized_evolution_beats_random_search_on_two_objectives() {
        double aging = 0;
        double flying = 0;
        double random = 0;
        for (long seed = 1; seed <= 5; seed++) {
            aging += hypervolume(new Algorithm.RegularizedEvolution(30, 8, 5, 1), seed, 250) / 5;
            flying += hypervolume(new Algorithm.RegularizedEvolution(30, 8, 5, 1, OptionalInt.of(8)), seed, 250) / 5;
            random += hypervolume(new Algorithm.Random(50), seed, 250) / 5;
        }

        assertThat(aging).isGreaterThan(random);
        assertThat(flying).as("with eight in flight").isGreaterThan(random);
    }

    @Test
    void a_surrogate_search_finds_in_100_evaluations_what_nsga2_finds_in_250() {
        double surrogate = 0;
        double flying = 0;
        double nsga2 = 0;
        for (long seed = 1; seed <= 3; seed++) {
            surrogate += hypervolume(new Algorithm.Surrogate(20, 10, 500), seed, 100) / 3;
            flying += hypervolume(new Algorithm.Surrogate(20, 10, 500, OptionalInt.of(8)), seed, 100) / 3;
            nsga2 += hypervolume(new Algorithm.Nsga2(20, 4, 0.9, 1, 0), seed, 250) / 3;
        }

        assertThat(surrogate).isGreaterThan(nsga2);
        assertThat(flying).as("with eight in flight").isGreaterThan(nsga2);
    }

    @Test
    void an_exhaustive_search_finds_the_true_front_exactly() {
        List<double[]> all = SPACE.all().stream().map(SPACE::canonical).distinct().map(ExhaustiveTruthTest::measured).map(ExhaustiveTruthTest::point).toList();

        assertThat(hypervolume(new Algorithm.Exhaustive(7), 1, 10_000)).isEqualTo(Hypervolume.of(all, REFERENCE));
    }

    @Test
    void an_exhaustive_search_refuses_a_large_space_with_its_size() {
        ToySpace large = new ToySpace(6);
        assertThatThrownBy(() -> SearchAlgorithm.of(new Algorithm.Exhaustive(7)).run(
                new SearchProblem(large, List.of(Objective.TOP1), 1, List.of()), (generation, candidates) -> List.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("toy6 has 3257436 architectures").hasMessageContaining("1000000");
    }

    @Test
    void the_reward_finds_the_best_network_near_its_target() {
        for (Reward.Form form : Reward.Form.values()) {
            Reward reward = new Reward(Objective.LATENCY, new Bound.Limit.Absolute(15_000), form, form.defaultW());
            double best = SPACE.all().stream().map(ExhaustiveTruthTest::measured).mapToDouble(m -> reward(reward, m)).max().orElseThrow();
            double found = 0;
            double random = 0;
            for (long seed = 1; seed <= 5; seed++) {
                found += best(reward, new Algorithm.Scalarized(reward, new Algorithm.Nsga2(20, 5, 0.9, 1, 0)), seed, 300) / 5;
                random += best(reward, new Algorithm.Random(50), seed, 300) / 5;
            }

            assertThat(found).as(form.toString()).isGreaterThan(random).isBetween(0.999 * best, best + 1e-9);
        }
    }

    private static double reward(Reward reward, Evaluation.Measured m) {
        return reward.of(m.values().get(Objective.TOP1).value(), m.values().get(Objective.LATENCY).value(), 15_000);
    }

    private static double best(Reward reward, Algorithm algorithm, long seed, int budget) {
        List<Double> found = new ArrayList<>();
        SearchAlgorithm.of(algorithm).run(new SearchProblem(SPACE, List.of(Objective.TOP1, Objective.LATENCY), seed, List.of()), (generation, candidates) -> {
            List<Outcome> outcomes = new ArrayList<>();
            for (Candidate candidate : candidates.subList(0, Math.min(candidates.size(), budget - found.size()))) {
                Evaluation.Measured m = measured(candidate.genome());
                outcomes.add(new Outcome(found.size(), m));
                found.add(reward(reward, m));
            }
            return outcomes;
        });
        return found.stream().mapToDouble(d -> d).max().orElseThrow();
    }

    @Test
    void a_soft_reward_pays_on_both_sides_of_the_target_and_a_hard_one_only_above() {
        Bound.Limit target = new Bound.Limit.Absolute(80);
        Reward soft = new Reward(Objective.LATENCY, target, Reward.Form.SOFT, -0.07);
        Reward hard = new Reward(Objective.LATENCY, target, Reward.Form.HARD, -1);

        // doubling the latency costs 5 % of the accuracy, as Tan et al. set out
        assertThat(soft.of(75, 160, 80)).isCloseTo(75 * 0.9526, within(0.01));
        assertThat(soft.of(75, 40, 80)).isGreaterThan(75);
        assertThat(hard.of(75, 40, 80)).isEqualTo(75);
        assertThat(hard.of(75, 160, 80)).isEqualTo(37.5);
    }

    @Test
    void the_seeds_come_first_and_their_mutants_follow() {
        Genome seed = Genome.of(1, 0, 1, 2, 0, 3, 0, 0);
        List<Candidate> first = new ArrayList<>();
        SearchAlgorithm.of(new Algorithm.Nsga2(10, 4, 0.9, 1, 0.5)).run(new SearchProblem(SPACE, List.of(Objective.TOP1), 1, List.of(seed)), (generation, candidates) -> {
            first.addAll(candidates);
            return List.of();
        });

        assertThat(first).hasSize(10);
        assertThat(first.getFirst().genome()).isEqualTo(seed);
        assertThat(first).extracting(Candidate::operator).containsExactly("reference", "mutation", "mutation", "mutation", "mutation", "mutation",
                "random", "random", "random", "random");
    }
}
