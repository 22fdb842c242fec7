package finch.bench;

import finch.engine.gradient.Parameters;
import finch.space.format.References;
import finch.space.network.Network;
import finch.training.Recipe;
import finch.training.TrainingStep;
import java.util.List;
import java.util.Locale;

/**
 * How fast networks are trained: {@code TrainingTimes [threads=1,2] [batch=64] [classes=10] [rounds=7] [warm=60] [NETWORK…]}. A step is
 * {@link TrainingStep}'s, over noise, by SGD with Nesterov's momentum; reading images is not in it. Six operations are counted for each multiply-add
 * of an image: two forward, four back.
 */
public final class TrainingTimes {
    static final List<String> NETWORKS = List.of("mobilenetv3-small@/32", "mobilenetv3-small@/96", "mobilenetv2@0.5/32");
    private static final double OPERATIONS = 6;
    private static final long ROUND_NANOS = 1_000_000_000;

    private TrainingTimes() {}

    public static void main(String[] arguments) {
        Options options = Options.of(arguments, "threads", "batch", "classes", "rounds", "warm");
        Markdown table = new Markdown("network", "multiply-adds", "batch", "threads", "images/s", "ms a step", "GFLOP/s", "of the peak", "steady");
        for (String name : options.wordsOr(NETWORKS)) {
            Network network = Network.of(References.resolve(name).withClasses(options.number("classes", 10)));
            for (int threads : options.numbers("threads", "1,2")) {
                row(table, name, network, options.number("batch", 64), threads, options.number("rounds", 7), options.number("warm", 60));
            }
        }
        System.out.print(table);
    }

    private static void row(Markdown table, String name, Network network, int batch, int threads, int rounds, int warm) {
        try (Step step = new Step(network, batch, threads)) {
            WarmUp warmUp = WarmUp.of(step, warm);
            double[] rates = new double[rounds];
            double[] millis = new double[rounds];
            double[] shares = new double[rounds];
            double[] gigaflops = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                double before = Peak.gigaflops();
                int steps = 0;
                long start = System.nanoTime();
                while (System.nanoTime() - start < ROUND_NANOS) {
                    step.run();
                    steps++;
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                double peak = Math.max(before, Peak.gigaflops()) * threads;
                rates[round] = steps * batch / seconds;
                millis[round] = seconds * 1e3 / steps;
                gigaflops[round] = OPERATIONS * network.macs() * rates[round] / 1e9;
                shares[round] = 100 * gigaflops[round] / peak;
            }
            table.row(name, String.format(Locale.ROOT, "%.2f M", network.macs() / 1e6), batch, threads, Statistics.Spread.ofRange(rates),
                    Statistics.Spread.ofRange(millis), Statistics.Spread.ofRange(gigaflops), Statistics.Spread.ofRange(shares) + " %", warmUp.steady() ? "yes" : "NOT");
        }
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
