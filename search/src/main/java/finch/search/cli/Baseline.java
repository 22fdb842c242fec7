package finch.search.cli;

import finch.search.run.RandomBaseline;
import finch.search.run.RunFolder;
import finch.search.run.SearchServices;
import finch.space.format.InvalidFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The random baseline of a run. Reports and summaries are made without it too: what stands in its way is told, and no more. */
final class Baseline {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private Baseline() {}

    static void write(RunFolder folder, SearchServices services, Progress progress, BooleanSupplier cancelled) {
        try {
            if (RandomBaseline.isDue(folder)) {
                progress.stage("the random baseline");
                RandomBaseline.write(folder, services, LIMIT, cancelled);
            }
        } catch (InvalidFileException | IllegalArgumentException | IOException | UncheckedIOException e) {
            progress.message("finch: no random baseline: " + Errors.messageOf(e).orElse(e.getMessage()));
        }
    }
}
