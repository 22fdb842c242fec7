package finch.search.run;

import finch.search.config.SearchConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Runs and resumes searches. */
public final class SearchRun {
    private SearchRun() {}

    /**
     * Runs a search to its end in a new run folder.
     *
     * @param folder    must not exist or be empty
     * @param threads   evaluation workers; never changes a result
     * @param cancelled asked between evaluations; true finishes those in hand and leaves a resumable run
     */
    public static RunResult start(SearchConfig config, Path folder, int threads, SearchServices services, RunListener listener,
                                  BooleanSupplier cancelled) throws IOException {
        throw new UnsupportedOperationException("being built");
    }

    /**
     * Goes on with a run that was interrupted or killed. A finished run is left as it is.
     *
     * @param folder a run folder
     */
    public static RunResult resume(Path folder, int threads, SearchServices services, RunListener listener,
                                   BooleanSupplier cancelled) throws IOException {
        throw new UnsupportedOperationException("being built");
    }
}
