package finch.search.evolve;

import finch.search.config.SearchConfig.Algorithm;
import finch.space.Genome;
import io.jenetics.AltererResult;
import io.jenetics.AnyGene;
import io.jenetics.Genotype;
import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.Selector;
import io.jenetics.engine.Constraint;
import io.jenetics.engine.Engine;
import io.jenetics.engine.EvolutionStart;
import io.jenetics.util.ISeq;
import io.jenetics.util.RandomRegistry;
import io.jenetics.util.Seq;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Jenetics' engine over a space, without repeats: each generation {@code population} survivors of parents and children
 * are kept, and parents are drawn from those; a child that means a known architecture is replaced by siblings, then by
 * its mutants, a bounded number of times. One object runs one search.
 */
final class GeneticSearch {
    private static final long SELECTION = -1;
    /** Children that a couple may have instead of a known one; more find no more on NAS-Bench-Macro, none find less. */
    private static final int SIBLINGS = 16;

    private final Algorithm.Nsga2 settings;
    private final Selector<AnyGene<int[]>, Score> survivors;
    private final Selector<AnyGene<int[]>, Score> parents;
    private final Function<Outcome, Score> fitness;
    private final SearchProblem problem;
    private final CandidateEvaluator evaluator;
    private final Variation variation;
    private final Novelty novelty;
    private final List<Candidate> pending = new ArrayList<>();
    private int generation;
    private boolean stopped;

    /**
     * @param survivors   selects who lives on, out of parents and children
     * @param parents     selects who breeds, out of the survivors
     * @param fitness     of an evaluated candidate
     */
    GeneticSearch(Algorithm.Nsga2 settings, Selector<AnyGene<int[]>, Score> survivors, Selector<AnyGene<int[]>, Score> parents,
                  Function<Outcome, Score> fitness, SearchProblem problem, CandidateEvaluator evaluator) {
        this.settings = settings;
        this.survivors = survivors(survivors);
        this.parents = parents;
        this.fitness = fitness;
        this.problem = problem;
        this.evaluator = evaluator;
        this.variation = new Variation(problem.space());
        this.novelty = new Novelty(problem.space());
    }

    /** As {@link SearchAlgorithm#run}. */
    String run() {
        ISeq<Phenotype<AnyGene<int[]>, Score>> population = evaluate(initial());
        Engine<AnyGene<int[]>, Score> engine = engine();
        while (!stopped && !novelty.exhausted() && population.size() > 1) {
            generation++;
            EvolutionStart<AnyGene<int[]>, Score> start = EvolutionStart.of(risen(population), generation);
            population = RandomRegistry.with(RandomStreams.of(problem.seed(), generation, SELECTION))
                    .call(() -> engine.evolve(start).population());
            if (!stopped && pending.isEmpty()) {
                return "no architecture found that was not evaluated before";
            }
        }
        return stopped ? "" : "space exhausted";
    }

    /** The population with the figures that it has on a ladder by now. */
    private ISeq<Phenotype<AnyGene<int[]>, Score>> risen(ISeq<Phenotype<AnyGene<int[]>, Score>> population) {
        return population.stream().allMatch(p -> evaluator.rungs(p.fitness().id()).isEmpty()) ? population
                : population.map(p -> p.withFitness(fitness.apply(evaluator.rungs(p.fitness().id()).getLast())));
    }

    private Engine<AnyGene<int[]>, Score> engine() {
        return new Engine.Builder<>(this::evaluate, GenomeCodec.factory())
                // the common pool's threads would not see the scoped random generator
                .executor(Runnable::run)
                .optimize(Optimize.MAXIMUM)
                .survivorsSelector(survivors)
                .offspringSelector((population, count, optimize) ->
                        parents.select(survivors.select(population, settings.population(), optimize), count, optimize))
                .alterers(this::vary)
                .constraint(Constraint.of(phenotype -> true))
                .maximalPhenotypeAge(Long.MAX_VALUE)
                .populationSize(settings.population() + settings.offspring())
                .survivorsSize(settings.population())
                .offspringSize(settings.offspring())
                .build();
    }

    /** Keeps a population that is small enough whole, and ranks one once, since a generation asks for its survivors twice. */
    private static Selector<AnyGene<int[]>, Score> survivors(Selector<AnyGene<int[]>, Score> selector) {
        return new Selector<>() {
            private Seq<Phenotype<AnyGene<int[]>, Score>> last;
            private ISeq<Phenotype<AnyGene<int[]>, Score>> selected;

            @Override
            public ISeq<Phenotype<AnyGene<int[]>, Score>> select(Seq<Phenotype<AnyGene<int[]>, Score>> population, int count, Optimize optimize) {
                if (population.size() <= count) {
                    return population.asISeq();
                }
                if (population != last || selected.size() != count) {
                    selected = selector.select(population, count, optimize);
                    last = population;
                }
                return selected;
            }
        };
    }

    private ISeq<Phenotype<AnyGene<int[]>, Score>> initial() {
        List<Phenotype<AnyGene<int[]>, Score>> initial = new ArrayList<>();
        for (Genome seed : problem.seeds()) {
            novelty.fresh(seed.toArray(), g -> g).ifPresent(fresh -> initial.add(proposed(fresh, List.of(), "reference")));
        }
        int mutants = problem.seeds().isEmpty() ? 0 : (int) Math.round(settings.seedMutants() * settings.population());
        int seeds = problem.seeds().size();
        for (int slot = 0; initial.size() < settings.population() && slot < 2 * settings.population() && !novelty.exhausted(); slot++) {
            SplittableRandom random = RandomStreams.of(problem.seed(), 0, slot);
            boolean mutant = slot < mutants;
            int parent = mutant ? slot % seeds : 0;
            int[] genome = mutant ? mutated(problem.seeds().get(parent).toArray(), 1 + 3 * random.nextDouble(), random)
                    : variation.random(random);
            Optional<Novelty.Fresh> fresh = novelty.fresh(genome,
                    g -> mutant ? mutated(g, 1, random) : variation.random(random));
            fresh.ifPresent(f -> initial.add(proposed(f, mutant ? List.of((long) parent) : List.of(), mutant ? "mutation" : "random")));
        }
        return ISeq.of(initial);
    }

    private int[] mutated(int[] genome, double factor, SplittableRandom random) {
        return variation.mutate(genome, settings.mutation() * factor, true, random);
    }

    private Phenotype<AnyGene<int[]>, Score> proposed(Novelty.Fresh fresh, List<Long> parents, String operator) {
        Candidate candidate = Candidate.of(fresh, parents, operator);
        pending.add(candidate);
        evaluator.expect(generation, candidate);
        Genotype<AnyGene<int[]>> genotype = GenomeCodec.encode(fresh.raw());
        return Phenotype.of(genotype, generation);
    }

    /** One child for each selected parent; its mate is the neighbour. */
    private AltererResult<AnyGene<int[]>, Score> vary(Seq<Phenotype<AnyGene<int[]>, Score>> parents, long ignored) {
        pending.clear();
        List<Phenotype<AnyGene<int[]>, Score>> children = new ArrayList<>();
        for (int slot = 0; slot < parents.size() && !novelty.exhausted(); slot++) {
            child(parents, slot).ifPresent(children::add);
        }
        return new AltererResult<>(ISeq.of(children), children.size());
    }

    private Optional<Phenotype<AnyGene<int[]>, Score>> child(Seq<Phenotype<AnyGene<int[]>, Score>> parents, int slot) {
        SplittableRandom random = RandomStreams.of(problem.seed(), generation, slot);
        Phenotype<AnyGene<int[]>, Score> first = parents.get(slot);
        Phenotype<AnyGene<int[]>, Score> second = parents.get((slot ^ 1) < parents.size() ? slot ^ 1 : 0);
        boolean crossed = first != second && random.nextDouble() < settings.crossover();
        int[] one = GenomeCodec.decode(first.genotype());
        int[] other = GenomeCodec.decode(second.genotype());
        List<Long> ids = crossed ? List.of(first.fitness().id(), second.fitness().id()) : List.of(first.fitness().id());
        return novelty.fresh(offspring(one, other, crossed, random), instead(one, other, crossed, random))
                .map(fresh -> proposed(fresh, ids, crossed ? "crossover" : "mutation"));
    }

    /** What is tried instead of a known child: others of the same parents, and when these are used up, mutants ever further away. */
    private UnaryOperator<int[]> instead(int[] one, int[] other, boolean crossed, SplittableRandom random) {
        int[] siblings = {0};
        return known -> siblings[0]++ < SIBLINGS ? offspring(one, other, crossed, random) : mutated(known, 1, random);
    }

    private int[] offspring(int[] one, int[] other, boolean crossed, SplittableRandom random) {
        int[] genome = !crossed ? one : random.nextBoolean() ? variation.uniformCrossover(one, other, random)
                : variation.twoPointCrossover(one, other, random);
        return variation.mutate(genome, settings.mutation(), !crossed, random);
    }

    /** Jenetics' evaluator: the fitness of those who have none yet, which are the pending candidates, in their order. */
    private ISeq<Phenotype<AnyGene<int[]>, Score>> evaluate(Seq<Phenotype<AnyGene<int[]>, Score>> population) {
        long waiting = population.stream().filter(Phenotype::nonEvaluated).count();
        if (waiting == 0) {
            return population.asISeq();
        }
        if (waiting != pending.size()) {
            throw new IllegalStateException(waiting + " genotypes wait for " + pending.size() + " candidates");
        }
        List<Outcome> outcomes = evaluator.evaluate(generation, List.copyOf(pending));
        stopped = outcomes.size() < pending.size();
        List<Phenotype<AnyGene<int[]>, Score>> evaluated = new ArrayList<>();
        int next = 0;
        for (Phenotype<AnyGene<int[]>, Score> phenotype : population) {
            if (phenotype.isEvaluated()) {
                evaluated.add(phenotype);
            } else if (next < outcomes.size()) {
                evaluated.add(phenotype.withFitness(fitness.apply(outcomes.get(next++))));
            } else {
                // the search ends with this call; Jenetics wants a fitness for everyone all the same
                evaluated.add(phenotype.withFitness(fitness.apply(new Outcome(Long.MAX_VALUE, new Evaluation.Failed("not evaluated")))));
            }
        }
        return ISeq.of(evaluated);
    }
}
