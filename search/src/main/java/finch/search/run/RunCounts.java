package finch.search.run;

import finch.search.evolve.Evaluation;

/** What a run counts. */
final class RunCounts {
    private long proposed;
    private long measured;
    private long infeasible;
    private long failed;
    private int generation;

    void proposed(int genomes) {
        proposed += genomes;
    }

    void evaluated(Evaluation evaluation) {
        switch (evaluation) {
            case Evaluation.Measured m -> measured++;
            case Evaluation.Infeasible i -> infeasible++;
            case Evaluation.Failed f -> failed++;
        }
    }

    void generation(int number) {
        generation = number;
    }

    /** Genomes drawn for what was evaluated, repeats of known architectures included. */
    long proposed() {
        return proposed;
    }

    /** Architectures evaluated, whatever the outcome. */
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

    /** The last generation, the initial one being 0. */
    int generation() {
        return generation;
    }
}
