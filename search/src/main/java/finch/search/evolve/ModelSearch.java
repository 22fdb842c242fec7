package finch.search.evolve;

import finch.search.config.SearchConfig.Algorithm;
import finch.space.Genome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A search for evaluations that cost much: a Gaussian process over genomes is fitted to every objective that is not known
 * ahead, and the batch that is expected to add most hypervolume is evaluated, one after the other as if the mean came
 * true (Ginsbourger et al. 2010, kriging believer). The first of each batch is chosen for the first objective alone, since
 * the end of a front adds little volume. With evaluations in flight, a batch is what one fit proposes: its networks begin one by one as others land,
 * and the next fit believes its means of those that have not landed.
 */
final class ModelSearch implements SearchAlgorithm {
    /** Breeding rounds of a pool, each from what the model thinks best of the last. */
    private static final int ROUNDS = 3;

    private final Algorithm.Surrogate settings;

    ModelSearch(Algorithm.Surrogate settings) {
        this.settings = settings;
    }

    @Override
    public String run(SearchProblem problem, CandidateEvaluator evaluator) {
        Run run = new Run(problem, evaluator);
        return settings.inFlight().isPresent() ? run.inFlight(settings.inFlight().getAsInt()) : run.inBatches();
    }

    private final class Run {
        private final SearchProblem problem;
        private final CandidateEvaluator evaluator;
        private final ProposalPool pool;
        private final EvaluationModel model;
        private final Map<Genome, Outcome> answered = new LinkedHashMap<>();
        private final Map<Genome, Integer> learnt = new HashMap<>();
        private int generation;

        Run(SearchProblem problem, CandidateEvaluator evaluator) {
            this.problem = problem;
            this.evaluator = evaluator;
            this.pool = new ProposalPool(problem, settings.pool());
            this.model = new EvaluationModel(problem);
        }

        String inBatches() {
            for (Map<Genome, String> batch = initial(); !batch.isEmpty(); batch = proposals(Set.of())) {
                List<Candidate> candidates = batch.entrySet().stream().map(one -> candidate(one.getKey(), one.getValue())).toList();
                List<Outcome> outcomes = evaluator.evaluate(generation, candidates);
                if (outcomes.size() < candidates.size()) {
                    return "";
                }
                for (int i = 0; i < outcomes.size(); i++) {
                    pool.taken(candidates.get(i).genome());
                    answered(candidates.get(i).genome(), outcomes.get(i));
                }
                generation++;
            }
            return ended();
        }

        String inFlight(int most) {
            InFlight flying = evaluator.inFlight();
            Set<Genome> aloft = new LinkedHashSet<>();
            Deque<Map.Entry<Genome, String>> next = new ArrayDeque<>(initial().entrySet());
            while (true) {
                while (aloft.size() < most && (!next.isEmpty() || next.addAll(nextFit(aloft)))) {
                    Map.Entry<Genome, String> first = next.poll();
                    aloft.add(first.getKey());
                    pool.taken(first.getKey());
                    flying.begin(generation, candidate(first.getKey(), first.getValue()));
                }
                if (aloft.isEmpty()) {
                    return ended();
                }
                Optional<InFlight.Landed> landed = flying.next();
                if (landed.isEmpty()) {
                    return "";
                }
                aloft.remove(landed.get().candidate().genome());
                answered(landed.get().candidate().genome(), landed.get().outcome());
            }
        }

        private Set<Map.Entry<Genome, String>> nextFit(Set<Genome> aloft) {
            generation++;
            return proposals(aloft).entrySet();
        }

        private Map<Genome, String> initial() {
            Map<Genome, String> initial = new LinkedHashMap<>();
            problem.seeds().forEach(seed -> initial.put(problem.space().canonical(seed), "reference"));
            pool.random(0, settings.initial()).stream().filter(genome -> initial.size() < settings.initial())
                    .forEach(genome -> initial.putIfAbsent(genome, "random"));
            return initial;
        }

        private static Candidate candidate(Genome genome, String operator) {
            return new Candidate(genome, List.of(), operator, 1);
        }

        private void answered(Genome genome, Outcome outcome) {
            answered.put(genome, outcome);
            learn(genome);
        }

        private String ended() {
            return pool.exhausted() ? "space exhausted" : "no architecture found that was not evaluated before and keeps the bounds";
        }

        /** Tells the model what it does not know yet of a network: of each rung, where there is a ladder. */
        private void learn(Genome genome) {
            Outcome outcome = answered.get(genome);
            List<Outcome> rungs = evaluator.rungs(outcome.id());
            List<Outcome> all = rungs.isEmpty() ? List.of(outcome) : rungs;
            int known = learnt.getOrDefault(genome, 0);
            all.subList(known, all.size()).forEach(rung -> model.evaluated(genome, rung.evaluation()));
            learnt.put(genome, all.size());
        }

        /** @param aloft what was proposed before and has no outcome yet */
        private Map<Genome, String> proposals(Set<Genome> aloft) {
            Map<Genome, String> batch = new LinkedHashMap<>();
            // what has risen on a ladder since it was answered
            answered.keySet().forEach(this::learn);
            if (model.ready()) {
                model.refit(generation).forEach(evaluator::refitted);
                model.believe(aloft);
                List<Genome> parents = model.front();
                for (int round = 0; round < ROUNDS; round++) {
                    Map<Genome, Evaluation> candidates = pool.around(parents, generation, round);
                    if (candidates.isEmpty()) {
                        break;
                    }
                    BatchChoice choice = new BatchChoice(model.objectives(), model, candidates);
                    if (round == ROUNDS - 1 || candidates.size() < settings.pool()) {
                        choice.best(settings.batch()).forEach(genome -> batch.put(genome, "model"));
                        break;
                    }
                    parents = choice.promising();
                }
            }
            if (batch.size() < settings.batch()) {
                pool.random(generation, settings.batch()).stream().filter(genome -> batch.size() < settings.batch())
                        .forEach(genome -> batch.putIfAbsent(genome, "random"));
            }
            model.foretell(batch.keySet(), aloft);
            return batch;
        }
    }
}
