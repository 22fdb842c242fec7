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
import java.util.Set;
import java.util.concurrent.CountDownLatch;
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
    private static final int SIGNALLED = 128;
    private static final int LAST_SIGNAL = 64;
    /** HUP, INT and TERM, which batch systems send to all processes of a job, this one included. */
    private static final Set<Integer> SENT_TO_ALL = Set.of(1, 2, 15);
    private static final long ENDING_SECONDS = 1;

    private final Process process;
    private final Duration timeout;
    private final Thread output;
    private final Thread errors;
    private final StringBuilder printed = new StringBuilder();
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final CountDownLatch ending = new CountDownLatch(1);
    private boolean tooMuch;

    private TrainerProcess(Process process, Duration timeout, Consumer<String> log) {
        this.process = process;
        this.timeout = timeout;
        this.output = reader("trainer-output", this::readOutput);
        this.errors = reader("trainer-errors", () -> readErrors(log));
    }

    /** A platform thread: reading a pipe holds a virtual one's carrier, of which there are no more than 256. */
    private static Thread reader(String name, Runnable reading) {
        return Thread.ofPlatform().daemon().name(name).start(reading);
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
     * @throws EstimateInterruptedException if it did not end well and this process is ending, which kills trainers
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
        Thread dying = new Thread(() -> {
            ending.countDown();
            kill();
        });
        try {
            watchForEnding(dying);
            // saturates, where toNanos() would overflow
            boolean ended = process.waitFor(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
            kill();
            process.waitFor();
            output.join(GRACE);
            errors.join(GRACE);
            int code = process.exitValue();
            int signal = code > SIGNALLED && code <= SIGNALLED + LAST_SIGNAL ? code - SIGNALLED : 0;
            if (code != 0 && isEnding(signal)) {
                throw new EstimateInterruptedException(null);
            }
            synchronized (this) {
                String problem = !ended ? "took longer than " + timeout : tooMuch ? "printed more than " + MOST_OUTPUT + " characters"
                        : code == 0 ? "" : signal > 0 ? "was killed by signal " + signal : "ended with exit code " + code;
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

    private static void watchForEnding(Thread hook) {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            // it is too late for a hook
            throw new EstimateInterruptedException(e);
        }
    }

    /** Whether this process is ending. What was sent to all may have reached the trainer first. */
    private boolean isEnding(int signal) throws InterruptedException {
        return SENT_TO_ALL.contains(signal) ? ending.await(ENDING_SECONDS, TimeUnit.SECONDS) : ending.getCount() == 0;
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
