package finch.search.run;

import finch.search.config.Catalog;
import finch.search.config.SearchConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Carries evaluations to other machines and their answers back. An optional module, found through {@link ServiceLoader} when its jars are there. */
public interface ClusterEngine {
    /** The engine of this installation, if it has one. */
    static Optional<ClusterEngine> installed() {
        return ServiceLoader.load(ClusterEngine.class, ClusterEngine.class.getClassLoader()).findFirst();
    }

    /** A search that listens. Closing it tells its workers that there is no more work. */
    interface Listening extends EvaluationCluster, AutoCloseable {
        /** Where it really listens: with the port that was found for port 0. */
        ClusterAddress address();

        @Override
        void close();
    }

    /**
     * Listens for workers.
     *
     * @param cancelled asked while evaluations wait for a worker; true breaks them off
     * @param told      in words for people, of workers that come and go; from any thread
     * @throws IllegalArgumentException if the address is not safe or the keys cannot be used, with a message for people
     * @throws IOException if the address cannot be had
     */
    Listening listen(ClusterAddress address, BooleanSupplier cancelled, Consumer<String> told) throws IOException;

    /**
     * A worker of this machine.
     *
     * @param name     what the search calls it
     * @param slots    evaluations at once
     * @param trainers configs of this machine whose trainers may run here
     * @param folder   where trainers leave their work
     * @param patience how long to wait for a search that is not there, or not any more; then the worker ends
     * @param stays    whether it waits for the next search when one has ended
     */
    record WorkerSettings(String name, int slots, List<SearchConfig> trainers, Path folder, Duration patience, boolean stays) {
        public WorkerSettings {
            trainers = List.copyOf(trainers);
            if (slots < 1 || slots > EvaluationCluster.MOST_AT_ONCE) {
                throw new IllegalArgumentException("a worker has from 1 to " + EvaluationCluster.MOST_AT_ONCE + " slots, not " + slots);
            }
        }
    }

    /** How a worker's work ended. */
    enum WorkEnd {
        /** The search has ended. */
        DONE,
        /** It was asked to. */
        CANCELLED,
        /** No search was there for longer than its patience. */
        ALONE
    }

    /**
     * Works until there is no more work.
     *
     * @param services  what estimates
     * @param cancelled asked again and again; true ends the work
     * @param told      in words for people; from any thread
     * @throws IllegalArgumentException if the address is not safe, the keys cannot be used, or this machine cannot do the search's job, with a message for people
     * @throws EvaluationsStuckException if this process should not go on
     */
    WorkEnd work(ClusterAddress search, WorkerSettings settings, SearchServices services, Catalog catalog, BooleanSupplier cancelled, Consumer<String> told)
            throws IOException;
}
