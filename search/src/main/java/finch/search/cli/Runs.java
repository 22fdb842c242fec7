package finch.search.cli;

import finch.search.run.SearchRun;
import finch.space.format.Suggestions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The run folders that people name. New ones go to {@code runs/} of the working directory. */
final class Runs {
    private static final String PARENT = "runs";

    private Runs() {}

    static Path parent(Terminal terminal) {
        return terminal.resolve(Path.of(PARENT));
    }

    /** A run by its folder or by its name in {@code runs/}. @throws UsageException if there is none */
    static Path folder(Terminal terminal, String name) throws IOException {
        return require(terminal, name, Runs::isRun);
    }

    /** {@link #folder}, or one of a run that was stopped before it had a manifest. */
    static Path resumable(Terminal terminal, String name) throws IOException {
        return require(terminal, name, SearchRun::isRun);
    }

    private static Path require(Terminal terminal, String name, Predicate<Path> isRun) {
        return find(terminal, name, isRun).orElseThrow(() -> {
            List<String> names = names(terminal);
            boolean there = Files.isDirectory(terminal.resolve(Path.of(name)));
            return new UsageException(name + (there ? ": is no run folder; it has no manifest.json. " : ": there is no such run folder. ") + Suggestions.nearest(name, names)
                    .map(n -> "Maybe you meant " + n + ". ").orElse("")
                    + (names.isEmpty() ? "There are no runs in " + parent(terminal) + "." : "Runs here: " + String.join(", ", names) + "."));
        });
    }

    static Optional<Path> find(Terminal terminal, String name) {
        return find(terminal, name, Runs::isRun);
    }

    private static Optional<Path> find(Terminal terminal, String name, Predicate<Path> isRun) {
        return Stream.of(terminal.resolve(Path.of(name)), parent(terminal).resolve(name).normalize()).filter(isRun).findFirst();
    }

    static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve("manifest.json"));
    }

    /** Names of the runs in {@code runs/}, sorted. */
    static List<String> names(Terminal terminal) {
        if (!Files.isDirectory(parent(terminal))) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(parent(terminal))) {
            return folders.filter(Runs::isRun).map(folder -> folder.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
