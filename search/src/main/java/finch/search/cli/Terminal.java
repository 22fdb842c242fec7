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
 * @param colours          whether results may be coloured: a person watches {@code out} and has not set {@code NO_COLOR}
 * @param quiet            whether only results and errors are told
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, Path workingDirectory, boolean interactive, boolean colours, boolean quiet) {
    /** Neither coloured nor quiet. */
    Terminal(InputStream in, PrintStream out, PrintStream err, Path workingDirectory, boolean interactive) {
        this(in, out, err, workingDirectory, interactive, false, false);
    }

    Terminal quietly() {
        return new Terminal(in, out, err, workingDirectory, false, colours, true);
    }

    Path resolve(Path path) {
        return workingDirectory.resolve(path).normalize();
    }

    /** A path as a person would type it here. */
    String relative(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Path here = workingDirectory.toAbsolutePath().normalize();
        return absolute.startsWith(here) && !absolute.equals(here) ? here.relativize(absolute).toString() : absolute.toString();
    }

    /** Something good to know. */
    void message(String text) {
        if (!quiet) {
            err.println(text);
        }
    }

    /** Why a command did not do what it should, told in any case. */
    void error(String text) {
        err.println(text);
    }
}
