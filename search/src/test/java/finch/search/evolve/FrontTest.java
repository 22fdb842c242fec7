package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.search.config.Objective;
import finch.space.Genome;
import finch.space.GenomeKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrontTest {
    private static Evaluation.Measured measured(double top1, double macs) {
        return new Evaluation.Measured(Map.of(Objective.TOP1, Estimate.exact(top1), Objective.MACS, Estimate.exact(macs)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_front_holds_exactly_what_nothing_dominates(int dimension) {
        Random random = new Random(3);
        List<Objective> objectives = List.of(Objective.TOP1, Objective.MACS, Objective.PARAMS).subList(0, dimension);
        ParetoFront front = new ParetoFront(objectives);
        List<double[]> points = new ArrayList<>();
        Set<Long> now = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            double[] p = {-random.nextInt(60), random.nextInt(dimension > 1 ? 60 : 1), random.nextInt(dimension > 2 ? 20 : 1)};
            Evaluation.Measured evaluation = new Evaluation.Measured(Map.of(Objective.TOP1, Estimate.exact(-p[0]), Objective.MACS,
                    Estimate.exact(p[1]), Objective.PARAMS, Estimate.exact(p[2])));
            boolean added = front.add(i, Genome.of(i), evaluation);

            assertThat(added).isEqualTo(points.stream().noneMatch(q -> noWorse(q, p)));
            if (added) {
                now.removeIf(id -> noWorse(p, points.get(id.intValue())));
                now.add((long) i);
            }
            points.add(p);
            assertThat(front.size()).isEqualTo(now.size());
        }
        assertThat(front.members()).extracting(ParetoFront.Member::id).containsExactlyInAnyOrderElementsOf(now);
        assertThat(front.members()).extracting(m -> points.get((int) m.id())).isSortedAccordingTo(Arrays::compare);
    }

    private static boolean noWorse(double[] a, double[] b) {
        return IntStream.range(0, a.length).allMatch(k -> a[k] <= b[k]);
    }

    @Test
    void the_knee_is_furthest_from_the_line_through_the_ends() {
        ParetoFront front = new ParetoFront(List.of(Objective.TOP1, Objective.MACS));
        front.add(0, Genome.of(0), measured(80, 100));
        front.add(1, Genome.of(1), measured(79, 40));
        front.add(2, Genome.of(2), measured(70, 30));
        front.add(3, Genome.of(3), measured(60, 20));

        assertThat(front.members().get(front.knee()).id()).isEqualTo(1);
    }

    @Test
    void hypervolume_of_known_boxes() {
        assertThat(Hypervolume.of(List.of(), new double[] {1, 1})).isZero();
        assertThat(Hypervolume.of(List.of(new double[] {0, 0}), new double[] {2, 3})).isEqualTo(6);
        assertThat(Hypervolume.of(List.of(new double[] {0, 2}, new double[] {1, 1}, new double[] {2, 0}), new double[] {3, 3})).isEqualTo(6);
        assertThat(Hypervolume.of(List.of(new double[] {0, 0, 0}), new double[] {1, 2, 3})).isEqualTo(6);
        assertThat(Hypervolume.of(List.of(new double[] {0, 0, 1}, new double[] {1, 1, 0}), new double[] {2, 2, 2})).isEqualTo(4 + 1);
        assertThat(Hypervolume.of(List.of(new double[] {5, 0}), new double[] {3, 3})).as("outside").isZero();
        assertThat(Hypervolume.of(List.of(new double[] {1}), new double[] {3})).isEqualTo(2);
    }

    @Test
    void hypervolume_agrees_with_counting_cells() {
        Random random = new Random(11);
        for (int dimensions = 2; dimensions <= 4; dimensions++) {
            List<double[]> points = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                points.add(random.doubles(dimensions, 0, 6).map(Math::floor).toArray());
            }
            double[] reference = new double[dimensions];
            java.util.Arrays.fill(reference, 6);
            int cells = 0;
            for (int cell = 0; cell < Math.pow(6, dimensions); cell++) {
                int[] corner = new int[dimensions];
                for (int d = 0, rest = cell; d < dimensions; d++, rest /= 6) {
                    corner[d] = rest % 6;
                }
                if (points.stream().anyMatch(p -> java.util.stream.IntStream.range(0, corner.length).allMatch(d -> p[d] <= corner[d]))) {
                    cells++;
                }
            }
            assertThat(Hypervolume.of(points, reference)).as("%d dimensions", dimensions).isCloseTo(cells, within(1e-9));
        }
    }

    @Test
    void a_set_of_keys_behaves_as_a_set() {
        Random random = new Random(1);
        GenomeSet set = new GenomeSet();
        Set<GenomeKey> expected = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            GenomeKey key = new GenomeKey(random.nextInt(300), random.nextInt(300));
            assertThat(set.contains(key)).isEqualTo(expected.contains(key));
            assertThat(set.add(key)).isEqualTo(expected.add(key));
        }
        assertThat(set.size()).isEqualTo(expected.size());
    }
}
