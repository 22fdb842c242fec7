package finch.search.cli;

import finch.data.DataSet;
import finch.data.DataSets;
import finch.data.Split;
import finch.data.UnusableDataException;
import finch.search.run.TrainingServices;
import finch.training.CurvePoint;
import finch.training.TrainedModel;
import finch.training.Training;
import finch.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Trainings within a run: told as stages of it, and stopped with it. */
final class RunTrainings implements TrainingServices {
    private final Progress progress;
    private final Interruption interruption;
    private Opened last;

    RunTrainings(Progress progress, Interruption interruption) {
        this.progress = progress;
        this.interruption = interruption;
    }

    private record Opened(String data, Split split, DataSet set) {}

    /** The last set is kept: a check before a run and the run itself ask for the same. */
    @Override
    public DataSet images(String data, Split split) throws IOException {
        if (last == null || !last.data().equals(data) || !last.split().equals(split)) {
            try {
                last = new Opened(data, split, DataSets.open(data, Path.of("").toAbsolutePath(), split));
            } catch (UnusableDataException e) {
                throw new IllegalArgumentException("data: " + e.getMessage(), e);
            }
        }
        return last.set();
    }

    @Override
    public int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public Training.Listener listener(String what, int epochs) {
        progress.stage("training " + what);
        return new Training.Listener() {
            private boolean begun;

            @Override
            public void step(TrainingListener.Progress at) {
                double fraction = (at.epoch() - 1 + (double) at.step() / at.steps()) / epochs;
                if (!begun) {
                    begun = true;
                    progress.begin(fraction);
                }
                progress.update(fraction, String.format(Locale.ROOT, "epoch %d/%d  loss %.3f  %.1f %%  %.0f images/s", at.epoch(), epochs, at.loss(), 100 * at.top1(), at.imagesPerSecond()));
            }

            @Override
            public void epoch(CurvePoint point, double imagesPerSecond, boolean resumed) {
                progress.message(String.format(Locale.ROOT, "%s: epoch %d/%d  loss %.3f  training %.1f %%  validation %.2f %%", what, point.epoch(), epochs, point.loss(),
                        100 * point.top1(), 100 * point.validationTop1()) + (resumed ? "  (before)" : String.format(Locale.ROOT, "  %.0f images/s", imagesPerSecond)));
            }

            @Override
            public void remark(String text) {
                progress.message("finch: " + text);
            }

            @Override
            public boolean stop() {
                return interruption.requested();
            }
        };
    }

    @Override
    public void exportOnnx(TrainedModel model, Path file) throws IOException {
        OnnxExport.model(model, true, file);
    }
}
