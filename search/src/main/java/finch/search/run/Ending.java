package finch.search.run;

import finch.search.config.LadderAccuracy;
import finch.search.config.SearchConfig;
import finch.search.config.StoppingRule;
import finch.search.evolve.CandidateEvaluator;
import finch.search.evolve.Ladder;
import finch.search.evolve.SearchAlgorithm;
import finch.search.evolve.SearchProblem;
import java.util.Optional;

/** How a search ended. @param stoppedBy for the manifest */
record Ending(RunStatus status, String stoppedBy, String message) {
    static final Ending INTERRUPTED = new Ending(RunStatus.INTERRUPTED, "interrupted", "ended by interrupted");

    /** Searches to the end. @param nearest has the last failure */
    static Ending of(SearchConfig config, EvaluationLoop loop, Optional<LadderAccuracy> rungs, SearchProblem problem, NearestMiss nearest, RunListener listener) {
        String ended;
        try {
            Optional<Ladder> ladder = rungs.map(r -> new Ladder(r.rungs().stream().map(LadderAccuracy.Rung::share).toList(), config.objectives(), loop));
            ended = SearchAlgorithm.of(config.algorithm()).run(problem, ladder.<CandidateEvaluator>map(l -> l).orElse(loop));
            // time that is up is up for the last rung too
            if (ladder.isPresent() && !loop.interrupted() && loop.fired().filter(rule -> rule instanceof StoppingRule.WallClock || rule instanceof StoppingRule.FailedShare).isEmpty()) {
                listener.stage("the last rung", "what the front may hold");
                ladder.get().finish(loop::evaluateLast);
            }
        } catch (EvaluationsStuckException e) {
            return new Ending(RunStatus.FAILED, e.stoppedBy(), e.getMessage());
        }
        if (loop.interrupted()) {
            return INTERRUPTED;
        }
        String stoppedBy = loop.fired().map(StoppingRule::toString).orElse(ended);
        RunCounts counts = loop.counts();
        return loop.fired().filter(StoppingRule.FailedShare.class::isInstance).isEmpty()
                ? new Ending(RunStatus.FINISHED, stoppedBy, "ended by " + stoppedBy)
                : new Ending(RunStatus.FAILED, stoppedBy, counts.failed() + " of " + counts.evaluated() + " evaluations failed, more than the share that stop."
                        + stoppedBy + " allows; the last with: " + nearest.failure());
    }

    /**
     * This, unless what came of a search that ended by itself was nothing.
     *
     * @param front   how many networks are on it
     * @param nearest has the last failure
     */
    Ending judged(SearchConfig config, RunCounts counts, int front, NearestMiss nearest) {
        if (status != RunStatus.FINISHED) {
            return this;
        }
        if (counts.evaluated() == 0) {
            // no network was found wanting, so it is not said that none is feasible
            return new Ending(RunStatus.FAILED, stoppedBy, "the search was ended by " + stoppedBy + " before anything was evaluated. Let it go on for longer.");
        }
        if (counts.failed() == counts.evaluated()) {
            return new Ending(RunStatus.FAILED, stoppedBy, "all " + counts.evaluated() + " evaluations failed, the last with: " + nearest.failure());
        }
        if (front > 0) {
            return this;
        }
        return new Ending(RunStatus.INFEASIBLE, stoppedBy,
                config.accuracy() instanceof LadderAccuracy ladder && config.asksAccuracies() && counts.evaluated(ladder.rungs().size()) == 0 && counts.measured() > 0
                        ? "the search was ended by " + stoppedBy + " before a network came to the last rung of the ladder. Let it go on for longer."
                        : "none of " + counts.evaluated() + " architectures keeps the bounds. " + nearest.text());
    }
}
