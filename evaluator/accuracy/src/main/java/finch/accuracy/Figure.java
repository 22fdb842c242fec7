package finch.accuracy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a surrogate did in one test, on rows that it was not fitted to (unless the test says so). Points of top-1.
 *
 * @param test        what was left out and predicted
 * @param rows        rows predicted
 * @param outside     rows for which the surrogate fitted on the others would keep silent; they are counted all the same
 * @param coverage90  share of rows inside the central 90 % interval; factors of intervals are fitted to left-out rows
 *                    too, so that each fold or family is judged with those that were fitted to the others
 * @param halfWidth   median half width of the interval, with factors that were fitted to all left-out rows
 * @param offsetsOff  the same rows with the offsets of unseen sources taken off, where there are any
 * @param baselines   what a straight line over one trivial feature, with the same recipe offsets, does on the same folds
 */
public record Figure(String test, int rows, int outside, double meanAbsoluteError, double rmse, double spearman,
                     double coverage90, double halfWidth, Optional<OffsetsOff> offsetsOff, List<Baseline> baselines) {
    /**
     * The score when rows of a source that does not occur in the fitting data are scored against that source's mean error,
     * on the scale on which offsets add up: what sets a source apart cannot be told from layers.
     *
     * @param sources unseen sources with at least two rows, counted once per fit
     * @param rows    rows of theirs that were scored so; the figures are of these and of all rows of sources that were seen
     * @param alone   rows that are alone in an unseen source: they would score 0 and are not counted
     */
    public record OffsetsOff(int sources, int rows, int alone, double meanAbsoluteError, double rmse, double spearman, double coverage90) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "offsets of %d unseen sources taken off (%d rows; %d more that are alone in theirs not counted): root mean"
                    + " square error %.3f, mean absolute %.3f, rank correlation %.4f, 90 %% interval covers %.1f %%", sources, rows, alone,
                    rmse, meanAbsoluteError, spearman, 100 * coverage90);
        }
    }

    /** @param feature e.g. {@code multiply-adds} */
    public record Baseline(String feature, double meanAbsoluteError, double rmse, double spearman) {
        static Baseline of(String feature, double[] predicted, double[] actual) {
            return new Baseline(feature, Statistics.meanAbsoluteError(predicted, actual), Statistics.rmse(predicted, actual),
                    RankCorrelation.spearman(predicted, actual));
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s: error %.2f, mean absolute %.2f, rank correlation %.3f", feature, rmse,
                    meanAbsoluteError, spearman);
        }
    }

    public Figure {
        baselines = List.copyOf(baselines);
    }

    /** One line without the baselines. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (%d rows%s): root mean square error %.3f, mean absolute %.3f, rank correlation %.4f,"
                        + " 90 %% interval covers %.1f %%, half width %.2f", test, rows, outside == 0 ? "" : ", " + outside
                        + " of them outside the domain of the others", rmse, meanAbsoluteError, spearman, 100 * coverage90, halfWidth);
    }
}
