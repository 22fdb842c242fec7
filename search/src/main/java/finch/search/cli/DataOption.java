package finch.search.cli;

import finch.data.DataSet;
import finch.data.DataSets;
import finch.data.Split;
import finch.data.UnusableDataException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What {@code --data} names. */
final class DataOption {
    static final String DESCRIPTION = "Labelled images: a folder or archive (one folder a class, IDX, CIFAR), or the name of a set that a system package brings, such as fashion-mnist.";

    private DataOption() {}

    /** @throws UsageException if there is none, or it cannot be used */
    static DataSet open(Terminal terminal, String data, Split split) throws IOException {
        return usable(() -> DataSets.open(data, terminal.workingDirectory(), split));
    }

    /** Does something with data. */
    @FunctionalInterface
    interface Work<T> {
        T of() throws IOException;
    }

    /** Data that cannot be used are the user's to mend. */
    static <T> T usable(Work<T> work) throws IOException {
        try {
            return work.of();
        } catch (UnusableDataException e) {
            throw new UsageException(e.getMessage());
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof UnusableDataException cause) {
                throw new UsageException(cause.getMessage());
            }
            throw e;
        }
    }
}
