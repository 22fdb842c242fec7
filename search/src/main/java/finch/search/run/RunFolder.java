package finch.search.run;

import finch.space.format.AtomicFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The files of a run. */
public record RunFolder(Path path) {
    static final String LOCK = ".lock";

    /**
     * Makes the first of {@code parent/name}, {@code parent/name-2}, {@code parent/name-3}, … that does not exist. Of several
     * processes that do so at once each gets its own.
     */
    public static RunFolder fresh(Path parent, String name) throws IOException {
        Files.createDirectories(parent);
        Path candidate = parent.resolve(name);
        for (int i = 2;; i++) {
            try {
                return new RunFolder(Files.createDirectory(candidate));
            } catch (FileAlreadyExistsException e) {
                candidate = parent.resolve(name + "-" + i);
            }
        }
    }

    /** Whether a run was begun here and stopped before its manifest was written: it can be begun again from its config. */
    boolean isUnbegun() {
        // without the lock's file the config is somebody's own
        return Files.isRegularFile(lock()) && Files.isRegularFile(config()) && !Files.exists(manifest()) && !Files.exists(journal());
    }

    /**
     * @throws IllegalArgumentException if a run cannot begin here: it is a file, or holds something. What a run leaves that
     *                                  was stopped before it had a config is nothing.
     */
    void requireEmpty() throws IOException {
        if (Files.isRegularFile(path)) {
            throw new IllegalArgumentException(path + " is a file; a run needs a folder");
        }
        if (Files.isSymbolicLink(path) && !Files.exists(path)) {
            throw new IllegalArgumentException(path + " is a link to " + Files.readSymbolicLink(path) + ", which is not there. Make that folder, or give another.");
        }
        if (Files.isDirectory(path)) {
            boolean locked = Files.exists(lock());
            try (Stream<Path> files = Files.list(path)) {
                if (files.anyMatch(file -> !file.equals(lock()) && !(locked && isRemnant(file)))) {
                    throw new IllegalArgumentException(path + " is not empty. " + (Files.isRegularFile(manifest()) || isUnbegun()
                            ? "Go on with finch resume " + path + ", or give another folder." : "Give another folder, or none for a new one."));
                }
            }
        }
    }

    private boolean isRemnant(Path file) {
        return file.equals(deviceProfile()) || AtomicFile.isTemporaryOf(file, deviceProfile()) || AtomicFile.isTemporaryOf(file, config());
    }

    public Path config() {
        return path.resolve("config.yaml");
    }

    public Path manifest() {
        return path.resolve("manifest.json");
    }

    public Path journal() {
        return path.resolve("journal.jsonl");
    }

    /** Locked by the process that works in the folder; see {@link RunLock}. */
    Path lock() {
        return path.resolve(LOCK);
    }

    /** How well the model of a {@code surrogate} search foretold, a line for each fit; there with that algorithm only. */
    public Path refits() {
        return path.resolve("refits.jsonl");
    }

    public Path front() {
        return path.resolve("front.json");
    }

    public Path frontTable() {
        return path.resolve("front.csv");
    }

    /** What trainers told of the front's networks beside their accuracy; with {@code accuracy: command} only. */
    public Path trained() {
        return path.resolve("trained.json");
    }

    public Path measured() {
        return path.resolve("measured.json");
    }

    /** What random search found with as many evaluations. */
    public Path baseline() {
        return path.resolve("baseline.json");
    }

    /** What super-networks know of their own training; with {@code accuracy: supernet} only. */
    public Path supernets() {
        return path.resolve("supernet.json");
    }

    /** How well the super-network ranks, as {@code finch supernet-rank} writes it; there if somebody put it there. */
    public Path supernetRank() {
        return path.resolve("supernet-rank.jsonl");
    }

    /** What was trained after the search, and what it came to; with {@code finals} only. */
    public Path finals() {
        return path.resolve("finals.json");
    }

    /** The networks that were trained after the search. */
    public Path finalModels() {
        return path.resolve("finals");
    }

    public Path report() {
        return path.resolve("report.html");
    }

    public Path exports() {
        return path.resolve("export");
    }

    /** What trainers wrote to standard error, each line behind the id of its candidate; with {@code accuracy: command} only. */
    public Path trainerLog() {
        return path.resolve("trainer.log");
    }

    /** The device profile that the run's latencies come from. */
    public Path deviceProfile() {
        return path.resolve("device-profile.json");
    }
}
