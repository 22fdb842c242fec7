package finch.search.cli;

import finch.engine.FinchRuntime;
import finch.engine.Runtime;
import finch.engine.Runtimes;
import picocli.CommandLine.Option;

/** The options that say what runs a network. */
final class RuntimeOptions {
    @Option(names = "--runtime", paramLabel = "NAME", defaultValue = FinchRuntime.NAME,
            description = "What runs the network: finch or onnxruntime. Default: ${DEFAULT-VALUE}.")
    private String runtime;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1",
            description = "Threads of one inference. Default: ${DEFAULT-VALUE}.")
    private int threads;

    /** @throws UsageException if this installation has no such runtime */
    Runtime runtime() {
        return named(runtime);
    }

    int threads() {
        return Threads.checked(threads);
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
