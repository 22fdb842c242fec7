package finch.bench;

import finch.engine.Inference;
import finch.engine.Plan;
import finch.engine.PlanOptions;
import finch.engine.Weights;
import finch.space.network.Network;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * From the start of a JVM to its steady state with one network, for {@link StartUp}. Options: {@code network, threads, cap},
 * and {@code launched}, when the process was started, in microseconds since 1970. Prints the fields of
 * {@link StartUp.Times} in their order, milliseconds.
 */
final class StartUpProcess {
    /** Runs whose median must be near the steady one. */
    private static final int WINDOW = 9;
    private static final double NEAR = 1.10;
    private static final int WARM_COMPILES = 10;

    private StartUpProcess() {}

    public static void main(String[] arguments) {
        long entered = System.nanoTime();
        Options options = Options.of(arguments, "network", "threads", "cap", "launched");
        double toMain = (ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) - Long.parseLong(options.text("launched", "0"))) / 1e3
                - millisSince(entered);
        Network network = BenchmarkNetworks.lowered(options.text("network", ""));
        PlanOptions planOptions = PlanOptions.defaults().withThreads(options.number("threads", 1));
        long before = System.nanoTime();
        Weights weights = Weights.seeded(network, 1);
        float[] input = BenchmarkNetworks.images(network, 1);
        double drawn = millisSince(before);
        float[] output = new float[network.output().size()];
        before = System.nanoTime();
        Plan plan = Plan.compile(network, weights, planOptions);
        double compileCold = millisSince(before);
        try (Inference inference = plan.newInference()) {
            before = System.nanoTime();
            inference.run(input, output);
            double firstRun = millisSince(before);
            double firstResult = toMain + millisSince(entered);
            WarmUp warmUp = WarmUp.of(() -> inference.run(input, output), options.number("cap", 30));
            double[] times = warmUp.times();
            int near = Steadiness.firstWithin(times, WINDOW, NEAR * warmUp.level());
            double untilNear = firstResult;
            for (int run = 0; run < near; run++) {
                untilNear += times[run] / 1e6;
            }
            double[] compiles = new double[WARM_COMPILES];
            for (int i = 0; i < compiles.length; i++) {
                before = System.nanoTime();
                Plan.compile(network, weights, planOptions);
                compiles[i] = millisSince(before);
            }
            System.out.printf(Locale.ROOT, "%.2f %.2f %.3f %.3f %.2f %.2f %.0f %.4f %.3f %d%n", toMain, drawn, compileCold, firstRun, firstResult,
                    near < 0 ? Double.NaN : untilNear, near < 0 ? Double.NaN : near + 1, warmUp.level() / 1e6, Statistics.median(compiles),
                    warmUp.steady() ? 1 : 0);
        }
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }
}
