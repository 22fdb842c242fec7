package finch.search.run;

import finch.search.config.Accuracy;
import finch.search.evolve.RandomStreams;
import finch.search.evolve.SearchAlgorithm;
import finch.search.config.EnsembleAccuracy;
import finch.search.config.LadderAccuracy;
import finch.search.config.SearchConfig;
import finch.space.format.FormatVersion;
import finch.space.format.Problem;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;

/** {@code manifest.json}: where a run comes from and how it stands. */
public final class Manifest {
    /** Of {@code manifest.json}, and so of a run folder. */
    public static final String FORMAT = "finch-run/1";

    private final Path file;
    private final ObjectNode root;

    private Manifest(Path file, ObjectNode root) {
        this.file = file;
        this.root = root;
    }

    /** @throws IllegalArgumentException if it is damaged or of another format */
    public static Manifest read(RunFolder folder) throws IOException {
        ObjectNode root = JsonFile.read(folder.manifest());
        String format = root.path("format").asString("");
        if (!format.equals(FORMAT)) {
            throw new IllegalArgumentException(folder.manifest() + ": " + (FormatVersion.isNewer(format, FORMAT) ? FormatVersion.newer(format, FORMAT) : "the format is \"" + Problem.visible(format) + "\"; this Finch reads "
                    + FORMAT));
        }
        for (JsonNode session : root.path("sessions")) {
            if (!session.isObject()) {
                throw new IllegalArgumentException(folder.manifest() + " is damaged: sessions must be a list of objects");
            }
        }
        if (root.has("sessions") && !root.get("sessions").isArray()) {
            throw new IllegalArgumentException(folder.manifest() + " is damaged: sessions must be a list of objects");
        }
        return new Manifest(folder.manifest(), root);
    }

    static Manifest create(RunFolder folder, SearchConfig config, String resolved, Optional<DeviceLatency> device) throws IOException {
        ObjectNode root = JsonFile.object();
        root.put("format", FORMAT).put("name", config.name()).put("status", RunStatus.RUNNING.formatName());
        root.put("seed", config.seed()).put("random", RandomStreams.NAME);
        ArrayNode overrides = root.putArray("overrides");
        config.overrides().forEach(overrides::add);
        root.put("configSha256", JsonFile.sha256(resolved.getBytes(StandardCharsets.UTF_8)));
        device.ifPresent(d -> root.putObject("deviceProfile").put("fingerprint", d.fingerprint())
                .put("sha256", JsonFile.sha256(d.profile().getBytes(StandardCharsets.UTF_8))));
        for (Path file : config.files()) {
            root.withArray("files").addObject().put("path", file.toString()).put("sha256", JsonFile.sha256(Files.readAllBytes(file)));
        }
        Manifest manifest = new Manifest(folder.manifest(), root);
        if (AccuracyFacts.files(config.accuracy()).stream().allMatch(Files::isRegularFile)) {
            manifest.accuracySources(config);
        }
        ObjectNode versions = root.putObject("versions");
        versions.put("finch", Optional.ofNullable(Manifest.class.getPackage().getImplementationVersion()).orElse("unpackaged"));
        versions.put("jenetics", SearchAlgorithm.libraryVersion());
        commit().ifPresent(commit -> root.put("commit", commit[0]).put("dirty", !commit[1].isEmpty()));
        root.putObject("machine").put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("architecture", System.getProperty("os.arch")).put("cores", Runtime.getRuntime().availableProcessors());
        ObjectNode jvm = root.putObject("jvm").put("vendor", System.getProperty("java.vendor")).put("version", Runtime.version().toString());
        ArrayNode flags = jvm.putArray("flags");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(a -> a.startsWith("-X") || a.startsWith("--")).map(Manifest::withoutFolders)
                .forEach(flags::add);
        root.putArray("sessions");
        return manifest;
    }

    /** Run folders are shown to others, whom the folders of this machine do not concern. */
    static String withoutFolders(String flag) {
        return flag.replaceAll("([=:])(?:[A-Za-z]:)?[^=:]*[/\\\\](?=[^/\\\\]*$)", "$1");
    }

    /** The files that accuracies come from, by path and content; a super-network may come after the run has begun. */
    void accuracySources(SearchConfig config) throws IOException {
        if (config.accuracy() instanceof Accuracy.Surrogate surrogate && surrogate.file().isPresent()) {
            root.putObject("accuracySurrogate").put("path", surrogate.file().get().toString())
                    .put("sha256", JsonFile.sha256(Files.readAllBytes(surrogate.file().get())));
        }
        if (config.accuracy() instanceof Accuracy.Table table) {
            root.putObject("accuracyTable").put("path", table.table().toString()).put("sha256", JsonFile.sha256(Files.readAllBytes(table.table())));
        }
        if (config.accuracy() instanceof Accuracy.Supernet supernet) {
            root.putObject("accuracySupernet").put("path", supernet.model().toString()).put("sha256", JsonFile.sha256(Files.readAllBytes(supernet.model())));
        }
        if (config.accuracy() instanceof EnsembleAccuracy || config.accuracy() instanceof LadderAccuracy) {
            ArrayNode sources = root.putArray("accuracySources");
            for (Path file : AccuracyFacts.files(config.accuracy())) {
                sources.addObject().put("path", file.toString()).put("sha256", JsonFile.sha256(Files.readAllBytes(file)));
            }
        }
    }

    public RunStatus status() {
        String status = root.path("status").asString("");
        return Arrays.stream(RunStatus.values()).filter(s -> s.formatName().equals(status)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(file + ": unknown status \"" + Problem.visible(status) + "\""));
    }

    /** Whether there is nothing left to do. */
    boolean hasEnded() {
        return status() == RunStatus.FINISHED || status() == RunStatus.INFEASIBLE;
    }

    /** @throws IllegalArgumentException if the config is not the one that the run began with */
    void requireConfig(RunFolder folder) throws IOException {
        String expected = root.path("configSha256").asString("");
        if (!expected.isEmpty() && !JsonFile.sha256(Files.readAllBytes(folder.config())).equals(expected)) {
            throw new IllegalArgumentException(folder.config() + " is not the config that the run began with (its checksum is not the one in manifest.json)."
                    + " Put it back, or start a new run with it.");
        }
    }

    /** Whether the manifest does not tell them: the process may have ended between a super-network and its entry here. */
    boolean lacksAccuracySources(SearchConfig config) {
        return config.asksAccuracies() && !AccuracyFacts.files(config.accuracy()).isEmpty()
                && Stream.of("accuracyTable", "accuracySurrogate", "accuracySupernet", "accuracySources").noneMatch(root::has);
    }

    /**
     * By content and not by path, since a run folder may have been moved with its files.
     *
     * @throws IllegalArgumentException if a file that accuracies come from is not what it was: old figures and new ones would share a front
     */
    void requireAccuracySources(SearchConfig config) throws IOException {
        List<String> expected = new ArrayList<>();
        Stream.of("accuracyTable", "accuracySurrogate", "accuracySupernet").map(root::path).filter(node -> node.has("sha256"))
                .forEach(node -> expected.add(node.path("sha256").asString("")));
        root.path("accuracySources").forEach(node -> expected.add(node.path("sha256").asString("")));
        List<Path> files = AccuracyFacts.files(config.accuracy());
        for (int i = 0; i < Math.min(files.size(), expected.size()); i++) {
            if (!JsonFile.sha256(Files.readAllBytes(files.get(i))).equals(expected.get(i))) {
                throw new IllegalArgumentException(files.get(i) + ", which the run's accuracies come from, is not what it was when the run began."
                        + " Put it back, or start a new run.");
            }
        }
    }

    /**
     * As {@link #requireAccuracySources}; manifests of earlier versions do not tell these files.
     *
     * @throws IllegalArgumentException if a file that the space or a network comes from is not what it was: the journal would be of other networks or bounds
     */
    void requireFiles(SearchConfig config) throws IOException {
        JsonNode expected = root.path("files");
        List<Path> files = config.files();
        for (int i = 0; i < (root.has("files") ? Math.max(files.size(), expected.size()) : 0); i++) {
            boolean same = i < files.size() && i < expected.size()
                    && JsonFile.sha256(Files.readAllBytes(files.get(i))).equals(expected.path(i).path("sha256").asString(""));
            if (!same) {
                throw new IllegalArgumentException((i < files.size() ? files.get(i) : expected.path(i).path("path").asString("")) + ", which the run's space or a network"
                        + " that its config names comes from, is not what it was when the run began. Put it back, or start a new run.");
            }
        }
    }

    /** Why the run ended, for people; empty while it runs. */
    public String message() {
        return root.path("message").asString("");
    }

    /** A number of {@code counts}, e.g. {@code evaluated}; 0 while the run has none. */
    public long count(String name) {
        return root.path("counts").path(name).asLong(0);
    }

    /** SHA-256 of the device profile, where latency matters. */
    Optional<String> profileSha256() {
        return Optional.ofNullable(root.path("deviceProfile").path("sha256").asString(null));
    }

    /**
     * Keeps what is told of the estimators, or compares it with what the run began with.
     *
     * @throws IllegalArgumentException if an ensemble, or the images of a proxy, are not those that they were
     */
    void accuracy(Optional<ObjectNode> facts) {
        if (facts.isPresent() && root.has("accuracy") && !AccuracyFacts.areSame(root.get("accuracy"), facts.get())) {
            throw new IllegalArgumentException(file + ": the accuracies are not those that the run began with, since a table, the images or the program have changed. Then: "
                    + root.get("accuracy") + ". Now: " + facts.get() + ". Put them back, or start a new run.");
        }
        facts.ifPresent(node -> root.set("accuracy", node));
    }

    void reachable(ArrayNode ranges) {
        root.set("reachable", ranges);
    }

    /** As it stands. */
    void write() throws IOException {
        JsonFile.write(file, root);
    }

    void sessionStarts(int threads) throws IOException {
        root.put("status", RunStatus.RUNNING.formatName());
        root.remove("message");
        root.withArray("sessions").addObject().put("started", Instant.now().toString()).put("threads", threads);
        JsonFile.write(file, root);
    }

    void sessionEnds(RunStatus status, String stoppedBy, String message, RunCounts counts, int front) throws IOException {
        root.putObject("counts").put("proposed", counts.proposed()).put("evaluated", counts.evaluated()).put("measured", counts.measured())
                .put("infeasible", counts.infeasible()).put("failed", counts.failed()).put("generations", counts.generations()).put("front", front);
        sessionEnds(status, stoppedBy, message);
    }

    /** Of a session that evaluated nothing: the counts stay as they were. */
    void sessionEnds(RunStatus status, String stoppedBy, String message) throws IOException {
        root.put("status", status.formatName()).put("stoppedBy", stoppedBy).put("message", message);
        ArrayNode sessions = root.withArray("sessions");
        ((ObjectNode) sessions.get(sessions.size() - 1)).put("ended", Instant.now().toString());
        JsonFile.write(file, root);
    }

    /** Commit of Finch's own checkout and its changes, where it runs from one. */
    private static Optional<String[]> commit() {
        String home = System.getProperty("finch.home");
        if (home == null || !Files.exists(Path.of(home, ".git"))) {
            return Optional.empty();
        }
        return git(home, "rev-parse", "HEAD").flatMap(head -> git(home, "status", "--porcelain").map(changes -> new String[] {head, changes}));
    }

    private static Optional<String> git(String home, String... arguments) {
        try {
            String[] command = new String[arguments.length + 3];
            command[0] = "git";
            command[1] = "-C";
            command[2] = home;
            System.arraycopy(arguments, 0, command, 3, arguments.length);
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? Optional.of(answer) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
