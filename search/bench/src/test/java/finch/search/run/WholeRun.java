package finch.search.run;

import com.sun.management.OperatingSystemMXBean;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.Surrogate;
import finch.latency.DeviceProfile;
import finch.latency.Measurement;
import finch.search.config.Accuracy;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.evolve.Evaluation;
import finch.space.Architecture;
import finch.space.SearchSpace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One search from proposal to journal in a JVM of its own, timed: arguments are a config, the run folder, the number of
 * threads and then {@code key=value} overrides. Estimators are the real ones, the device profile a stored one. Prints a
 * line for each power of ten of evaluations from a thousand on: how many, seconds since the search began, seconds and
 * processor seconds of the last tenth, the most heap seen in use in MiB (garbage included) and the front's size.
 */
final class WholeRun {
    private WholeRun() {}

    public static void main(String[] arguments) throws IOException {
        SearchConfig config = ConfigReader.read(Path.of(arguments[0]), Arrays.asList(arguments).subList(3, arguments.length));
        RunResult result = SearchRun.start(config, Path.of(arguments[1]), Integer.parseInt(arguments[2]), new ModelServices(), new Clock(), () -> false);
        if (result.status() != RunStatus.FINISHED) {
            throw new IllegalStateException(result.message());
        }
    }

    /** Watches a run go by. */
    private static final class Clock implements RunListener {
        private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private long start;
        private long next = 1000;
        private long atNineTenths;
        private long cpuAtNineTenths;
        private long peak;

        @Override
        public void stage(String name, String detail) {
            if (name.equals("searching")) {
                start = System.nanoTime();
            }
        }

        @Override
        public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
            if (count % 1000 == 0) {
                Runtime runtime = Runtime.getRuntime();
                peak = Math.max(peak, runtime.totalMemory() - runtime.freeMemory());
            }
            if (count == next / 10 * 9) {
                atNineTenths = System.nanoTime();
                cpuAtNineTenths = system.getProcessCpuTime();
            }
            if (count == next) {
                long now = System.nanoTime();
                System.out.printf(Locale.ROOT, "%d %.6f %.6f %.6f %d %d%n", count, (now - start) / 1e9, (now - atNineTenths) / 1e9,
                        (system.getProcessCpuTime() - cpuAtNineTenths) / 1e9, peak >> 20, frontSize);
                next *= 10;
            }
        }
    }

    /** The shipped surrogate and the profile that the config names; nothing is timed or exported. */
    static final class ModelServices implements SearchServices {
        @Override
        public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) {
            return Surrogate.shipped();
        }

        @Override
        public DeviceLatency latency(SearchConfig.Device device, SearchSpace space) throws IOException {
            Path file = device.profile().orElseThrow();
            DeviceProfile profile = DeviceProfile.read(file);
            return new DeviceLatency(profile.model(), profile.fingerprint(), Files.readString(file));
        }

        @Override
        public List<Measurement> time(List<Architecture> networks, SearchConfig.Device device, int runs) {
            throw new UnsupportedOperationException("front.measure is off");
        }

        @Override
        public void exportOnnx(Architecture architecture, long weightSeed, Path file) {
            throw new UnsupportedOperationException("export.pick is none");
        }
    }
}
