package finch.search.cli;

import finch.training.CurvePoint;
import finch.training.Training;
import finch.training.TrainingListener;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Tells how a training goes: a line that is overwritten on a terminal, and a line for each epoch that stays. */
final class Epochs {
    private static final String STAGE = "training";

    private final Terminal terminal;
    private final int epochs;
    private final boolean json;
    private final LongSupplier nanos;
    private final Progress progress;
    private long began;
    /** Of the training, done when the time began to count; negative before the first step. */
    private double beganAt = -1;
    private double fraction;

    Epochs(Terminal terminal, int epochs, boolean json) {
        this(terminal, epochs, json, System::nanoTime);
    }

    Epochs(Terminal terminal, int epochs, boolean json, LongSupplier nanos) {
        this.terminal = terminal;
        this.epochs = epochs;
        this.json = json;
        this.nanos = nanos;
        this.progress = new Progress(terminal, nanos);
    }

    Training.Listener listener(BooleanSupplier stop) {
        return new Training.Listener() {
            @Override
            public void step(TrainingListener.Progress at) {
                Epochs.this.step(at);
            }

            @Override
            public void epoch(CurvePoint point, double imagesPerSecond, boolean resumed) {
                Epochs.this.epoch(point, imagesPerSecond, resumed);
            }

            @Override
            public void remark(String text) {
                progress.message("finch: " + text);
            }

            @Override
            public boolean stop() {
                return stop.getAsBoolean();
            }
        };
    }

    private void step(TrainingListener.Progress at) {
        fraction = (at.epoch() - 1 + (double) at.step() / at.steps()) / epochs;
        if (beganAt < 0) {
            beganAt = fraction;
            began = nanos.getAsLong();
            if (terminal.interactive()) {
                progress.stage(STAGE);
                progress.begin(fraction);
            }
        }
        // a log gets a line for each epoch; one every few seconds would bury them
        if (terminal.interactive()) {
            progress.update(fraction, String.format(Locale.ROOT, "epoch %d/%d  loss %.3f  %.1f %%  %.0f images/s", at.epoch(), epochs, at.loss(), 100 * at.top1(), at.imagesPerSecond()));
        }
    }

    private void epoch(CurvePoint point, double imagesPerSecond, boolean resumed) {
        if (json && !resumed) {
            terminal.out().println(JsonLine.of(TrainCommand.json(point, imagesPerSecond)));
            terminal.out().flush();
        }
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "epoch %" + Integer.toString(epochs).length() + "d/%d  loss %.3f  training %.1f %%  validation %.2f %%  rate %.2g",
                point.epoch(), epochs, point.loss(), 100 * point.top1(), 100 * point.validationTop1(), point.learningRate()));
        if (resumed) {
            line.append("  (before)");
        } else {
            line.append(String.format(Locale.ROOT, "  %.0f images/s", imagesPerSecond));
            double done = fraction - beganAt;
            if (done > 0 && fraction < 1) {
                line.append("  ").append(Quantities.duration(Duration.ofNanos(Math.round((nanos.getAsLong() - began) * (1 - fraction) / done)))).append(" left");
            }
        }
        progress.message(line.toString());
    }

    void done() {
        progress.done("");
    }
}
