package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.ToyServices;
import finch.search.ToySpace;
import finch.search.config.Objective;
import finch.search.config.SearchConfig.Algorithm;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
        for (Algorithm algorithm : List.of(new Algorithm.Nsga2(20, 10, 0.9, 1, 0), new Algorithm.Random(50))) {
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
