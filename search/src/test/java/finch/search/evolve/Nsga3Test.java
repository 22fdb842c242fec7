package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.search.config.Objective;
import finch.search.config.SearchConfig.Algorithm;
import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class Nsga3Test {
    private static final int SEEDS = 20;
    private static final int BUDGET = 1000;

    /**
     * DTLZ2 with three objectives (Deb et al. 2002) on a grid: the front is an eighth of the unit sphere. The last decision
     * is silent while the one before has its first choice.
     */
    private static final class Dtlz2 implements SearchSpace {
        private static final List<Objective> OBJECTIVES = List.of(Objective.LATENCY, Objective.MACS, Objective.PARAMS);
        private static final int LEVELS = 21;
        private static final int VARIABLES = 6;

        @Override
        public String name() {
            return "dtlz2";
        }

        @Override
        public List<Decision> decisions() {
            List<String> levels = IntStream.range(0, LEVELS).mapToObj(Integer::toString).toList();
            return IntStream.range(0, VARIABLES).mapToObj(i -> new Decision("x" + i, levels)).toList();
        }

        @Override
        public BigInteger size() {
            return genomes().subtract(BigInteger.valueOf(LEVELS).pow(VARIABLES - 2).multiply(BigInteger.valueOf(LEVELS - 1)));
        }

        @Override
        public Architecture decode(Genome genome) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Genome encode(Architecture architecture) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Genome canonical(Genome genome) {
            return genome.choice(VARIABLES - 2) == 0 ? genome.with(VARIABLES - 1, 0) : genome;
        }

        static double[] point(Genome genome) {
            double[] x = Arrays.stream(genome.toArray()).mapToDouble(c -> c / (LEVELS - 1.0)).toArray();
            double radius = 1;
            for (int i = 2; i < x.length; i++) {
                radius += (x[i] - 0.5) * (x[i] - 0.5);
            }
            double a = x[0] * Math.PI / 2;
            double b = x[1] * Math.PI / 2;
            // each axis in units of its own
            return new double[] {radius * StrictMath.cos(a) * StrictMath.cos(b), 1e6 * radius * StrictMath.cos(a) * StrictMath.sin(b),
                    1e3 * radius * StrictMath.sin(a)};
        }
    }

    private static Map<Objective, Estimate> values(double[] point) {
        return IntStream.range(0, 3).boxed().collect(Collectors.toMap(Dtlz2.OBJECTIVES::get, k -> Estimate.exact(point[k])));
    }

    /** What a search finds. @param miss how far a point misses a bound, as a share; 0 if it does not */
    private static List<double[]> found(Algorithm algorithm, long seed, int budget, ToDoubleFunction<double[]> miss) {
        Dtlz2 space = new Dtlz2();
        List<double[]> points = new ArrayList<>();
        Set<Genome> seen = new HashSet<>();
        SearchAlgorithm.of(algorithm).run(new SearchProblem(space, Dtlz2.OBJECTIVES, seed, List.of()), (generation, candidates) -> {
            List<Outcome> outcomes = new ArrayList<>();
            for (Candidate candidate : candidates.subList(0, Math.min(candidates.size(), budget - points.size()))) {
                assertThat(candidate.genome()).isEqualTo(space.canonical(candidate.genome()));
                assertThat(seen.add(candidate.genome())).as("%s is new", candidate.genome()).isTrue();
                double[] point = Dtlz2.point(candidate.genome());
                double missed = miss.applyAsDouble(point);
                outcomes.add(new Outcome(points.size(), missed > 0
                        ? new Evaluation.Infeasible(values(point), List.of(new Violation("bound", missed, "missed"))) : new Evaluation.Measured(values(point))));
                points.add(point);
            }
            return outcomes;
        });
        return points;
    }

    private static double hypervolume(List<double[]> points) {
        List<double[]> front = points.stream().filter(p -> points.stream().noneMatch(q -> q != p && q[0] <= p[0] && q[1] <= p[1] && q[2] <= p[2])).toList();
        return Hypervolume.of(front, new double[] {1.1, 1.1e6, 1.1e3}) / 1e9;
    }

    private static double[] hypervolumes(Algorithm algorithm, ToDoubleFunction<double[]> miss) {
        return IntStream.rangeClosed(1, SEEDS).mapToDouble(seed -> hypervolume(found(algorithm, seed, BUDGET, miss).stream()
                .filter(p -> miss.applyAsDouble(p) == 0).toList())).toArray();
    }

    private static final Algorithm.Nsga2 BREEDING = new Algorithm.Nsga2(28, 10, 0.9, 1, 0);

    @Test
    void nsga3_finds_more_of_a_front_of_three_objectives_than_nsga2_and_random_search() {
        double[] by3 = hypervolumes(new Algorithm.Nsga3(BREEDING, OptionalInt.empty()), p -> 0);
        double[] by2 = hypervolumes(BREEDING, p -> 0);
        double nsga3 = Interval.of(by3).mean();
        double nsga2 = Interval.of(by2).mean();
        double random = Interval.of(hypervolumes(new Algorithm.Random(50), p -> 0)).mean();
        Interval gain = Interval.of(IntStream.range(0, SEEDS).mapToDouble(i -> by3[i] - by2[i]).toArray());

        System.out.printf(Locale.ROOT, "DTLZ2 of three objectives, hypervolume of 1000 networks, mean of %d seeds: nsga3 %.4f, nsga2 %.4f (%s less), random %.4f; the whole front 0.807%n",
                SEEDS, nsga3, nsga2, gain, random);
        assertThat(gain.mean()).as("more than luck with the seeds").isGreaterThan(2 * gain.half());
        assertThat(nsga3).isGreaterThan(random + 0.1).isLessThan(1.331 - Math.PI / 6);
    }

    @Test
    void nsga3_keeps_bounds_that_leave_a_part_of_the_front() {
        ToDoubleFunction<double[]> miss = p -> Math.max(0, p[0] / 0.3 - 1);

        List<double[]> points = found(new Algorithm.Nsga3(BREEDING, OptionalInt.empty()), 1, BUDGET, miss);

        assertThat(points.subList(BUDGET / 2, BUDGET).stream().filter(p -> miss.applyAsDouble(p) == 0).count()).isGreaterThan(BUDGET / 4);
        assertThat(Interval.of(hypervolumes(new Algorithm.Nsga3(BREEDING, OptionalInt.of(6)), miss)).mean())
                .isGreaterThan(Interval.of(hypervolumes(new Algorithm.Random(50), miss)).mean());
    }

    @Test
    void directions_are_all_multiples_that_sum_to_one() {
        // table I of Deb and Jain 2014: 91 for three objectives and 12 divisions, 210 for five and 6
        assertThat(ReferenceDirections.of(3, 12)).hasSize(91).allSatisfy(d -> assertThat(Arrays.stream(d).sum()).isCloseTo(1, within(1e-12)));
        assertThat(ReferenceDirections.of(5, 6)).hasSize(210).doesNotHaveDuplicates();
        assertThat(ReferenceDirections.of(2, 2)).containsExactly(new double[] {0, 1}, new double[] {0.5, 0.5}, new double[] {1, 0});
        assertThat(ReferenceDirections.of(1, 4)).containsExactly(new double[] {1});
        assertThat(ReferenceDirections.divisions(3, 91)).isEqualTo(12);
        assertThat(ReferenceDirections.divisions(3, 90)).isEqualTo(11);
        assertThat(ReferenceDirections.divisions(6, 2)).as("one at least").isEqualTo(1);
        assertThat(ReferenceDirections.divisions(1, 50)).isEqualTo(1);
    }

    private static Score score(long id, double... costs) {
        return Score.of(new Outcome(id, new Evaluation.Measured(Map.of())), values -> Arrays.stream(costs).map(c -> -c).toArray(), costs.length);
    }

    @Test
    void fronts_hold_what_only_those_before_dominate() {
        Random random = new Random(2);
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            scores.add(i % 10 == 0 ? Score.of(new Outcome(i, new Evaluation.Infeasible(Map.of(), List.of(new Violation("b", 1 + i % 3, "m")))), v -> null, 3)
                    : score(i, random.nextInt(6), random.nextInt(6), random.nextInt(6)));
        }

        List<List<Integer>> fronts = Nsga3.fronts(scores);

        Set<Integer> placed = new HashSet<>();
        for (List<Integer> front : fronts) {
            for (int i = 0; i < scores.size(); i++) {
                int index = i;
                boolean free = !placed.contains(i) && IntStream.range(0, scores.size()).filter(j -> !placed.contains(j))
                        .noneMatch(j -> Score.dominance(scores.get(j), scores.get(index)) > 0);
                assertThat(front.contains(i)).as("%d", i).isEqualTo(free);
            }
            placed.addAll(front);
        }
        assertThat(placed).hasSameSizeAs(scores);
    }

    @Test
    void the_loneliest_directions_are_served_first_by_their_nearest_points_whatever_the_units() {
        Niching niching = new Niching(ReferenceDirections.of(2, 4));
        // three axes' worth of company at both ends, none in the middle
        List<Score> chosen = List.of(score(0, 0, 1000), score(1, 1, 0), score(2, 0.01, 990), score(3, 0.99, 10));
        Score middle = score(4, 0.5, 500);
        Score nearMiddle = score(5, 0.52, 480);
        Score end = score(6, 0.02, 985);
        List<Score> first = List.of(chosen.get(0), chosen.get(1), middle);

        for (int seed = 0; seed < 20; seed++) {
            assertThat(niching.join(chosen, List.of(end, nearMiddle, middle), first, 1, new SplittableRandom(seed))).containsExactly(middle);
            assertThat(niching.join(chosen, List.of(end, nearMiddle, middle), first, 2, new SplittableRandom(seed))).containsExactly(middle, nearMiddle);
        }
    }

    @Test
    void a_front_without_a_plane_through_its_extremes_is_scaled_by_its_range() {
        Niching niching = new Niching(ReferenceDirections.of(3, 4));
        List<Score> line = IntStream.range(0, 9).mapToObj(i -> score(i, i, 8 - i, 5)).toList();

        List<Score> joined = niching.join(List.of(), line, line, 4, new SplittableRandom(1));

        assertThat(joined).hasSize(4).doesNotHaveDuplicates();
        assertThat(niching.join(List.of(), List.of(score(0, 1, 1, 1), score(1, 1, 1, 1)), List.of(score(0, 1, 1, 1)), 1, new SplittableRandom(1))).hasSize(1);
    }
}
