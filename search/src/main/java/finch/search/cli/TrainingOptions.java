package finch.search.cli;

import finch.search.report.ShellWord;
import finch.training.DivergedException;
import finch.training.OtherTrainingException;
import finch.training.StoppedException;
import finch.training.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What commands that train have in common: where they go on from, and what they say of a training that does not come to its end. */
final class TrainingOptions {
    @Option(names = "--checkpoint", paramLabel = "FILE", description = "Where to keep what the training can go on from. Default: the file to write, with .checkpoint. It goes when that is"
            + " written.")
    private Path checkpoint;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; they do not change a result. Default: one per processor.")
    private Integer threads;

    @Option(names = "--json", description = "Print one JSON object for each epoch and one at the end, a line each.")
    private boolean json;

    /** What was trained is not lost where it cannot be written. @param what is written */
    static void write(Terminal terminal, Path file, Path kept, String what, OutputFile content) throws IOException {
        try {
            content.write();
        } catch (IOException e) {
            throw new IOException(file + " cannot be written: " + Errors.messageOf(e).orElse("") + ". What was trained is in " + terminal.relative(kept)
                    + ": when this is mended, the same command writes the " + what + " at once.", e);
        }
    }

    /** Writes what was trained. */
    @FunctionalInterface
    interface OutputFile {
        void write() throws IOException;
    }

    /** A training. */
    @FunctionalInterface
    interface Work<T> {
        T run(Path checkpoint, int threads, Training.Listener listener) throws IOException;
    }

    /** Keeps what a training came to. */
    @FunctionalInterface
    interface End<T> {
        void of(T outcome, Path checkpoint) throws IOException;
    }

    boolean json() {
        return json;
    }

    /** @throws UsageException if there are none */
    int threads() {
        return Threads.of(threads);
    }

    /**
     * Trains, tells epochs, and ends as asked.
     *
     * @param file what is to be written
     * @return the exit code
     */
    <T> int run(Terminal terminal, Path file, int count, Work<T> work, End<T> end) throws IOException {
        Path kept = checkpoint == null ? file.resolveSibling(file.getFileName() + ".checkpoint") : terminal.resolve(checkpoint);
        if (Files.exists(kept)) {
            terminal.message("going on from " + terminal.relative(kept));
        }
        Epochs epochs = new Epochs(terminal, count, json);
        try (Interruption interruption = Interruption.watch(terminal)) {
            T outcome;
            try {
                outcome = work.run(kept, threads(), epochs.listener(interruption::requested));
            } catch (StoppedException e) {
                epochs.done();
                terminal.message(e.getMessage() + ". The same command goes on from " + terminal.relative(kept));
                return ExitCode.INTERRUPTED;
            } catch (DivergedException e) {
                epochs.done();
                terminal.error("finch: " + e.getMessage() + (Files.exists(kept) ? ". To start anew with another recipe, delete " + ShellWord.of(terminal.relative(kept))
                        + " or name another --checkpoint." : "."));
                return ExitCode.FAILED;
            } catch (OtherTrainingException e) {
                throw new UsageException(e.getMessage() + " with --checkpoint");
            } catch (IllegalStateException e) {
                // outputs may be no numbers
                throw new UsageException(e.getMessage());
            } finally {
                epochs.done();
            }
            end.of(outcome, kept);
        }
        return ExitCode.DONE;
    }
}
