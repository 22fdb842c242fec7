package finch.bench;

import finch.bench.Statistics.Spread;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Prints a table of Finch beside ONNX Runtime: {@code Peers [threads=1,2] [batch=1,8,32] [forks=1] [rounds=9] [runs=200] [cap=30]
 * [finch-jvm=OPTIONS] [json=FILE] [NETWORK[:THREADS]…]}. Every network is timed with each number of threads and each batch.
 * Networks are named as everywhere, e.g. {@code mobilenetv3-large@/320} at another resolution.
 *
 * <p>Each runtime has a process of its own for each line of the table. They are warmed up until they are steady, and then
 * timed in turn, round by round; whoever is not timed waits for its input and uses no core. A round gives the median of
 * its runs; the table gives the median of these, their range, and the median of the ratios of the rounds, below 1 where
 * Finch is faster. With more forks all this is done again with new processes, and the rounds are joined: what the JIT makes
 * of the same code differs a little from JVM to JVM. {@code finch-jvm} goes to Finch's process alone.
 */
public final class Peers {
    private static final int FINCH = 0;
    private static final int PEER = 1;
    private static final double TOLERANCE = 1e-3;
    /** Larger batches need fewer runs for as many images. */
    private static final int LEAST_RUNS = 25;

    private final List<String> finchJvm;
    private final int forks;
    private final int rounds;
    private final int runs;
    private final int cap;
    private final Path json;

    private Peers(Options options) {
        finchJvm = options.jvm("finch-jvm");
        forks = Math.max(1, options.number("forks", 1));
        rounds = options.number("rounds", 9);
        runs = options.number("runs", 200);
        cap = options.number("cap", 30);
        json = options.text("json", "").isEmpty() ? null : Path.of(options.text("json", ""));
    }

    /** What is timed. */
    record Case(String network, int threads, int batch) {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        Options options = Options.of(arguments, "threads", "batch", "forks", "rounds", "runs", "cap", "finch-jvm", "json");
        new Peers(options).print(cases(options));
    }

    /** Every network with each number of threads, or with its own, and with each batch. */
    static List<Case> cases(Options options) {
        List<Case> cases = new ArrayList<>();
        for (int batch : options.numbers("batch", "1")) {
            for (String word : options.wordsOr(BenchmarkNetworks.NAMES)) {
                // a colon may also stand before the source of a width, which is no number
                int colon = word.matches(".*:\\d+") ? word.lastIndexOf(':') : word.length();
                List<Integer> own = colon < word.length() ? List.of(Integer.valueOf(word.substring(colon + 1))) : options.numbers("threads", "1");
                for (int threads : own) {
                    cases.add(new Case(word.substring(0, colon), threads, batch));
                }
            }
        }
        return cases;
    }

    private void print(List<Case> cases) throws IOException {
        boolean batches = cases.stream().anyMatch(one -> one.batch() > 1);
        Markdown table = batches
                ? new Markdown("network", "threads", "batch", "Finch images/s", "ONNX Runtime images/s", "time ratio", "fair rounds",
                        "probe GFLOP/s", "warm-up")
                : new Markdown("network", "threads", "Finch ms", "ONNX Runtime ms", "ratio", "fair rounds", "probe GFLOP/s", "warm-up");
        double[] ratios = new double[cases.size()];
        for (int i = 0; i < ratios.length; i++) {
            Case one = cases.get(i);
            System.err.println(one);
            Rounds timed = null;
            List<String> warmUps = new ArrayList<>();
            boolean steady = true;
            for (int fork = 0; fork < forks; fork++) {
                try (Peer finch = peer("finch", one, finchJvm); Peer other = peer("onnxruntime", one, List.of())) {
                    check(one, List.of(finch, other));
                    Rounds these = Rounds.time(List.of(finch, other), rounds, runsOf(one.batch()));
                    timed = timed == null ? these : timed.and(these);
                    warmUps.add(warmUp(finch, other));
                    steady &= finch.steady() && other.steady();
                }
            }
            ratios[i] = timed.ratio(FINCH, PEER).median();
            row(table, batches, one, timed, String.join("; ", warmUps));
            if (json != null) {
                writeJson(one, timed, steady);
            }
        }
        System.out.println(table);
        System.out.printf(Locale.ROOT, "Geometric mean of the ratios: %.3f. Median [range] of %d rounds of %s runs each, in %d pair(s) of JVMs.%s%n",
                Statistics.geometricMean(ratios), forks * rounds, batches ? "at least " + Math.min(runs, LEAST_RUNS) : runs, forks,
                finchJvm.isEmpty() ? "" : " Finch's JVM: " + String.join(" ", finchJvm) + ".");
    }

    /** @throws IllegalStateException if a process computes something else than scalar kernels */
    static void check(Case one, List<Peer> peers) {
        Network network = BenchmarkNetworks.lowered(one.network());
        float[] expected = Answers.scalar(network, one.batch(), BenchmarkNetworks.images(network, one.batch()));
        peers.forEach(peer -> Answers.compare(peer.output(), expected, TOLERANCE));
    }

    private int runsOf(int batch) {
        return batch == 1 ? runs : Math.max(Math.min(runs, LEAST_RUNS), runs / batch);
    }

    private Peer peer(String runtime, Case one, List<String> jvm) throws IOException {
        return new Peer(jvm, "runtime=" + runtime, "network=" + one.network(), "threads=" + one.threads(), "batch=" + one.batch(), "cap=" + cap);
    }

    private static String warmUp(Peer finch, Peer other) {
        String text = String.format(Locale.ROOT, "%.1f s, %.1f s", finch.warmUpSeconds(), other.warmUpSeconds());
        return text + (finch.steady() && other.steady() ? "" : finch.steady() ? ", ONNX Runtime NOT steady"
                : other.steady() ? ", Finch NOT steady" : ", NOT steady");
    }

    private static void row(Markdown table, boolean batches, Case one, Rounds timed, String warmUp) {
        Spread finch = Spread.ofRange(shown(timed.medians(FINCH), one.batch(), batches));
        Spread other = Spread.ofRange(shown(timed.medians(PEER), one.batch(), batches));
        double[] probes = Arrays.copyOf(timed.probes(FINCH), 2 * timed.count());
        System.arraycopy(timed.probes(PEER), 0, probes, timed.count(), timed.count());
        String probe = String.format(Locale.ROOT, "%.0f-%.0f", Statistics.quantile(probes, 0), Statistics.quantile(probes, 1));
        String fair = timed.fairRounds(FINCH, PEER) + " of " + timed.count();
        if (batches) {
            table.row(one.network(), one.threads(), one.batch(), finch, other, timed.ratio(FINCH, PEER), fair, probe, warmUp);
        } else {
            table.row(one.network(), one.threads(), finch, other, timed.ratio(FINCH, PEER), fair, probe, warmUp);
        }
    }

    private static double[] shown(double[] millis, int batch, boolean imagesPerSecond) {
        return imagesPerSecond ? Arrays.stream(millis).map(time -> 1e3 * batch / time).toArray() : millis;
    }

    /** One line a case, with all rounds, for those who want to reckon on. */
    private void writeJson(Case one, Rounds timed, boolean steady) throws IOException {
        String line = String.format(Locale.ROOT, "{\"network\":\"%s\",\"threads\":%d,\"batch\":%d,\"steady\":%b,\"finchMillis\":%s,"
                + "\"onnxruntimeMillis\":%s,\"finchProbe\":%s,\"onnxruntimeProbe\":%s,\"ratio\":%.5f}%n", one.network(), one.threads(), one.batch(),
                steady, Arrays.toString(timed.medians(FINCH)), Arrays.toString(timed.medians(PEER)), Arrays.toString(timed.probes(FINCH)),
                Arrays.toString(timed.probes(PEER)), timed.ratio(FINCH, PEER).median());
        Files.writeString(json, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
