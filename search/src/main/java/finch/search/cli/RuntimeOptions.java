package finch.search.cli;

import finch.engine.FinchRuntime;
import finch.engine.Runtime;
import finch.engine.Runtimes;
import finch.latency.Device;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say what runs a network. */
final class RuntimeOptions {
    @Option(names = "--runtime", paramLabel = "NAME", description = "What runs the network: finch or onnxruntime. Default: " + FinchRuntime.NAME + ".")
    private String runtime;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of one inference. Default: 1.")
    private Integer threads;

    /** @throws UsageException if this installation has no such runtime */
    Runtime runtime() {
        return named(runtime == null ? FinchRuntime.NAME : runtime);
    }

    int threads() {
        return Threads.checked(threads == null ? 1 : threads);
    }

    /** The command that makes the profile these options ask for. */
    String calibration() {
        String name = runtime().name();
        return "finch calibrate" + (name.equals(FinchRuntime.NAME) ? "" : " --runtime " + name) + (threads() == 1 ? "" : " --threads " + threads());
    }

    /** @throws UsageException if an option is given that the profile of a file is not of */
    void requireSame(Path file, Device device) {
        if (runtime != null && !runtime.equals(device.runtime())) {
            throw new UsageException("--runtime " + runtime + ": " + file + " is a profile of " + device.runtime() + ". Leave the option out, or give a profile of " + runtime + ".");
        }
        if (threads != null && threads != device.threads()) {
            throw new UsageException("--threads " + threads + ": " + file + " is a profile of " + Quantities.threads(device.threads()) + ". Leave the option out, or give a profile of "
                    + Quantities.threads(Threads.checked(threads)) + ".");
        }
    }

    /** A runtime by name, with the way out for one that is shipped apart. */
    static Runtime named(String name) {
        if (name.equals("onnxruntime") && !Runtimes.available().contains(name)) {
            throw new UsageException("this installation has no onnxruntime; unpack finch-" + Finch.Version.number()
                    + "-onnxruntime.zip over it, or use --runtime finch");
        }
        try {
            return Runtimes.named(name);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }
}
