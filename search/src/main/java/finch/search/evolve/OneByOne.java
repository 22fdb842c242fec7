package finch.search.evolve;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Evaluations that end in the order in which they began, for evaluators that know nothing else. */
final class OneByOne implements InFlight {
    private record Begun(int generation, Candidate candidate) {}

    private final CandidateEvaluator evaluator;
    private final Queue<Begun> begun = new ArrayDeque<>();

    OneByOne(CandidateEvaluator evaluator) {
        this.evaluator = evaluator;
    }

    @Override
    public void begin(int generation, Candidate candidate) {
        begun.add(new Begun(generation, candidate));
    }

    @Override
    public Optional<Landed> next() {
        Begun first = begun.poll();
        return first == null ? Optional.empty() : evaluator.evaluate(first.generation(), List.of(first.candidate())).stream().findFirst()
                .map(outcome -> new Landed(first.candidate(), outcome));
    }
}
