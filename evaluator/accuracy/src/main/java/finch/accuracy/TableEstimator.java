package finch.accuracy;

import finch.space.Architecture;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks accuracies up in a table: the truth of a benchmark. It keeps silent on what the table does not hold, or fails. Several
 * rows of one network count as its training runs: their mean is the value.
 */
public final class TableEstimator implements AccuracyEstimator {
    private final String file;
    private final String dataset;
    private final Map<Architecture, AccuracyEstimate.Known> known;
    private final boolean failing;

    private TableEstimator(String file, String dataset, Map<Architecture, AccuracyEstimate.Known> known, boolean failing) {
        this.file = file;
        this.dataset = dataset;
        this.known = known;
        this.failing = failing;
    }

    /**
     * Reads a table in one of the formats of {@link AccuracyTable}.
     *
     * @param space what the table's genomes mean
     * @throws finch.space.format.InvalidFileException with every row that cannot be read
     */
    public static TableEstimator read(Path table, Optional<SearchSpace> space) throws IOException {
        return of(AccuracyTable.read(table, space), fileName(table.toString()));
    }

    /** @param dataset what the accuracies are of, e.g. {@code cifar10} */
    public static TableEstimator of(AccuracyTable table, String dataset) {
        Map<Architecture, Runs> runs = new HashMap<>();
        for (AccuracyTable.Entry e : table.entries()) {
            runs.computeIfAbsent(e.architecture().anonymous(), a -> new Runs()).add(e.value(), e.std());
        }
        Map<Architecture, AccuracyEstimate.Known> known = new HashMap<>();
        runs.forEach((a, r) -> known.put(a, r.estimate("table " + fileName(table.file()), dataset)));
        return new TableEstimator(table.file(), dataset, known, false);
    }

    /** This table, but an architecture that it does not hold is a failure. */
    public TableEstimator failingWhereMissing() {
        return new TableEstimator(file, dataset, known, true);
    }

    /** Different networks in the table. */
    public int size() {
        return known.size();
    }

    /** What the table holds: each network once, without its name. */
    public Collection<Architecture> architectures() {
        return Collections.unmodifiableSet(known.keySet());
    }

    public String dataset() {
        return dataset;
    }

    /**
     * The table's value. The interval is where one more training run would fall in 90 % of cases, if the table tells a
     * standard deviation or has several rows of the network; otherwise it is the value. A standard deviation that the
     * table tells is taken as known; one that is estimated from n rows is taken by Student's t with n − 1 degrees of
     * freedom, and the mean of so few has an error of its own.
     *
     * @throws EstimateFailedException if there is none and this estimator {@linkplain #failingWhereMissing fails} then
     */
    @Override
    public AccuracyEstimate estimate(Architecture architecture) {
        AccuracyEstimate.Known estimate = known.get(architecture.anonymous());
        if (estimate != null) {
            return estimate;
        }
        String missing = "the table " + fileName(file) + " has no entry for this architecture among its " + known.size();
        if (failing) {
            throw new EstimateFailedException(missing);
        }
        return new AccuracyEstimate.Silent(missing + ".");
    }

    private static String fileName(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    /** Training runs of one network, gathered row by row. */
    private static final class Runs {
        private int count;
        private double sum;
        private double squares;
        private double variances;

        void add(double value, double std) {
            count++;
            sum += value;
            squares += value * value;
            variances += std * std;
        }

        AccuracyEstimate.Known estimate(String source, String dataset) {
            double mean = sum / count;
            double between = count > 1 ? Math.max(0, (squares - count * mean * mean) / (count - 1)) : 0;
            double spread = between < 1e-9 ? 0 : between;
            double seen = spread == 0 ? 0 : Statistics.t95(count - 1) * Math.sqrt(spread * (1 + 1.0 / count));
            double half = Math.hypot(seen, Calibration.Z95 * Math.sqrt(variances / count));
            return new AccuracyEstimate.Known(mean, Math.max(0, mean - half), Math.min(100, mean + half), source, dataset);
        }
    }
}
