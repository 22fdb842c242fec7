package finch.search.evolve;

import finch.search.config.Objective;
import finch.space.Genome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the stages of a pipeline evaluate with: an architecture that an earlier stage evaluated is answered from memory,
 * generations go on counting, and each stage has a budget of new ones.
 */
final class StageEvaluator implements CandidateEvaluator {
    private final CandidateEvaluator evaluator;
    private final Map<Genome, Outcome> known = new HashMap<>();
    private final Map<Genome, Outcome> ofStage = new LinkedHashMap<>();
    private Optional<Objective> released = Optional.empty();
    private long left;
    private int before;
    private int last = -1;
    private boolean stopped;

    StageEvaluator(CandidateEvaluator evaluator) {
        this.evaluator = evaluator;
    }

    /**
     * The next stage begins.
     *
     * @param evaluations new ones it may have
     * @param cost        whose upper bounds do not hold in this stage
     */
    void begin(long evaluations, Optional<Objective> cost) {
        left = evaluations;
        released = cost;
        before = last + 1;
        ofStage.clear();
    }

    /** Whether the whole run is to stop. */
    boolean stopped() {
        return stopped;
    }

    /** Whether the stage has had its evaluations. */
    boolean spent() {
        return left == 0;
    }

    /** What this stage asked for, in order; bounds hold here as ever. */
    Map<Genome, Outcome> ofStage() {
        return ofStage;
    }

    @Override
    public List<Outcome> evaluate(int generation, List<Candidate> candidates) {
        List<Candidate> fresh = candidates.stream().filter(c -> !known.containsKey(c.genome())).limit(left).toList();
        if (!fresh.isEmpty()) {
            last = before + generation;
            List<Outcome> outcomes = evaluator.evaluate(last, fresh);
            for (int i = 0; i < outcomes.size(); i++) {
                known.put(fresh.get(i).genome(), outcomes.get(i));
            }
            left -= outcomes.size();
            stopped = outcomes.size() < fresh.size();
        }
        List<Outcome> answers = new ArrayList<>();
        for (Candidate candidate : candidates) {
            Outcome before = known.get(candidate.genome());
            if (before == null) {
                break;
            }
            List<Outcome> rungs = evaluator.rungs(before.id());
            Outcome outcome = rungs.isEmpty() ? before : rungs.getLast();
            ofStage.put(candidate.genome(), outcome);
            answers.add(new Outcome(outcome.id(), released.map(cost -> released(outcome.evaluation(), cost)).orElse(outcome.evaluation())));
        }
        return answers;
    }

    @Override
    public List<Outcome> rungs(long id) {
        return evaluator.rungs(id);
    }

    @Override
    public void refitted(Refit refit) {
        evaluator.refitted(new Refit(refit.objective(), before + refit.generation(), refit.fittedOn(), refit.heldOut(), refit.rmse(),
                refit.rankCorrelation(), refit.coverage()));
    }

    /** The evaluation as if there were no upper bounds on the cost. */
    static Evaluation released(Evaluation evaluation, Objective cost) {
        if (!(evaluation instanceof Evaluation.Infeasible infeasible)) {
            return evaluation;
        }
        List<Violation> rest = infeasible.violations().stream().filter(v -> !v.isUpperBoundOn(cost)).toList();
        return rest.isEmpty() ? new Evaluation.Measured(infeasible.values()) : new Evaluation.Infeasible(infeasible.values(), rest);
    }
}
