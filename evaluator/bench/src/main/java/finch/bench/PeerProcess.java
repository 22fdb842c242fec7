package finch.bench;

import finch.engine.LoadedNetwork;
import finch.engine.FinchRuntime;
import finch.engine.Runtime;
import finch.engine.Runtimes;
import finch.engine.Weights;
import finch.engine.kernel.KernelSet;
import finch.space.network.Network;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * One network on one runtime, for {@link Peer}. Options: {@code runtime, network, threads, batch}, {@code before} for a
 * number of other networks that run first, {@code seed} for which, and {@code cap} for the longest warm-up in seconds. Its
 * first line is the first run's output, for others to judge: the scalar kernels that can tell would leave their profile
 * here. The second says how it became warm;
 * then each line of input is a number of runs, answered by their median, 10 and 90 per cent in milliseconds, the
 * probe's GFLOP/s before and after, and the share of the time that the calling thread had a processor.
 */
final class PeerProcess {
    private static final int RUNS_OF_OTHERS = 60;
    private static final String SCALAR = "finch-scalar";

    private PeerProcess() {}

    public static void main(String[] arguments) throws IOException {
        Options options = Options.of(arguments, "runtime", "network", "threads", "batch", "before", "seed", "cap");
        Runtime runtime = runtime(options.text("runtime", FinchRuntime.NAME));
        String name = options.text("network", "");
        int threads = options.number("threads", 1);
        int batch = options.number("batch", 1);
        runOthers(runtime, name, options.number("before", 0), options.number("seed", 1), threads);

        Network network = BenchmarkNetworks.lowered(name);
        Weights weights = Weights.seeded(network, 1);
        float[] input = BenchmarkNetworks.images(network, batch);
        float[] output = new float[Math.multiplyExact(batch, network.output().size())];
        try (LoadedNetwork loaded = runtime.load(network, weights, batch, threads)) {
            Runnable bound = loaded.bind(input, output);
            bound.run();
            System.out.println(encoded(output));
            Peak.gigaflops();
            WarmUp warmUp = WarmUp.of(bound, options.number("cap", 30));
            System.out.printf(Locale.ROOT, "%s %.1f%n", warmUp.steady() ? Peer.STEADY : "unsteady", warmUp.seconds());
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(time(bound, Integer.parseInt(line)));
            }
        }
    }

    private static String time(Runnable bound, int runs) {
        double[] millis = new double[runs];
        double before = Peak.gigaflops();
        for (int run = 0; run < Math.min(5, runs); run++) {
            bound.run(); // caches and clock
        }
        long cpu = CpuTime.nanos();
        long begin = System.nanoTime();
        for (int run = 0; run < runs; run++) {
            long start = System.nanoTime();
            bound.run();
            millis[run] = (System.nanoTime() - start) / 1e6;
        }
        double share = CpuTime.share(CpuTime.nanos() - cpu, System.nanoTime() - begin);
        double after = Peak.gigaflops();
        return String.format(Locale.ROOT, "%.5f %.5f %.5f %.2f %.2f %.4f", Statistics.median(millis), Statistics.quantile(millis, 0.1),
                Statistics.quantile(millis, 0.9), before, after, share);
    }

    /** Leaves in this JVM what running other networks leaves in it. */
    private static void runOthers(Runtime runtime, String name, int count, int seed, int threads) {
        for (Network other : BenchmarkNetworks.others(name, count, seed)) {
            try (LoadedNetwork loaded = runtime.load(other, Weights.seeded(other, 1), 1, threads)) {
                Runnable bound = loaded.bind(BenchmarkNetworks.images(other, 1), new float[other.output().size()]);
                for (int run = 0; run < RUNS_OF_OTHERS; run++) {
                    bound.run();
                }
            }
        }
    }

    private static String encoded(float[] output) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, output.length));
        bytes.asFloatBuffer().put(output);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** Reads the first line. */
    static float[] decoded(String line) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(line));
        float[] output = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(output);
        return output;
    }

    /** A runtime by its name, or {@code finch-scalar}. */
    static Runtime runtime(String name) {
        return name.equals(SCALAR) ? new FinchRuntime(KernelSet.SCALAR) : Runtimes.named(name);
    }
}
