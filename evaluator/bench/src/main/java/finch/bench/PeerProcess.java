package finch.bench;

import finch.engine.LoadedNetwork;
import finch.engine.PlanOptions;
import finch.engine.Plan;
import finch.engine.Runtimes;
import finch.engine.Weights;
import finch.engine.kernel.KernelSet;
import finch.space.format.References;
import finch.space.network.Network;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * One network on one runtime, for {@link Peers}: {@code RUNTIME NETWORK THREADS BATCH}. Says so when it is warm; then each
 * line of input is a number of runs, answered by their median in milliseconds and the probe's GFLOP/s.
 */
final class PeerProcess {
    private static final long WARM_NANOS = 3_000_000_000L;
    private static final double TOLERANCE = 1e-3;

    private PeerProcess() {}

    public static void main(String[] arguments) throws IOException {
        int threads = Integer.parseInt(arguments[2]);
        int batch = Integer.parseInt(arguments[3]);
        Network network = Network.of(References.resolve(arguments[1]));
        Weights weights = Weights.seeded(network, 1);
        SplittableRandom random = new SplittableRandom(1);
        float[] input = new float[batch * network.input().size()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) random.nextGaussian();
        }
        float[] output = new float[batch * network.output().size()];
        try (LoadedNetwork loaded = Runtimes.named(arguments[0]).load(network, weights, batch, threads)) {
            Runnable bound = loaded.bind(input, output);
            bound.run();
            check(network, weights, batch, input, output);
            long end = System.nanoTime() + WARM_NANOS;
            while (System.nanoTime() < end) {
                bound.run();
            }
            System.out.println("warm");
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long[] nanos = new long[Integer.parseInt(line)];
                double peak = Peak.gigaflops();
                for (int run = 0; run < 5; run++) {
                    bound.run(); // caches and clock
                }
                for (int run = 0; run < nanos.length; run++) {
                    long start = System.nanoTime();
                    bound.run();
                    nanos[run] = System.nanoTime() - start;
                }
                Arrays.sort(nanos);
                System.out.printf(Locale.ROOT, "%.5f %.2f%n", nanos[nanos.length / 2] / 1e6, peak);
            }
        }
    }

    private static void check(Network network, Weights weights, int batch, float[] input, float[] output) {
        float[] expected = new float[output.length];
        try (var scalar = Plan.compile(network, weights, new PlanOptions(batch, 1, KernelSet.SCALAR)).newInference()) {
            scalar.run(input, expected);
        }
        Answers.compare(output, expected, TOLERANCE);
    }
}
