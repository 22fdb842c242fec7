package finch.search.cluster;

import finch.search.config.Catalog;
import finch.search.run.ClusterAddress;
import finch.search.run.ClusterEngine;
import finch.search.run.SearchServices;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The cluster of this module: gRPC between a search and its workers. */
public final class GrpcEngine implements ClusterEngine {
    /** It logs the stack trace of every stranger that knocks; what concerns people is told by this module. Held, since the JDK forgets loggers that nobody holds. */
    private static final Logger LOGGER = Logger.getLogger("io.grpc");

    static {
        LOGGER.setLevel(Level.SEVERE);
    }

    private final Timing timing;

    /** For {@link java.util.ServiceLoader}. */
    public GrpcEngine() {
        this(Timing.DEFAULT);
    }

    GrpcEngine(Timing timing) {
        this.timing = timing;
    }

    @Override
    public Listening listen(ClusterAddress address, BooleanSupplier cancelled, Consumer<String> told) throws IOException {
        address.requireSafe();
        return new Coordinator(address, timing, cancelled, told);
    }

    @Override
    public WorkEnd work(ClusterAddress search, WorkerSettings settings, SearchServices services, Catalog catalog, BooleanSupplier cancelled, Consumer<String> told)
            throws IOException {
        search.requireSafe();
        return new Worker(search, settings, timing, services, catalog, cancelled, told).work();
    }
}
