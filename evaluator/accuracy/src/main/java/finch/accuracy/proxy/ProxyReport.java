package finch.accuracy.proxy;

import finch.accuracy.RankCorrelation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How well signals rank networks of known accuracy.
 *
 * @param networks     number of networks
 * @param top          how many of them count as the top 10 %, by true accuracy
 * @param figures      one for each signal and for AZ-NAS; trivial ones last
 * @param combinations each made with one half of the networks and tested on the other
 */
public record ProxyReport(int networks, int top, List<Figure> figures, List<Combined> combinations) {
    /** The paper's own combination. */
    private static final List<Signal> AZ_NAS = List.of(Signal.EXPRESSIVITY, Signal.PROGRESSIVITY, Signal.TRAINABILITY, Signal.MACS);

    /** Rank correlation with true accuracy. @param spearman ρ @param kendall τ-b */
    public record Ranking(double spearman, double kendall) {
        static Ranking of(double[] signal, double[] accuracy) {
            return new Ranking(RankCorrelation.spearman(signal, accuracy), RankCorrelation.kendall(signal, accuracy));
        }

        /** Of the most accurate tenth alone. */
        static Ranking ofTop(double[] signal, double[] accuracy) {
            int[] best = IntStream.range(0, accuracy.length).boxed().sorted(Comparator.comparingDouble((Integer i) -> -accuracy[i]))
                    .limit(topOf(accuracy.length)).mapToInt(Integer::intValue).toArray();
            return of(Arrays.stream(best).mapToDouble(i -> signal[i]).toArray(), Arrays.stream(best).mapToDouble(i -> accuracy[i]).toArray());
        }
    }

    /**
     * One signal, the mean over seeds.
     *
     * @param bySeed  Spearman's ρ over all networks of each seed alone; empty for a trivial signal
     * @param losesTo trivial signals that rank all networks at least as well; empty for a trivial signal
     */
    public record Figure(String signal, Signal.Kind kind, Ranking all, Ranking inTop, List<Double> bySeed, List<String> losesTo) {
        public Figure {
            bySeed = List.copyOf(bySeed);
            losesTo = List.copyOf(losesTo);
        }
    }

    /**
     * A combination of signals.
     *
     * @param weights  of each signal in it
     * @param madeWith networks that were looked at
     * @param all      over the others
     * @param inTop    over the most accurate tenth of the others
     */
    public record Combined(String name, Map<String, Double> weights, int madeWith, int testedOn, Ranking all, Ranking inTop) {
        public Combined {
            weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        }
    }

    public ProxyReport {
        figures = List.copyOf(figures);
        combinations = List.copyOf(combinations);
    }

    private static int topOf(int networks) {
        return Math.max(2, networks / 10);
    }

    public static ProxyReport of(ProxyStudy study) {
        double[] accuracy = study.accuracy();
        List<Signal> signals = List.copyOf(study.values().keySet());
        Map<String, Ranking> trivial = new LinkedHashMap<>();
        signals.stream().filter(s -> s.kind() == Signal.Kind.TRIVIAL).forEach(s -> trivial.put(s.key(), Ranking.of(study.column(s, -1), accuracy)));
        List<Figure> figures = new ArrayList<>();
        for (Signal signal : signals) {
            if (signal.kind() != Signal.Kind.TRIVIAL) {
                figures.add(figure(signal.key(), signal.kind(), seed -> study.column(signal, seed), study, trivial));
            }
        }
        figures.add(figure("az-nas", Signal.Kind.DATA_FREE, seed -> Combination.byRanks(AZ_NAS.stream().map(s -> study.column(s, seed)).toList()), study, trivial));
        trivial.forEach((key, all) -> figures.add(new Figure(key, Signal.Kind.TRIVIAL, all,
                Ranking.ofTop(study.column(signals.stream().filter(s -> s.key().equals(key)).findFirst().orElseThrow(), -1), accuracy), List.of(), List.of())));
        return new ProxyReport(accuracy.length, topOf(accuracy.length), figures, Combination.all(study, signals));
    }

    private static Figure figure(String key, Signal.Kind kind, IntFunction<double[]> bySeed, ProxyStudy study, Map<String, Ranking> trivial) {
        double[] mean = bySeed.apply(-1);
        Ranking all = Ranking.of(mean, study.accuracy());
        return new Figure(key, kind, all, Ranking.ofTop(mean, study.accuracy()),
                IntStream.range(0, study.seeds()).mapToObj(seed -> RankCorrelation.spearman(bySeed.apply(seed), study.accuracy())).toList(),
                trivial.entrySet().stream().filter(t -> t.getValue().spearman() >= all.spearman()).map(Map.Entry::getKey).toList());
    }
}
