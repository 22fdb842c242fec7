package finch.bench;

import finch.engine.Inference;
import finch.engine.Plan;
import finch.engine.PlanOptions;
import finch.engine.Weights;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Prints where the time of networks goes, step by step: {@code LayerTimes NETWORK… [threads=N]}. */
public final class LayerTimes {
    private static final int RUNS = 300;

    private LayerTimes() {}

    /** @param arguments names of reference networks, and optionally {@code threads=N} */
    public static void main(String[] arguments) {
        Options options = Options.of(arguments, "threads");
        options.words().forEach(name -> print(name, options.number("threads", 1)));
    }

    private static void print(String name, int threads) {
        Network network = BenchmarkNetworks.lowered(name);
        Plan plan = Plan.compile(network, Weights.seeded(network, 1), PlanOptions.defaults().withThreads(threads));
        List<String> steps = plan.stepNames();
        float[] input = BenchmarkNetworks.images(network, 1);
        long[] nanos = new long[steps.size()];
        long[] best = new long[steps.size()];
        long[] median = new long[steps.size()];
        long[][] all = new long[steps.size()][RUNS];
        long[] whole = new long[RUNS];
        float[] output = new float[network.output().size()];
        try (Inference inference = plan.newInference()) {
            for (int run = 0; run < RUNS; run++) {
                inference.run(input, output);
            }
            for (int run = 0; run < RUNS; run++) {
                long start = System.nanoTime();
                inference.run(input, output);
                whole[run] = System.nanoTime() - start;
                inference.time(input, nanos);
                for (int i = 0; i < best.length; i++) {
                    all[i][run] = nanos[i];
                }
            }
        }
        Arrays.sort(whole);
        for (int i = 0; i < best.length; i++) {
            Arrays.sort(all[i]);
            best[i] = all[i][0];
            median[i] = all[i][RUNS / 2];
        }
        Map<String, Layer> layers = new HashMap<>();
        network.layers().forEach(layer -> layers.put(layer.name(), layer));
        System.out.printf("%s, %s, %d thread(s), arena %d KiB: median %.0f us, 10%% %.0f us, 90%% %.0f us%n", name, plan.kernelSet(), threads,
                plan.arenaBytes() / 1024, whole[RUNS / 2] / 1e3, whole[RUNS / 10] / 1e3, whole[RUNS * 9 / 10] / 1e3);
        for (int i = 0; i < best.length; i++) {
            Layer layer = layers.get(steps.get(i));
            if (layer == null) {
                System.out.printf("  %-75s %8.1f us, median %8.1f us%n", steps.get(i), best[i] / 1e3, median[i] / 1e3);
                continue;
            }
            System.out.printf("  %-26s %-20s %12s -> %-12s %8.1f us, median %8.1f us %6.1f GFLOP/s%n", layer.name(), layer.op(), layer.input(), layer.output(),
                    best[i] / 1e3, median[i] / 1e3, 2.0 * layer.macs() / best[i]);
        }
        System.out.printf("  sum of the steps' minima: %.0f us%n", Arrays.stream(best).sum() / 1e3);
    }
}
