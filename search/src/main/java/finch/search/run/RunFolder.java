package finch.search.run;

import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a run. */
public record RunFolder(Path path) {
    static final String LOCK = ".lock";

    /** The first of {@code parent/name}, {@code parent/name-2}, {@code parent/name-3}, … that does not exist. */
    public static RunFolder fresh(Path parent, String name) {
        Path candidate = parent.resolve(name);
        for (int i = 2; Files.exists(candidate); i++) {
            candidate = parent.resolve(name + "-" + i);
        }
        return new RunFolder(candidate);
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
