package finch.search.run;

import finch.search.evolve.Evaluation;
import finch.search.evolve.Refit;

/** Hears of a run's progress. All calls come from the thread that runs the search, in a repeatable order. */
public interface RunListener {
    /** Hears nothing. */
    RunListener SILENT = new RunListener() {};

    /** A new stage begins, e.g. {@code pricing}, {@code searching}, {@code timing the front}; {@code detail} is for people. */
    default void stage(String name, String detail) {}

    /** Something that is no error but should be known. */
    default void warning(String message) {}

    /** The front as it stands was written, while the search goes on. */
    default void frontWritten(RunFolder folder) {}

    /** The algorithm has fitted its model anew; how well the earlier fits foretold what came. */
    default void refitted(Refit refit) {}

    /**
     * The journal has answered all that it can; what comes now is evaluated.
     *
     * @param count answered, 0 in a new run
     * @param limit as of {@link #evaluated}
     */
    default void replayed(long count, long limit) {}

    /**
     * An evaluation was journalled, or answered from the journal.
     *
     * @param limit evaluations after which the search ends, 0 where no rule says so
     */
    default void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {}
}
