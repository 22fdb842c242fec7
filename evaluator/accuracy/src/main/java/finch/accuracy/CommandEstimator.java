package finch.accuracy;

import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.AtomicFile;
import finch.space.format.Problem;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks any program for the accuracy: one JSON line in, one JSON line out.
 *
 * <p>In, on standard input: {@code {"id", "seed", "fidelity", "architecture"}}; the id names the architecture and is the
 * same in every run, the fidelity is 1 for a whole training and less for a part of one, the architecture is {@code finch-architecture/1}. Out, on
 * standard output: {@code {"top1": percent}} and, if it likes, {@code "standardError"}, {@code "metrics"} (an object of
 * numbers), {@code "artefact"} (a path) and {@code "id"}. Exit code 0. Standard error goes to {@code trainer.log}, each
 * line behind the id. A trainer works in {@code candidates/ID/}, where request and answer are kept; a candidate that was
 * answered there for the same request is not trained again, so that a resumed run asks nothing twice. All fidelities of a
 * candidate share its folder, so that a trainer may go on from what a shorter training left; their requests and answers have names
 * of their own.
 */
public final class CommandEstimator implements AccuracyEstimator {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int ID_BYTES = 8;
    private static final String CANDIDATES = "candidates";

    private final TrainerSettings settings;
    private final Semaphore places;
    private final Object log = new Object();

    /** @throws IllegalArgumentException if the program is neither a file, named in full, nor on the path */
    public CommandEstimator(TrainerSettings settings) {
        this.settings = settings;
        this.places = new Semaphore(settings.parallel(), true);
        if (!isProgram(settings.command().getFirst())) {
            throw new IllegalArgumentException("accuracy.run: there is no program " + settings.command().getFirst()
                    + ". Give its full path, or install it.");
        }
    }

    private static boolean isProgram(String name) {
        if (name.contains("/") || name.contains(File.separator)) {
            // trainers work in folders of their own, where another path would lead elsewhere
            Path program = Path.of(name);
            return program.isAbsolute() && Files.isRegularFile(program) && Files.isExecutable(program);
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator))) {
            for (String suffix : List.of("", ".exe", ".cmd", ".bat")) {
                Path program = Path.of(folder, name + suffix);
                if (!folder.isEmpty() && Files.isRegularFile(program) && Files.isExecutable(program)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Names an architecture by its meaning: 16 hexadecimal digits. */
    static String id(Architecture architecture) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(ArchitectureFormat.toJson(architecture.anonymous())
                    .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Trains the architecture, waiting for a free place first.
     *
     * @throws EstimateFailedException if every attempt failed, with the last lines of the last one's standard error
     * @throws EstimateUnwritableException if the candidate's folder or what belongs in it cannot be written, as on a full disk
     * @throws EstimateInterruptedException if the thread is interrupted or the process is ending
     */
    @Override
    public AccuracyEstimate estimate(Architecture architecture) {
        String id = id(architecture);
        try {
            places.acquire();
            try {
                return estimate(architecture, id);
            } finally {
                places.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EstimateInterruptedException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AccuracyEstimate estimate(Architecture architecture, String id) throws IOException, InterruptedException {
        Path folder = folder(id);
        Path request = folder.resolve(file("request"));
        Path answer = folder.resolve(file("answer"));
        Optional<AccuracyEstimate> before = answered(architecture, id);
        if (before.isPresent()) {
            return before.get();
        }
        keep(folder, () -> {
            Files.createDirectories(folder);
            Files.deleteIfExists(answer);
            AtomicFile.write(request, request(architecture, id));
        });
        String problem = "";
        for (int attempt = 0; attempt <= settings.retries(); attempt++) {
            log(id, "attempt " + (attempt + 1) + " of " + (settings.retries() + 1));
            TrainerProcess.End end = TrainerProcess.run(settings.command(), settings.environment(), request, folder, settings.timeout(),
                    text -> log(id, text));
            problem = end.problem();
            if (problem.isEmpty()) {
                try {
                    TrainerAnswer parsed = TrainerAnswer.parse(end.printed(), id);
                    keep(folder, () -> AtomicFile.write(answer, end.printed().strip() + "\n"));
                    return known(parsed);
                } catch (IllegalArgumentException e) {
                    problem = e.getMessage();
                }
            }
            log(id, "failed: it " + problem);
            problem += end.lastLines().isEmpty() ? "" : "; its last lines: " + end.lastLines().stream().map(CommandEstimator::visible).collect(Collectors.joining(" | "));
        }
        throw new EstimateFailedException("the trainer " + problem
                + (settings.retries() == 0 ? "" : " (attempt " + (settings.retries() + 1) + ")"));
    }

    /** Tabs are common and harmless; what a terminal would obey is spelled out. */
    private static String visible(String line) {
        return Problem.visible(line.replace('\t', ' '));
    }

    private interface Writing {
        void run() throws IOException;
    }

    /** A disk that is full says nothing of the network. */
    private static void keep(Path folder, Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new EstimateUnwritableException(folder + " cannot be written (" + e + "). Make room, or make it writable, then go on.", e);
        }
    }

    private Optional<AccuracyEstimate> answered(Architecture architecture, String id) throws IOException {
        Path request = folder(id).resolve(file("request"));
        Path answer = folder(id).resolve(file("answer"));
        if (Files.isRegularFile(answer) && Files.isRegularFile(request)
                && Files.readString(request, StandardCharsets.UTF_8).equals(request(architecture, id))) {
            try {
                return Optional.of(known(TrainerAnswer.parse(Files.readString(answer, StandardCharsets.UTF_8), id)));
            } catch (IllegalArgumentException e) {
                log(id, "the answer that is there is damaged; it is made again: " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    /** What stands in the candidate's folder for this request already; empty where the trainer would have to run. */
    public Optional<AccuracyEstimate> answered(Architecture architecture) throws IOException {
        return answered(architecture, id(architecture));
    }

    /** The trainer's own words about an architecture that it has answered for, for a Finch elsewhere to {@linkplain #accept accept}. */
    public Optional<String> answer(Architecture architecture) throws IOException {
        Path answer = folder(id(architecture)).resolve(file("answer"));
        return Files.isRegularFile(answer) ? Optional.of(Files.readString(answer, StandardCharsets.UTF_8)) : Optional.empty();
    }

    /**
     * Takes what the same trainer answered to the same request on another machine, as if it had run here.
     *
     * @throws EstimateFailedException if that is no trainer's answer
     */
    public AccuracyEstimate accept(Architecture architecture, String printed) throws IOException {
        String id = id(architecture);
        TrainerAnswer parsed;
        try {
            parsed = TrainerAnswer.parse(printed, id);
        } catch (IllegalArgumentException e) {
            throw new EstimateFailedException("the trainer " + e.getMessage());
        }
        Path folder = folder(id);
        keep(folder, () -> {
            Files.createDirectories(folder);
            AtomicFile.write(folder.resolve(file("request")), request(architecture, id));
            AtomicFile.write(folder.resolve(file("answer")), printed.strip() + "\n");
        });
        return known(parsed);
    }

    /** {@code answer.json}, or {@code answer-0.25.json} of a part of a training. */
    private String file(String kind) {
        return kind + (settings.fidelity() == TrainerSettings.WHOLE ? "" : "-" + settings.fidelity()) + ".json";
    }

    private Path folder(String id) {
        return settings.folder().resolve(CANDIDATES).resolve(id);
    }

    /** What the trainer left of an architecture; empty where it has not answered. */
    public Optional<TrainedCandidate> trained(Architecture architecture) throws IOException {
        String id = id(architecture);
        Path answer = folder(id).resolve(file("answer"));
        if (!Files.isRegularFile(answer)) {
            return Optional.empty();
        }
        TrainerAnswer parsed;
        try {
            parsed = TrainerAnswer.parse(Files.readString(answer, StandardCharsets.UTF_8), id);
        } catch (IllegalArgumentException e) {
            // it is made again when it is asked for
            return Optional.empty();
        }
        String folder = CANDIDATES + "/" + id;
        return Optional.of(new TrainedCandidate(folder, parsed.metrics(), parsed.artefact().map(path -> isAbsolute(path) ? path : folder + "/" + path)));
    }

    private static boolean isAbsolute(String path) {
        try {
            return Path.of(path).isAbsolute();
        } catch (InvalidPathException e) {
            // perhaps an address
            return true;
        }
    }

    private String request(Architecture architecture, String id) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("id", id);
        request.put("seed", settings.seed());
        request.put("fidelity", settings.fidelity());
        request.put("architecture", MAPPER.readTree(ArchitectureFormat.toJson(architecture.anonymous())));
        return MAPPER.writeValueAsString(request) + "\n";
    }

    private AccuracyEstimate known(TrainerAnswer answer) {
        double half = Calibration.Z95 * answer.standardError();
        return new AccuracyEstimate.Known(answer.top1(), Math.max(0, answer.top1() - half), Math.min(100, answer.top1() + half),
                "command " + String.join(" ", settings.command()), settings.dataset());
    }

    private void log(String id, String line) {
        synchronized (log) {
            try {
                Files.writeString(settings.folder().resolve("trainer.log"), id + " " + line + "\n", StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException("the trainer's log cannot be written: " + e.getMessage(), e);
            }
        }
    }
}
