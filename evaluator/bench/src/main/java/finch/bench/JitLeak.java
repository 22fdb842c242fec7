package finch.bench;

import finch.bench.Statistics.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints whether a network is as fast in a JVM that ran others before as alone in a fresh one, which it is unless profiles
 * leak from network to network: {@code JitLeak [forks=3] [others=30] [rounds=9] [runs=200] [threads=1] [cap=30] [NETWORK…]}.
 * Two fresh JVMs and one that ran the others are timed in turn, and all three started anew for each fork; the ratio of
 * the two fresh ones is the noise.
 */
public final class JitLeak {
    private JitLeak() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        Options options = Options.of(arguments, "forks", "others", "rounds", "runs", "threads", "cap");
        int forks = options.number("forks", 3);
        int others = options.number("others", 30);
        int rounds = options.number("rounds", 9);
        Markdown table = new Markdown("network", "alone ms", "after others ms", "after others / alone", "alone / alone", "not steady");
        for (String network : options.wordsOr(List.of("mobilenetv3-large", "mobilenetv3-small"))) {
            List<Double> alone = new ArrayList<>();
            List<Double> after = new ArrayList<>();
            List<Double> leaks = new ArrayList<>();
            List<Double> noise = new ArrayList<>();
            int unsteady = 0;
            for (int fork = 1; fork <= forks; fork++) {
                System.err.println(network + ", fork " + fork);
                String[] common = {"network=" + network, "threads=" + options.number("threads", 1), "cap=" + options.number("cap", 30), "seed=" + fork};
                String[] last = {common[0], common[1], common[2], common[3], "before=" + others};
                try (Peer first = new Peer(List.of(), common); Peer second = new Peer(List.of(), common); Peer third = new Peer(List.of(), last)) {
                    Peers.check(new Peers.Case(network, 1, 1), List.of(first, second, third));
                    Rounds timed = Rounds.time(List.of(first, second, third), rounds, options.number("runs", 200));
                    alone.add(Statistics.median(timed.medians(0)));
                    alone.add(Statistics.median(timed.medians(1)));
                    after.add(Statistics.median(timed.medians(2)));
                    leaks.add(timed.ratio(2, 0).median());
                    leaks.add(timed.ratio(2, 1).median());
                    noise.add(timed.ratio(1, 0).median());
                    for (Peer peer : List.of(first, second, third)) {
                        unsteady += peer.steady() ? 0 : 1;
                    }
                }
            }
            table.row(network, spread(alone), spread(after), spread(leaks), spread(noise), unsteady + " of " + 3 * forks);
        }
        System.out.println(table);
        System.out.println("Median [range] over " + forks + " forks of three JVMs, " + rounds + " rounds each; " + others
                + " other networks: the references and random ones.");
    }

    private static Spread spread(List<Double> values) {
        return Spread.ofRange(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
