package finch.search.evolve;

import finch.accuracy.RankCorrelation;
import finch.search.config.Objective;
import java.util.List;

/**
 * How well a search's model foretold evaluations that it had not seen.
 *
 * @param generation      the generation that the new fit proposes
 * @param fittedOn        evaluations in the new fit
 * @param heldOut         evaluations foretold by earlier fits, the latest {@value #MOST} at most
 * @param rmse            root mean square error on those, in units of the objective; NaN if there is none
 * @param rankCorrelation Kendall's τ-b on those; NaN if they are less than two
 * @param coverage        share of those inside their 90 % interval; NaN if there is none
 */
public record Refit(Objective objective, int generation, int fittedOn, int heldOut, double rmse, double rankCorrelation, double coverage) {
    static final int MOST = 100;

    /** An evaluation and what was foretold. */
    record Foretold(double value, double mean, double low, double high) {}

    static Refit of(Objective objective, int generation, int fittedOn, List<Foretold> all) {
        List<Foretold> last = all.subList(Math.max(0, all.size() - MOST), all.size());
        double squares = 0;
        int inside = 0;
        for (Foretold a : last) {
            squares += (a.value() - a.mean()) * (a.value() - a.mean());
            inside += a.value() >= a.low() && a.value() <= a.high() ? 1 : 0;
        }
        int n = last.size();
        return new Refit(objective, generation, fittedOn, n, n == 0 ? Double.NaN : Math.sqrt(squares / n),
                n < 2 ? Double.NaN : RankCorrelation.kendall(last.stream().mapToDouble(Foretold::value).toArray(),
                        last.stream().mapToDouble(Foretold::mean).toArray()), n == 0 ? Double.NaN : (double) inside / n);
    }
}
