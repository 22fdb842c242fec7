package finch.search.evolve;

import finch.search.config.SearchConfig.Algorithm;
import io.jenetics.AnyGene;
import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.Selector;
import io.jenetics.util.ISeq;
import io.jenetics.util.MSeq;
import io.jenetics.util.RandomRegistry;
import io.jenetics.util.Seq;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * NSGA-III (Deb and Jain 2014; with constraints Jain and Deb 2014, doi 10.1109/TEVC.2013.2281534): as NSGA-II, but who
 * lives on of the last front is decided by reference directions instead of crowding, which says little among three
 * objectives and more. Parents win binary tournaments on the front they stand in; the paper draws them at random, which
 * suits its thousands of evaluations and loses time with few.
 */
final class Nsga3 implements SearchAlgorithm {
    private final Algorithm.Nsga3 settings;

    Nsga3(Algorithm.Nsga3 settings) {
        this.settings = settings;
    }

    @Override
    public String run(SearchProblem problem, CandidateEvaluator evaluator) {
        int dimension = problem.objectives().size();
        int divisions = settings.divisions().orElseGet(() -> ReferenceDirections.divisions(dimension, settings.breeding().population()));
        Niching niching = new Niching(ReferenceDirections.of(dimension, divisions));
        return new GeneticSearch(settings.breeding(), new Survivors(niching), new Tournament(),
                outcome -> Score.of(outcome, problem.objectives()), problem, evaluator).run();
    }

    /** The fronts, best first, as indices. Of infeasible ones each violation is a front of its own. */
    static List<List<Integer>> fronts(List<Score> scores) {
        int n = scores.size();
        int[] dominators = new int[n];
        List<List<Integer>> dominated = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            dominated.add(new ArrayList<>());
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                int winner = Score.dominance(scores.get(i), scores.get(j));
                if (winner != 0) {
                    dominated.get(winner > 0 ? i : j).add(winner > 0 ? j : i);
                    dominators[winner > 0 ? j : i]++;
                }
            }
        }
        List<List<Integer>> fronts = new ArrayList<>();
        List<Integer> front = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            if (dominators[i] == 0) {
                front.add(i);
            }
        }
        while (!front.isEmpty()) {
            fronts.add(front);
            List<Integer> next = new ArrayList<>();
            for (int i : front) {
                for (int j : dominated.get(i)) {
                    if (--dominators[j] == 0) {
                        next.add(j);
                    }
                }
            }
            next.sort(null);
            front = next;
        }
        return fronts;
    }

    private record Survivors(Niching niching) implements Selector<AnyGene<int[]>, Score> {
        @Override
        public ISeq<Phenotype<AnyGene<int[]>, Score>> select(Seq<Phenotype<AnyGene<int[]>, Score>> population, int count, Optimize optimize) {
            Map<Score, Phenotype<AnyGene<int[]>, Score>> owners = new HashMap<>();
            population.forEach(p -> owners.put(p.fitness(), p));
            return survivors(population.stream().map(Phenotype::fitness).toList(), count).stream().map(owners::get).collect(ISeq.toISeq());
        }

        private List<Score> survivors(List<Score> scores, int count) {
            List<Score> chosen = new ArrayList<>();
            List<Score> first = List.of();
            for (List<Integer> indices : fronts(scores)) {
                List<Score> front = indices.stream().map(scores::get).toList();
                // on a ladder figures of another rung neither scale these nor crowd them
                first = first.isEmpty() || first.getFirst().rung() != front.getFirst().rung() ? front : first;
                int wanted = count - chosen.size();
                if (front.size() <= wanted) {
                    chosen.addAll(front);
                } else if (front.getFirst().feasible()) {
                    int rung = front.getFirst().rung();
                    chosen.addAll(niching.join(chosen.stream().filter(score -> score.rung() == rung).toList(), front, first, wanted, random(scores)));
                } else {
                    chosen.addAll(front.subList(0, wanted));
                }
                if (chosen.size() == count) {
                    break;
                }
            }
            return chosen;
        }

        /** One stream for one population: it is asked for its survivors twice in a generation, which must be the same. */
        private static SplittableRandom random(List<Score> scores) {
            long key = 0;
            for (Score score : scores) {
                key = RandomStreams.mix(key + score.id());
            }
            return new SplittableRandom(key);
        }
    }

    private record Tournament() implements Selector<AnyGene<int[]>, Score> {
        @Override
        public ISeq<Phenotype<AnyGene<int[]>, Score>> select(Seq<Phenotype<AnyGene<int[]>, Score>> population, int count, Optimize optimize) {
            RandomGenerator random = RandomRegistry.random();
            int[] rank = new int[population.size()];
            List<List<Integer>> fronts = fronts(population.stream().map(Phenotype::fitness).toList());
            for (int f = 0; f < fronts.size(); f++) {
                for (int i : fronts.get(f)) {
                    rank[i] = f;
                }
            }
            MSeq<Phenotype<AnyGene<int[]>, Score>> parents = MSeq.ofLength(count);
            for (int i = 0; i < count; i++) {
                int a = random.nextInt(population.size());
                int b = random.nextInt(population.size());
                parents.set(i, population.get(rank[b] < rank[a] ? b : a));
            }
            return parents.toISeq();
        }
    }
}
