package finch.accuracy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One attempt of a trainer: a child process that ends, with all its descendants, no later than its time is up, this
 * process ends or the waiting thread is interrupted. Where there is no {@code /bin/sh}, what the children of a killed
 * trainer started is found through the operating system's table of processes.
 */
final class TrainerProcess {
    private static final Path SHELL = Path.of("/bin/sh");
    private static final int MOST_OUTPUT = 1 << 20;
    private static final int LAST_LINES = 3;
    private static final int MOST_LINE = 4096;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Process process;
    private final Duration timeout;
    private final Thread output;
    private final Thread errors;
    private final StringBuilder printed = new StringBuilder();
    private final Deque<String> lastLines = new ArrayDeque<>();
    private boolean tooMuch;

    private TrainerProcess(Process process, Duration timeout, Consumer<String> log) {
        this.process = process;
        this.timeout = timeout;
        this.output = Thread.ofVirtual().start(this::readOutput);
        this.errors = Thread.ofVirtual().start(() -> readErrors(log));
    }

    /**
     * @param problem empty if it ended well; otherwise what happened, the verb first
     * @param printed on standard output
     * @param lastLines of standard error
     */
    record End(String problem, String printed, List<String> lastLines) {}

    /**
     * Runs the command to its end.
     *
     * @param request what it reads on standard input
     * @param folder  its working folder
     * @param log     gets each line of standard error
     * @throws IOException if it cannot be started
     */
    static End run(List<String> command, Map<String, String> environment, Path request, Path folder, Duration timeout,
                   Consumer<String> log) throws IOException, InterruptedException {
        boolean shell = Files.isExecutable(SHELL);
        List<String> whole = new ArrayList<>();
        if (shell) {
            whole.addAll(List.of(SHELL.toString(), "-c", supervisor(), "finch", request.toString()));
        }
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).directory(folder.toFile());
        builder.environment().putAll(environment);
        if (!shell) {
            builder.redirectInput(request.toFile());
        }
        return new TrainerProcess(builder.start(), timeout, log).end();
    }

    private static String supervisor() throws IOException {
        try (InputStream in = TrainerProcess.class.getResourceAsStream("supervise.sh")) {
            if (in == null) {
                throw new IllegalStateException("the resource supervise.sh is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private End end() throws InterruptedException {
        Thread dying = new Thread(this::kill);
        Runtime.getRuntime().addShutdownHook(dying);
        try {
            boolean ended = process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
            kill();
            process.waitFor();
            output.join(GRACE);
            errors.join(GRACE);
            synchronized (this) {
                int code = process.exitValue();
                String problem = !ended ? "took longer than " + timeout : tooMuch ? "printed more than " + MOST_OUTPUT + " characters"
                        : code == 0 ? "" : code > 128 ? "was killed by signal " + (code - 128) : "ended with exit code " + code;
                return new End(problem, printed.toString(), List.copyOf(lastLines));
            }
        } finally {
            kill();
            try {
                Runtime.getRuntime().removeShutdownHook(dying);
            } catch (IllegalStateException e) {
                // the process is ending anyway, and the hook runs
            }
        }
    }

    /** Closing its input makes the supervisor kill the group; the rest is for systems without it. */
    private void kill() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // the other end is gone, as wanted
        }
        boolean ended = false;
        try {
            ended = process.waitFor(process.isAlive() ? 1 : 0, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private void readOutput() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            char[] buffer = new char[8192];
            for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
                synchronized (this) {
                    tooMuch |= printed.length() + n > MOST_OUTPUT;
                    if (!tooMuch) {
                        printed.append(buffer, 0, n);
                    }
                }
                if (tooMuch) {
                    kill();
                    return;
                }
            }
        } catch (IOException e) {
            // the stream is closed when the process is killed
        }
    }

    private void readErrors(Consumer<String> log) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c == '\n' || c == '\r' || line.length() >= MOST_LINE) {
                    keep(line.toString(), log);
                    line.setLength(0);
                }
                if (c != '\n' && c != '\r') {
                    line.append((char) c);
                }
            }
            keep(line.toString(), log);
        } catch (IOException | UncheckedIOException e) {
            // the stream is closed when the process is killed
        }
    }

    private void keep(String line, Consumer<String> log) {
        if (line.isBlank()) {
            return;
        }
        log.accept(line);
        synchronized (this) {
            lastLines.addLast(line.strip());
            if (lastLines.size() > LAST_LINES) {
                lastLines.removeFirst();
            }
        }
    }
}
