package finch.search.cli;

import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.search.evolve.Evaluation;
import finch.search.report.Report;
import finch.search.run.RunFolder;
import finch.search.run.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.LongSupplier;

/** Tells a person how a search goes: how many, how fast, the best so far. Keeps the report of a long one up to date. */
final class Told implements RunListener {
    private final Progress progress;
    private final LongSupplier nanos;
    private Objective first;
    private double best;
    private int rung;
    private long begun;
    /** Evaluations that the journal answered; negative while it answers. */
    private long replayed = -1;

    Told(Progress progress) {
        this(progress, System::nanoTime);
    }

    Told(Progress progress, LongSupplier nanos) {
        this.progress = progress;
        this.nanos = nanos;
    }

    @Override
    public void stage(String name, String detail) {
        progress.stage(detail.isEmpty() ? name : name + ": " + detail);
    }

    @Override
    public void warning(String message) {
        progress.message("finch: " + message);
    }

    @Override
    public void frontWritten(RunFolder folder) {
        try {
            Report.write(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers of a journal come at a rate that says nothing of evaluations. */
    @Override
    public void replayed(long count, long limit) {
        replayed = count;
        begun = nanos.getAsLong();
        progress.begin(limit > 0 ? count / (double) limit : 0);
    }

    @Override
    public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
        if (evaluation instanceof Evaluation.Measured measured) {
            keepBest(measured.values());
        }
        if (replayed < 0) {
            progress.update(-1, Quantities.exact(count) + " read from the journal");
            return;
        }
        double seconds = (nanos.getAsLong() - begun) / 1e9;
        progress.update(limit > 0 ? count / (double) limit : -1, Quantities.exact(count) + " evaluated"
                + (seconds > 0.5 ? " (" + Quantities.exact(Math.round((count - replayed) / seconds)) + "/s)" : "") + ", front of " + frontSize
                + (first == null ? "" : ", best " + first.formatName() + " " + first.format(Math.round(best * 100) / 100.0)));
    }

    /** By the accuracy, where there is one, or else the first quantity told. */
    private void keepBest(Map<Objective, Estimate> values) {
        int of = values.values().stream().mapToInt(Estimate::rung).max().orElse(0);
        // on a ladder figures of another rung do not compare
        if (first == null || of > rung) {
            first = values.keySet().stream().filter(Objective::ofAccuracy).findFirst().orElse(values.keySet().iterator().next());
            best = values.get(first).value();
            rung = of;
        } else if (of == rung && values.containsKey(first) && first.minimised(values.get(first).value()) < first.minimised(best)) {
            best = values.get(first).value();
        }
    }
}
