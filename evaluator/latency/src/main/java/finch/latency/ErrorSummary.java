package finch.latency;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How far predictions were from measurements of networks that no fit has seen. Errors are |predicted/measured − 1|.
 *
 * @param networks     how many were compared
 * @param mapePercent  mean absolute percentage error
 * @param within5      share of networks within ±5 %, 0 to 1
 * @param within10     share within ±10 %
 * @param spearman     rank correlation; 0 where it is not defined
 * @param worstPercent largest error
 * @param worstNetwork name of that network; empty where there is none
 */
public record ErrorSummary(int networks, double mapePercent, double within5, double within10, double spearman,
                           double worstPercent, String worstNetwork) {
    /** Of predictions in microseconds. */
    static ErrorSummary of(List<Sample> samples, ToDoubleFunction<Sample> prediction) {
        return of(samples.stream().map(Sample::name).toArray(String[]::new), samples.stream().mapToDouble(prediction).toArray(),
                samples.stream().mapToDouble(Sample::micros).toArray());
    }

    /** @throws IllegalArgumentException if the lengths differ */
    static ErrorSummary of(String[] names, double[] predicted, double[] measured) {
        if (predicted.length != measured.length || names.length != measured.length) {
            throw new IllegalArgumentException(names.length + " names, " + predicted.length + " predictions, " + measured.length + " measurements");
        }
        int n = measured.length;
        if (n == 0) {
            return new ErrorSummary(0, 0, 0, 0, 0, 0, "");
        }
        double sum = 0;
        int within5 = 0;
        int within10 = 0;
        int worst = 0;
        double worstError = -1;
        for (int i = 0; i < n; i++) {
            double error = Math.abs(predicted[i] / measured[i] - 1);
            sum += error;
            within5 += error <= 0.05 ? 1 : 0;
            within10 += error <= 0.10 ? 1 : 0;
            if (error > worstError) {
                worst = i;
                worstError = error;
            }
        }
        double spearman = Quantiles.spearman(predicted, measured);
        return new ErrorSummary(n, 100 * sum / n, within5 / (double) n, within10 / (double) n,
                Double.isNaN(spearman) ? 0 : spearman, 100 * worstError, names[worst]);
    }
}
