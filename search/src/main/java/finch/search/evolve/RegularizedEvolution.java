package finch.search.evolve;

import finch.search.config.SearchConfig.Algorithm;
import finch.space.Genome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Regularized, or aging, evolution (Real et al. 2019, arXiv 1802.01548, algorithm 1): a child is a mutant of the winner of a {@link Tournament}, and
 * the oldest dies whatever its worth. Children of a batch come from one population; with evaluations in flight, as in the paper, each comes from
 * what has landed when it is proposed, so that it depends on the order in which evaluations end, and on nothing else.
 */
final class RegularizedEvolution implements SearchAlgorithm {
    private final Algorithm.RegularizedEvolution settings;

    RegularizedEvolution(Algorithm.RegularizedEvolution settings) {
        this.settings = settings;
    }

    @Override
    public String run(SearchProblem problem, CandidateEvaluator evaluator) {
        Run run = new Run(problem, evaluator);
        return settings.inFlight().isPresent() ? run.inFlight(settings.inFlight().getAsInt()) : run.inBatches();
    }

    /** A genome that is new to the search. */
    private record Child(int[] raw, Candidate candidate) {
        static Child of(Novelty.Fresh fresh, List<Long> parents, String operator) {
            return new Child(fresh.raw(), Candidate.of(fresh, parents, operator));
        }
    }

    private final class Run {
        private final SearchProblem problem;
        private final CandidateEvaluator evaluator;
        private final Variation variation;
        private final Novelty novelty;
        private final Deque<Tournament.Member> population = new ArrayDeque<>();

        Run(SearchProblem problem, CandidateEvaluator evaluator) {
            this.problem = problem;
            this.evaluator = evaluator;
            this.variation = new Variation(problem.space());
            this.novelty = new Novelty(problem.space());
        }

        String inBatches() {
            for (int generation = 0; ; generation++) {
                List<Child> children = generation == 0 ? seeds() : new ArrayList<>();
                int wanted = generation == 0 ? settings.population() : settings.batch();
                List<Tournament.Member> alive = population.stream().map(this::risen).toList();
                for (int slot = 0; children.size() < wanted && slot < 2 * wanted && !novelty.exhausted(); slot++) {
                    child(alive, generation, slot).ifPresent(children::add);
                }
                if (children.isEmpty()) {
                    return ended();
                }
                List<Outcome> outcomes = evaluator.evaluate(generation, children.stream().map(Child::candidate).toList());
                if (outcomes.size() < children.size()) {
                    return "";
                }
                for (int i = 0; i < outcomes.size(); i++) {
                    join(children.get(i).raw(), outcomes.get(i));
                }
            }
        }

        /** The first population is proposed before the first child, and generations after it are counted as if there were batches. */
        String inFlight(int most) {
            InFlight flying = evaluator.inFlight();
            Map<Genome, int[]> raws = new HashMap<>();
            Deque<Child> seeds = new ArrayDeque<>(seeds());
            long proposed = 0;
            int slot = 0;
            int generation = 0;
            while (true) {
                // where no try makes something new, what is in flight may land and breed something that is
                for (int failures = 0; raws.size() < most && failures < 2 * settings.batch() && !(seeds.isEmpty() && novelty.exhausted()); ) {
                    int next = generation(proposed);
                    slot = next == generation ? slot : 0;
                    generation = next;
                    List<Tournament.Member> alive = generation == 0 ? List.of() : List.copyOf(population);
                    Optional<Child> child = seeds.isEmpty() ? child(alive, generation, slot++) : Optional.of(seeds.poll());
                    if (child.isEmpty()) {
                        failures++;
                    } else {
                        failures = 0;
                        raws.put(child.get().candidate().genome(), child.get().raw());
                        flying.begin(generation, child.get().candidate());
                        proposed++;
                    }
                }
                if (raws.isEmpty()) {
                    return ended();
                }
                Optional<InFlight.Landed> landed = flying.next();
                if (landed.isEmpty()) {
                    return "";
                }
                join(raws.remove(landed.get().candidate().genome()), landed.get().outcome());
            }
        }

        private int generation(long proposed) {
            return proposed < settings.population() ? 0 : (int) (1 + (proposed - settings.population()) / settings.batch());
        }

        private String ended() {
            return novelty.exhausted() ? "space exhausted" : "no architecture found that was not evaluated before";
        }

        private List<Child> seeds() {
            List<Child> seeds = new ArrayList<>();
            for (Genome seed : problem.seeds()) {
                novelty.fresh(seed.toArray(), g -> g).ifPresent(fresh -> seeds.add(Child.of(fresh, List.of(), "reference")));
            }
            return seeds;
        }

        private Optional<Child> child(List<Tournament.Member> alive, int generation, int slot) {
            SplittableRandom random = RandomStreams.of(problem.seed(), generation, slot);
            if (alive.isEmpty()) {
                return novelty.fresh(variation.random(random), g -> variation.random(random)).map(fresh -> Child.of(fresh, List.of(), "random"));
            }
            Tournament.Member parent = new Tournament(alive).winner(settings.sample(), random);
            return novelty.fresh(variation.mutate(parent.raw(), settings.mutation(), true, random),
                    g -> variation.mutate(g, settings.mutation(), true, random)).map(fresh -> Child.of(fresh, List.of(parent.score().id()), "mutation"));
        }

        private void join(int[] raw, Outcome outcome) {
            population.addLast(new Tournament.Member(raw, Score.of(outcome, problem.objectives())));
            if (population.size() > settings.population()) {
                population.removeFirst();
            }
        }

        /** With the figures that it has on a ladder by now. */
        private Tournament.Member risen(Tournament.Member member) {
            List<Outcome> rungs = evaluator.rungs(member.score().id());
            return rungs.isEmpty() ? member : new Tournament.Member(member.raw(), Score.of(rungs.getLast(), problem.objectives()));
        }
    }
}
