package finch.search.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Where a command reads and writes. Tests give their own.
 *
 * @param out              results
 * @param err              messages
 * @param workingDirectory what relative paths of users are relative to
 * @param interactive      whether a person watches {@code err}, so that progress may overwrite its line
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, Path workingDirectory, boolean interactive) {
    Path resolve(Path path) {
        return workingDirectory.resolve(path).normalize();
    }

    /** A path as a person would type it here. */
    String relative(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Path here = workingDirectory.toAbsolutePath().normalize();
        return absolute.startsWith(here) && !absolute.equals(here) ? here.relativize(absolute).toString() : absolute.toString();
    }

    void message(String text) {
        err.println(text);
    }
}
