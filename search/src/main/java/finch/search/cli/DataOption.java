package finch.search.cli;

import finch.data.DataSet;
import finch.data.DataSets;
import finch.data.Split;
import finch.data.UnusableDataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that name labelled images. */
final class DataOption {
    @Option(names = "--data", required = true, paramLabel = "NAME|DIR", description = "Labelled images: a folder or archive (one folder a class, IDX, CIFAR), the name of a set that a"
            + " system package brings, such as fashion-mnist, or the http or https address of an archive, with --checksum.")
    private String data;

    @Option(names = "--checksum", paramLabel = "SHA256", description = "Of the archive that --data is the address of. It is fetched once and kept in ~/.cache/finch/data/.")
    private String checksum;

    /** As it was given. */
    String name() {
        return data;
    }

    /** @throws UsageException if there is none, or it cannot be used */
    DataSet open(Terminal terminal, Split split) throws IOException {
        if (!DataSets.isAddress(data)) {
            if (checksum != null) {
                throw new UsageException("--checksum goes with an address; " + data + " is none");
            }
            return usable(() -> DataSets.open(data, terminal.workingDirectory(), split));
        }
        if (checksum == null) {
            throw new UsageException(data + ": an address needs the checksum of its archive, --checksum SHA256, as sha256sum prints it");
        }
        Path cache = cache();
        terminal.message("fetching " + data + ", unless it is in " + cache);
        return usable(() -> DataSets.fetch(data, checksum, cache, split));
    }

    /** Beside the device profiles, where the user has caches. */
    private static Path cache() {
        String caches = System.getenv("XDG_CACHE_HOME");
        // the XDG specification asks to ignore a relative path
        Path base = caches != null && Path.of(caches).isAbsolute() ? Path.of(caches) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("finch").resolve("data");
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
