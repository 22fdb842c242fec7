package finch.accuracy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * The trivial baseline: a straight line over one number plus an offset per recipe, by least squares with a breath of
 * ridge. It is fitted to rows of the kind it predicts: a line through both kinds would be a straw man.
 *
 * @param x the number per row
 */
record TrivialLine(Samples data, double[] x) {
    private static final double RIDGE_OF_LINE = 1e-6;
    private static final double RIDGE_OF_OFFSETS = 1;

    static double log2(Number number) {
        return Math.log(number.doubleValue()) / Math.log(2);
    }

    /** Predictions on the z scale. @param group rows that are left out together */
    double[] predict(CrossValidation.Held held, int[] group) {
        int[] rows = held.rows();
        double[] predicted = new double[rows.length];
        for (int g : Arrays.stream(rows).map(i -> group[i]).distinct().toArray()) {
            MatrixStore<Double> line = fit(IntStream.range(0, group.length)
                    .filter(i -> group[i] != g && data.isDense(i) == data.isDense(rows[0])).toArray());
            for (int i = 0; i < rows.length; i++) {
                if (group[rows[i]] == g) {
                    predicted[i] = at(line, rows[i]);
                }
            }
        }
        return predicted;
    }

    private double at(MatrixStore<Double> line, int row) {
        return line.doubleValue(0, 0) + line.doubleValue(1, 0) * x[row] + line.doubleValue(2 + data.recipe()[row], 0);
    }

    /** Predicted differences of top-1. */
    double[] predict(List<LeftOutDifferences.Pair> pairs, int[] group, Scale scale) {
        Map<Integer, MatrixStore<Double>> lines = pairs.stream().map(LeftOutDifferences.Pair::group).distinct().collect(Collectors.toMap(g -> g,
                g -> fit(IntStream.range(0, group.length).filter(i -> group[i] != g && !data.isDense(i)).toArray())));
        return pairs.stream().mapToDouble(p -> scale.toTop1(at(lines.get(p.group()), p.first())) - scale.toTop1(at(lines.get(p.group()), p.second()))).toArray();
    }

    private MatrixStore<Double> fit(int[] rows) {
        int columns = 2 + data.recipes().size();
        R064Store design = R064Store.FACTORY.make(rows.length + columns, columns);
        R064Store target = R064Store.FACTORY.make(rows.length + columns, 1);
        for (int i = 0; i < rows.length; i++) {
            design.set(i, 0, 1);
            design.set(i, 1, x[rows[i]]);
            design.set(i, 2 + data.recipe()[rows[i]], 1);
            target.set(i, 0, data.z()[rows[i]]);
        }
        for (int c = 0; c < columns; c++) {
            design.set(rows.length + c, c, c < 2 ? RIDGE_OF_LINE : RIDGE_OF_OFFSETS);
        }
        QR<Double> qr = QR.R064.make(design);
        qr.decompose(design);
        return qr.getSolution(target);
    }
}
