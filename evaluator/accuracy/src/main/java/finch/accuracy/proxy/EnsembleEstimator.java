package finch.accuracy.proxy;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.AccuracyTable;
import finch.accuracy.RankCorrelation;
import finch.space.Architecture;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Several signals as one figure. Two kinds:
 * <ul>
 * <li>fitted to networks of known accuracy by a ridge regression of the logarithm of the error: tells top-1 as the table means it,
 *     with the interval that held 90 % of what the fit had not seen (split conformal, Lei et al. 2018);</li>
 * <li>by ranks within a fixed population: tells a score, {@code Σ log p}, p being the share of the population that is behind in a
 *     signal (Lee and Ham 2024, "non-linear ranking aggregation"). Ranks need a population, and one of those whom a search happens
 *     to meet would make a figure depend on its company. Beyond the population's ends p goes on as an exponential, so that hardly any
 *     two networks are tied there.</li>
 * </ul>
 * Either says how well it ranks networks that it was not made with, where a table tells of any. That holds as long as no signal was made
 * with them either: configs refuse the ensemble's own table as a signal, and surrogates of unknown data unless they are wanted all the same.
 */
public final class EnsembleEstimator implements AccuracyEstimator {
    /** Fewer networks say nothing. */
    public static final int FEWEST = 20;
    /** Above which accuracy the logarithm of the error would run away. */
    private static final double CAP = 100.1;
    private static final double COVERAGE = 0.9;

    private final SignalPanel panel;
    private final Model model;
    private final Standings standings;

    /**
     * What is told of an ensemble.
     *
     * @param method   {@code fitted} or {@code ranks}
     * @param weights  of the signals: points on the scale of the logarithm of the error for a standard deviation each, or 1 for ranks
     * @param networks that it was made with
     * @param leftOut  networks without all signals
     * @param heldOut  how well it ranks others; empty where no table tells
     */
    public record Standings(String method, Map<String, Double> weights, int networks, int leftOut, Optional<HeldOut> heldOut) {
        public Standings {
            weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        }
    }

    /** @param rmse in points of top-1; empty where the ensemble tells no top-1 @param best the best single signal of it on the same networks, and its ρ */
    public record HeldOut(int networks, double spearman, double kendall, Optional<Double> rmse, String best, double bestSpearman) {}

    private sealed interface Model {
        /** @param half on the scale of the logarithm of the error */
        record Fitted(Ridge ridge, double half, String dataset) implements Model {}

        /** @param population [signal][network], sorted */
        record Ranks(double[][] population) implements Model {}
    }

    private EnsembleEstimator(SignalPanel panel, Model model, Standings standings) {
        this.panel = panel;
        this.model = model;
        this.standings = standings;
    }

    /** Told how many networks are done, from any thread. */
    @FunctionalInterface
    public interface Progress {
        void done(int networks, int all);
    }

    /**
     * Fits to a random part of a table's distinct networks, always the same.
     *
     * @param networks at most
     * @throws IllegalArgumentException if too few of them have all signals
     */
    public static EnsembleEstimator fitted(SignalPanel panel, AccuracyTable table, String dataset, int networks, Progress progress) {
        Sample sample = Sample.of(panel, KnownNetwork.of(table, networks), progress);
        sample.require(table.file());
        double[] target = Arrays.stream(sample.accuracy()).map(EnsembleEstimator::logarithmic).toArray();
        Ridge ridge = Ridge.fit(sample.signals(), target);
        Ridge.HeldOut folds = Ridge.heldOut(sample.signals(), target);
        double[] heldOut = folds.predicted();
        double[] errors = IntStream.range(0, target.length).mapToDouble(i -> Math.abs(heldOut[i] - target[i])).sorted().toArray();
        double half = errors[Math.min(errors.length - 1, (int) Math.ceil(COVERAGE * (errors.length + 1)) - 1)];
        Map<String, Double> weights = new LinkedHashMap<>();
        for (int s = 0; s < ridge.weights().length; s++) {
            weights.put(panel.names().get(s), ridge.weights()[s]);
        }
        double squares = 0;
        for (int i = 0; i < heldOut.length; i++) {
            double error = top1(heldOut[i]) - sample.accuracy()[i];
            squares += error * error;
        }
        return new EnsembleEstimator(panel, new Model.Fitted(ridge, half, dataset), new Standings("fitted", weights, target.length, sample.leftOut(),
                Optional.of(sample.heldOut(panel, folds.comparable(), Optional.of(Math.sqrt(squares / heldOut.length))))));
    }

    /**
     * Ranks within a population, which the accuracies of a table, where there is one, do not shape.
     *
     * @param table    of known accuracies, of which so many are ranked too
     * @param networks at most
     */
    public static EnsembleEstimator ranks(SignalPanel panel, List<Architecture> population, Optional<AccuracyTable> table, int networks, Progress progress) {
        Sample among = Sample.of(panel, population.stream().map(a -> new KnownNetwork(a, 0)).toList(), progress);
        among.require("the space");
        int size = panel.names().size();
        double[][] sorted = new double[size][];
        for (int s = 0; s < size; s++) {
            int column = s;
            sorted[s] = Arrays.stream(among.signals()).mapToDouble(row -> row[column]).sorted().toArray();
        }
        Model.Ranks model = new Model.Ranks(sorted);
        Optional<HeldOut> heldOut = table.map(known -> {
            Sample tested = Sample.of(panel, KnownNetwork.of(known, networks), progress);
            tested.require(known.file());
            return tested.heldOut(panel, Arrays.stream(tested.signals()).mapToDouble(row -> score(model, row)).toArray(), Optional.empty());
        });
        Map<String, Double> weights = new LinkedHashMap<>();
        panel.names().forEach(name -> weights.put(name, 1.0));
        return new EnsembleEstimator(panel, model, new Standings("ranks", weights, among.signals().length, among.leftOut(), heldOut));
    }

    public Standings standings() {
        return standings;
    }

    /** The fingerprint of the images that signals need; empty where none needs any. */
    public Optional<String> imagesFingerprint() {
        return panel.imagesFingerprint();
    }

    /** Spearman's ρ on networks that it was not made with: of the table, or as documented; empty where nobody knows. */
    public Optional<Double> spearman() {
        return standings.heldOut().map(HeldOut::spearman).or(() -> panel.signalsAlone().map(Standing::ofRanks)
                .flatMap(known -> known.isPresent() ? Optional.of(known.getAsDouble()) : Optional.empty()));
    }

    @Override
    public AccuracyEstimate estimate(Architecture architecture) {
        SignalPanel.Reading reading = panel.read(architecture);
        if (reading.silence().isPresent()) {
            return new AccuracyEstimate.Silent(reading.silence().get());
        }
        double figure = figure(reading.mean());
        String source = "ensemble by " + standings.method() + " of " + panel.source();
        return switch (model) {
            case Model.Fitted fitted -> {
                double half = fitted.half();
                yield new AccuracyEstimate.Known(bounded(top1(figure)), bounded(top1(figure - half)), bounded(top1(figure + half)), source, fitted.dataset());
            }
            case Model.Ranks _ -> {
                double half = ProxyEstimator.halfWidth(Arrays.stream(reading.bySeed()).mapToDouble(this::figure).toArray());
                yield new AccuracyEstimate.Scored(figure, figure - half, figure + half, source);
            }
        };
    }

    private double figure(double[] signals) {
        return switch (model) {
            case Model.Fitted fitted -> fitted.ridge().of(signals);
            case Model.Ranks ranks -> score(ranks, signals);
        };
    }

    private static double score(Model.Ranks model, double[] signals) {
        double sum = 0;
        for (int s = 0; s < signals.length; s++) {
            sum += logShare(model.population()[s], signals[s]);
        }
        return sum;
    }

    /** log p; strictly increasing in the value. @param sorted the population's values */
    static double logShare(double[] sorted, double value) {
        int n = sorted.length;
        double least = 0.5 / n;
        double scale = sorted[3 * n / 4] - sorted[n / 4];
        scale = scale > 0 ? scale : sorted[n - 1] > sorted[0] ? sorted[n - 1] - sorted[0] : 1;
        if (value < sorted[0]) {
            return StrictMath.log(least) - (sorted[0] - value) / scale;
        }
        if (value > sorted[n - 1]) {
            return StrictMath.log1p(-least * StrictMath.exp((sorted[n - 1] - value) / scale));
        }
        int below = 0;
        int above = n;
        while (below < above) {
            int middle = (below + above) >>> 1;
            if (sorted[middle] < value) {
                below = middle + 1;
            } else {
                above = middle;
            }
        }
        int same = below;
        while (same < n && sorted[same] == value) {
            same++;
        }
        // of equals the middle; between two of the population in between
        double place = same > below ? (below + same) / 2.0 : below - 0.5 + (value - sorted[below - 1]) / (sorted[below] - sorted[below - 1]);
        return StrictMath.log(place / n);
    }

    private static double logarithmic(double top1) {
        return -StrictMath.log(CAP - top1);
    }

    private static double top1(double logarithmic) {
        return CAP - StrictMath.exp(-logarithmic);
    }

    private static double bounded(double top1) {
        return Math.clamp(top1, 0, 100);
    }

    /** Networks with all signals. @param signals [network][signal] */
    private record Sample(double[][] signals, double[] accuracy, int leftOut) {
        static Sample of(SignalPanel panel, List<KnownNetwork> networks, Progress progress) {
            AtomicInteger done = new AtomicInteger();
            List<SignalPanel.Reading> readings = IntStream.range(0, networks.size()).parallel().mapToObj(i -> {
                SignalPanel.Reading reading = panel.read(networks.get(i).architecture());
                progress.done(done.incrementAndGet(), networks.size());
                return reading;
            }).toList();
            int[] usable = IntStream.range(0, networks.size()).filter(i -> readings.get(i).silence().isEmpty()).toArray();
            return new Sample(Arrays.stream(usable).mapToObj(i -> readings.get(i).mean()).toArray(double[][]::new),
                    Arrays.stream(usable).mapToDouble(i -> networks.get(i).top1()).toArray(), networks.size() - usable.length);
        }

        void require(String where) {
            if (signals.length < FEWEST) {
                throw new IllegalArgumentException(where + " has " + signals.length + " distinct networks with all signals of the ensemble, too few to say"
                        + " anything (" + leftOut + " lack some). Needed are " + FEWEST + ".");
            }
        }

        HeldOut heldOut(SignalPanel panel, double[] figures, Optional<Double> rmse) {
            String best = "";
            double most = Double.NEGATIVE_INFINITY;
            for (int s = 0; s < signals[0].length; s++) {
                int column = s;
                double own = RankCorrelation.spearman(Arrays.stream(signals).mapToDouble(row -> row[column]).toArray(), accuracy);
                if (own > most) {
                    most = own;
                    best = panel.names().get(s);
                }
            }
            return new HeldOut(accuracy.length, RankCorrelation.spearman(figures, accuracy), RankCorrelation.kendall(figures, accuracy), rmse, best, most);
        }
    }
}
