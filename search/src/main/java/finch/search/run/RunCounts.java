package finch.search.run;

import finch.search.evolve.Evaluation;
import java.util.HashMap;
import java.util.Map;

/** What a run counts. */
final class RunCounts {
    private long proposed;
    private long measured;
    private long infeasible;
    private long failed;
    private final Map<Integer, Long> evaluatedOnRung = new HashMap<>();
    private final Map<Integer, Long> measuredOnRung = new HashMap<>();
    private int generations;

    void proposed(int genomes) {
        proposed += genomes;
    }

    /** @param rung of a ladder; 0 without one */
    void evaluated(Evaluation evaluation, int rung) {
        evaluatedOnRung.merge(rung, 1L, Long::sum);
        measuredOnRung.merge(rung, evaluation instanceof Evaluation.Measured ? 1L : 0L, Long::sum);
        switch (evaluation) {
            case Evaluation.Measured m -> measured++;
            case Evaluation.Infeasible i -> infeasible++;
            case Evaluation.Failed f -> failed++;
        }
    }

    /** Something of a generation was evaluated. @param generation the initial one being 0; those in flight may end behind later ones */
    void begun(int generation) {
        generations = Math.max(generations, generation + 1);
    }

    /** Evaluations on a rung of a ladder. */
    long evaluated(int rung) {
        return evaluatedOnRung.getOrDefault(rung, 0L);
    }

    /** Feasible ones of these. */
    long measured(int rung) {
        return measuredOnRung.getOrDefault(rung, 0L);
    }

    /** Genomes drawn for what was evaluated, repeats of known architectures included. */
    long proposed() {
        return proposed;
    }

    /** Evaluations, whatever the outcome: of an architecture one, on a ladder one for each rung that it came to. */
    long evaluated() {
        return measured + infeasible + failed;
    }

    long measured() {
        return measured;
    }

    long infeasible() {
        return infeasible;
    }

    long failed() {
        return failed;
    }

    /** Generations of which something was evaluated, the initial one included. */
    int generations() {
        return generations;
    }
}
