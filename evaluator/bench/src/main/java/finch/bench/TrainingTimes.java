package finch.bench;

import finch.bench.Statistics.Spread;
import finch.engine.gradient.Parameters;
import finch.space.format.References;
import finch.space.network.Network;
import finch.training.Recipe;
import finch.training.TrainingStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How fast networks are trained: {@code TrainingTimes [threads=1,2] [batch=64] [classes=10] [rounds=7] [warm=60] [peer=PYTHON] [NETWORK…]}. A
 * step is {@link TrainingStep}'s, over noise, by SGD with Nesterov's momentum; reading images is not in it. Six operations are counted for each
 * multiply-add of an image: two forward, four back. With a Python that has PyTorch and torchvision, these train the same network in rounds of a second
 * by turns with ours, in the memory layout that they have by default and in the one that is faster for them.
 */
public final class TrainingTimes {
    static final List<String> NETWORKS = List.of("mobilenetv3-small@/32", "mobilenetv3-small@/96", "mobilenetv2@0.5/32");
    private static final double OPERATIONS = 6;
    private static final long ROUND_NANOS = 1_000_000_000;

    private TrainingTimes() {}

    public static void main(String[] arguments) throws IOException {
        Options options = Options.of(arguments, "threads", "batch", "classes", "rounds", "warm", "peer");
        String python = options.text("peer", "");
        List<String> heads = new ArrayList<>(List.of("network", "multiply-adds", "batch", "threads", "images/s", "ms a step", "GFLOP/s", "of the peak", "steady"));
        if (!python.isEmpty()) {
            heads.addAll(List.of("PyTorch", "times", "PyTorch, channels last", "times"));
        }
        Markdown table = new Markdown(heads.toArray(String[]::new));
        for (String name : options.wordsOr(NETWORKS)) {
            Network network = Network.of(References.resolve(name).withClasses(options.number("classes", 10)));
            for (int threads : options.numbers("threads", "1,2")) {
                row(table, name, network, options.number("batch", 64), threads, options.number("rounds", 7), options.number("warm", 60), python);
            }
        }
        System.out.print(table);
    }

    private static void row(Markdown table, String name, Network network, int batch, int threads, int rounds, int warm, String python) throws IOException {
        List<TorchTraining> peers = new ArrayList<>();
        try (Step step = new Step(network, batch, threads)) {
            if (!python.isEmpty()) {
                for (boolean channelsLast : new boolean[] {false, true}) {
                    peers.add(new TorchTraining(python, name, network, batch, threads, channelsLast));
                }
            }
            WarmUp warmUp = WarmUp.of(step, warm);
            double[] rates = new double[rounds];
            double[] shares = new double[rounds];
            double[][] others = new double[peers.size()][rounds];
            for (int round = 0; round < rounds; round++) {
                double before = Peak.gigaflops();
                rates[round] = rate(step, batch);
                shares[round] = 100 * gigaflops(network, rates[round]) / (Math.max(before, Peak.gigaflops()) * threads);
                for (int peer = 0; peer < others.length; peer++) {
                    others[peer][round] = peers.get(peer).rate();
                }
            }
            List<Object> cells = new ArrayList<>(List.of(name, String.format(Locale.ROOT, "%.2f M", network.macs() / 1e6), batch, threads, Spread.ofRange(rates),
                    Spread.ofRange(Arrays.stream(rates).map(rate -> 1e3 * batch / rate).toArray()),
                    Spread.ofRange(Arrays.stream(rates).map(rate -> gigaflops(network, rate)).toArray()), Spread.ofRange(shares) + " %", warmUp.steady() ? "yes" : "NOT"));
            for (double[] other : others) {
                cells.add(Spread.ofRange(other));
                cells.add(Spread.ofRange(IntStream.range(0, rounds).mapToDouble(round -> rates[round] / other[round]).toArray()));
            }
            table.row(cells.toArray());
        } finally {
            for (TorchTraining peer : peers) {
                peer.close();
            }
        }
    }

    /** Images a second, over a second. */
    private static double rate(Step step, int batch) {
        int steps = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < ROUND_NANOS) {
            step.run();
            steps++;
        }
        return steps * batch * 1e9 / (System.nanoTime() - start);
    }

    private static double gigaflops(Network network, double imagesPerSecond) {
        return OPERATIONS * network.macs() * imagesPerSecond / 1e9;
    }

    /** One step of training. */
    static final class Step implements Runnable, AutoCloseable {
        private static final double RATE = 1e-3;

        private final TrainingStep step;
        private final float[] images;
        private final float[] targets;
        private final int batch;
        private double loss;

        Step(Network network, int batch, int threads) {
            this.step = TrainingStep.of(Parameters.initial(network, 1), Recipe.usual(1, RATE, 1), batch, threads);
            this.images = BenchmarkNetworks.images(network, batch);
            this.batch = batch;
            int classes = network.output().size();
            this.targets = new float[batch * classes];
            for (int image = 0; image < batch; image++) {
                targets[image * classes + image % classes] = 1;
            }
        }

        @Override
        public void run() {
            loss = step.run(images, targets, batch, RATE);
        }

        /** Of the last step. */
        double loss() {
            return loss;
        }

        @Override
        public void close() {
            step.close();
        }
    }
}
