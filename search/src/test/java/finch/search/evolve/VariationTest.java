package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.ToySpace;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.format.SpaceFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VariationTest {
    private static List<SearchSpace> spaces() {
        List<SearchSpace> spaces = new ArrayList<>(List.of(new ToySpace(4)));
        SpaceFormat.names().forEach(name -> spaces.add(SpaceFormat.named(name)));
        return spaces;
    }

    @Test
    void mutation_and_crossover_never_leave_a_space_and_reach_every_choice() {
        for (SearchSpace space : spaces()) {
            Variation variation = new Variation(space);
            SplittableRandom random = RandomStreams.of(1, 0, 0);
            List<Set<Integer>> reached = space.decisions().stream().map(d -> (Set<Integer>) new HashSet<Integer>()).toList();
            int[] a = variation.random(random);
            int[] b = variation.random(random);
            for (int i = 0; i < 1000; i++) {
                int[] crossed = i % 2 == 0 ? variation.uniformCrossover(a, b, random) : variation.twoPointCrossover(a, b, random);
                for (int g = 0; g < crossed.length; g++) {
                    assertThat(crossed[g]).isIn(a[g], b[g]);
                }
                b = variation.mutate(crossed, 20, true, random);
                a = variation.random(random);
                for (int g = 0; g < b.length; g++) {
                    assertThat(b[g]).as("%s %s", space.name(), space.decisions().get(g).name()).isBetween(0, space.decisions().get(g).size() - 1);
                    reached.get(g).add(b[g]);
                }
                if (i % 50 == 0) {
                    assertThat(space.decode(Genome.of(b)).blocks()).isNotEmpty();
                }
            }
            for (int g = 0; g < reached.size(); g++) {
                assertThat(reached.get(g)).as("%s %s", space.name(), space.decisions().get(g).name()).hasSize(space.decisions().get(g).size());
            }
        }
    }

    @Test
    void mutation_resets_as_many_genes_as_expected_and_one_at_least() {
        Variation variation = new Variation(new ToySpace(8));
        SplittableRandom random = RandomStreams.of(2, 0, 0);
        double changed = 0;
        for (int i = 0; i < 4000; i++) {
            int[] genome = variation.random(random);
            assertThat(variation.mutate(genome, 0.01, true, random)).isNotEqualTo(genome);
            int[] mutant = variation.mutate(genome, 3, false, random);
            for (int g = 0; g < genome.length; g++) {
                changed += mutant[g] == genome[g] ? 0 : 1.0 / 4000;
            }
        }
        assertThat(changed).isBetween(2.85, 3.15);
    }

    @Test
    void streams_depend_on_seed_generation_and_slot_alone() {
        Set<Long> firsts = new HashSet<>();
        for (int seed = 0; seed < 10; seed++) {
            for (int generation = 0; generation < 10; generation++) {
                for (int slot = -1; slot < 10; slot++) {
                    firsts.add(RandomStreams.of(seed, generation, slot).nextLong());
                }
            }
        }
        assertThat(firsts).hasSize(1100);
        assertThat(RandomStreams.of(3, 4, 5).nextLong()).isEqualTo(RandomStreams.of(3, 4, 5).nextLong());
    }
}
