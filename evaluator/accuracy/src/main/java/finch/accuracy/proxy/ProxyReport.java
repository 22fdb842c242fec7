package finch.accuracy.proxy;

import finch.accuracy.RankCorrelation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * How well signals rank networks of known accuracy.
 *
 * @param networks     number of networks
 * @param top          how many of them are the most accurate tenth; 0 where that is too few to rank
 * @param figures      one for each signal and for AZ-NAS; trivial ones last, after them what a fit to all of these ranks
 * @param combinations each made with one half of the networks and tested on the other
 */
public record ProxyReport(int networks, int top, List<Figure> figures, List<Combined> combinations) {
    /** The paper's own combination. */
    private static final List<Signal> AZ_NAS = List.of(Signal.EXPRESSIVITY, Signal.PROGRESSIVITY, Signal.TRAINABILITY, Signal.MACS);
    /** A ridge regression on the trivial signals; each network is told by a fit to others. */
    static final String TRIVIAL_FIT = "trivial-fit";
    /** A smaller top says nothing. */
    private static final int SMALLEST_TOP = 10;
    private static final int RESAMPLES = 1000;
    private static final double OUTSIDE = 0.05;

    /** Rank correlation with true accuracy. @param spearman ρ @param kendall τ-b */
    public record Ranking(double spearman, double kendall) {
        static Ranking of(double[] signal, double[] accuracy) {
            return new Ranking(RankCorrelation.spearman(signal, accuracy), RankCorrelation.kendall(signal, accuracy));
        }

        /** Of the most accurate tenth alone; empty where that is too few. */
        static Optional<Ranking> ofTop(double[] signal, double[] accuracy) {
            int top = topOf(accuracy.length);
            if (top == 0) {
                return Optional.empty();
            }
            int[] best = IntStream.range(0, accuracy.length).boxed().sorted(Comparator.comparingDouble((Integer i) -> -accuracy[i]))
                    .limit(top).mapToInt(Integer::intValue).toArray();
            return Optional.of(of(Arrays.stream(best).mapToDouble(i -> signal[i]).toArray(), Arrays.stream(best).mapToDouble(i -> accuracy[i]).toArray()));
        }
    }

    /**
     * A signal's Spearman's ρ less that of a trivial one, over all networks.
     *
     * @param low  lower end of the central 90 % of what networks drawn again, with replacement, give (Efron 1979)
     * @param high its upper end
     */
    public record Difference(double value, double low, double high) {
        public boolean isBetter() {
            return low > 0;
        }

        public boolean isWorse() {
            return high < 0;
        }
    }

    /**
     * One signal, the mean over seeds.
     *
     * @param inTop       over the most accurate tenth of all networks
     * @param bySeed      Spearman's ρ over all networks of each seed alone; empty for a trivial signal
     * @param differences to each trivial signal; empty for a trivial signal
     */
    public record Figure(String signal, Signal.Kind kind, Ranking all, Optional<Ranking> inTop, List<Double> bySeed, Map<String, Difference> differences) {
        public Figure {
            bySeed = List.copyOf(bySeed);
            differences = Collections.unmodifiableMap(new LinkedHashMap<>(differences));
        }

        /** Trivial signals that rank better, beyond chance. */
        public List<String> losesTo() {
            return those(Difference::isWorse);
        }

        /** Trivial signals that rank worse, beyond chance. */
        public List<String> betterThan() {
            return those(Difference::isBetter);
        }

        /** Trivial signals that other networks of the kind might rank on either side. */
        public List<String> notToldApartFrom() {
            return those(d -> !d.isBetter() && !d.isWorse());
        }

        private List<String> those(Predicate<Difference> which) {
            return differences.entrySet().stream().filter(d -> which.test(d.getValue())).map(Map.Entry::getKey).toList();
        }
    }

    /**
     * A combination of signals.
     *
     * @param weights  of each signal in it
     * @param madeWith networks that were looked at
     * @param all      over the others
     * @param top      how many of the others are their most accurate tenth; 0 where that is too few to rank
     * @param inTop    over these
     */
    public record Combined(String name, Map<String, Double> weights, int madeWith, int testedOn, Ranking all, int top, Optional<Ranking> inTop) {
        public Combined {
            weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        }
    }

    public ProxyReport {
        figures = List.copyOf(figures);
        combinations = List.copyOf(combinations);
    }

    static int topOf(int networks) {
        return networks / 10 < SMALLEST_TOP ? 0 : networks / 10;
    }

    public static ProxyReport of(ProxyStudy study) {
        double[] accuracy = study.accuracy();
        List<Signal> signals = List.copyOf(study.values().keySet());
        List<Signal> ofTrivial = signals.stream().filter(s -> s.kind() == Signal.Kind.TRIVIAL).toList();
        Map<String, double[]> trivial = new LinkedHashMap<>();
        ofTrivial.forEach(s -> trivial.put(s.key(), study.column(s, -1)));
        trivial.put(TRIVIAL_FIT, Combination.heldOut(study, ofTrivial));
        Map<String, IntFunction<double[]>> others = new LinkedHashMap<>();
        Map<String, Signal.Kind> kinds = new LinkedHashMap<>();
        for (Signal signal : signals) {
            if (signal.kind() != Signal.Kind.TRIVIAL) {
                others.put(signal.key(), seed -> study.column(signal, seed));
                kinds.put(signal.key(), signal.kind());
            }
        }
        if (signals.containsAll(AZ_NAS)) {
            others.put("az-nas", seed -> Combination.byRanks(AZ_NAS.stream().map(s -> study.column(s, seed)).toList()));
            kinds.put("az-nas", Signal.Kind.DATA_FREE);
        }
        Map<String, double[]> all = new LinkedHashMap<>(trivial);
        others.forEach((key, bySeed) -> all.put(key, bySeed.apply(-1)));
        Map<String, double[]> resampled = resampled(all, accuracy);
        List<Figure> figures = new ArrayList<>();
        others.forEach((key, bySeed) -> figures.add(new Figure(key, kinds.get(key), Ranking.of(all.get(key), accuracy), Ranking.ofTop(all.get(key), accuracy),
                IntStream.range(0, study.seeds()).mapToObj(seed -> RankCorrelation.spearman(bySeed.apply(seed), accuracy)).toList(),
                differences(key, trivial, all, accuracy, resampled))));
        trivial.forEach((key, column) -> figures.add(new Figure(key, Signal.Kind.TRIVIAL, Ranking.of(column, accuracy), Ranking.ofTop(column, accuracy),
                List.of(), Map.of())));
        return new ProxyReport(accuracy.length, topOf(accuracy.length), figures, Combination.all(study, signals));
    }

    /** Spearman's ρ of each signal with accuracy, over networks drawn with replacement; the same ones for all signals. */
    private static Map<String, double[]> resampled(Map<String, double[]> signals, double[] accuracy) {
        Map<String, double[]> correlations = new LinkedHashMap<>();
        signals.keySet().forEach(key -> correlations.put(key, new double[RESAMPLES]));
        SplittableRandom random = new SplittableRandom(3);
        for (int r = 0; r < RESAMPLES; r++) {
            int[] drawn = IntStream.range(0, accuracy.length).map(_ -> random.nextInt(accuracy.length)).toArray();
            double[] truth = Arrays.stream(drawn).mapToDouble(i -> accuracy[i]).toArray();
            for (Map.Entry<String, double[]> signal : signals.entrySet()) {
                correlations.get(signal.getKey())[r] = RankCorrelation.spearman(Arrays.stream(drawn).mapToDouble(i -> signal.getValue()[i]).toArray(), truth);
            }
        }
        return correlations;
    }

    private static Map<String, Difference> differences(String key, Map<String, double[]> trivial, Map<String, double[]> all, double[] accuracy,
                                                       Map<String, double[]> resampled) {
        Map<String, Difference> differences = new LinkedHashMap<>();
        double own = RankCorrelation.spearman(all.get(key), accuracy);
        trivial.forEach((other, column) -> {
            double[] sorted = IntStream.range(0, RESAMPLES).mapToDouble(r -> resampled.get(key)[r] - resampled.get(other)[r]).sorted().toArray();
            differences.put(other, new Difference(own - RankCorrelation.spearman(column, accuracy), sorted[(int) (OUTSIDE * RESAMPLES)],
                    sorted[RESAMPLES - 1 - (int) (OUTSIDE * RESAMPLES)]));
        });
        return differences;
    }
}
