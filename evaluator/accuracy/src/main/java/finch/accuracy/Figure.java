package finch.accuracy;

import java.util.List;
import java.util.Locale;

/**
 * How a surrogate did in one test, on rows that it was not fitted to (unless the test says so). Points of top-1.
 *
 * @param test        what was left out and predicted
 * @param rows        rows predicted
 * @param outside     rows for which the surrogate fitted on the others would keep silent; they are counted all the same
 * @param coverage90  share of rows inside the central 90 % interval
 * @param halfWidth   median half width of that interval
 * @param baselines   what a straight line over one trivial feature, with the same recipe offsets, does on the same folds
 */
public record Figure(String test, int rows, int outside, double meanAbsoluteError, double rmse, double spearman,
                     double coverage90, double halfWidth, List<Baseline> baselines) {
    /** @param feature e.g. {@code multiply-adds} */
    public record Baseline(String feature, double meanAbsoluteError, double rmse, double spearman) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s: error %.2f, rank correlation %.3f", feature, rmse, spearman);
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
