package finch.search.cli;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import finch.search.config.ConfigReader;
import finch.search.evolve.Evaluation;
import finch.search.run.RunFolder;
import finch.search.run.RunListener;
import finch.search.run.RunResult;
import finch.search.run.RunStatus;
import finch.search.run.SearchRun;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A search as the command line runs it, the report kept up to date, held back to so many evaluations a second, in a JVM of its own; {@link SoakTable} starts it.
 * Arguments are a config, the run folder, evaluations a second, seconds between two samples, then {@code key=value} overrides.
 *
 * <p>Prints a line for each sample: seconds since the search began, evaluations, heap in use after a collection in KiB, classes' memory in KiB, threads, open files
 * (-1 where the system does not tell), processor microseconds so far, reports written so far, bytes of the journal and of the report.
 */
final class SoakRun implements RunListener {
    /** Time that is lost, since the machine did something else, is made up for, but no more than so much. */
    private static final long CATCH_UP_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Shorter waits cost more than they hold back. */
    private static final long SHORTEST_WAIT_NANOS = 2_000_000;

    private final Told told;
    private final RunFolder folder;
    private final long intervalNanos;
    private final AtomicLong evaluated = new AtomicLong();
    private final AtomicLong reports = new AtomicLong();
    private volatile long begun;
    private long due;

    private SoakRun(Told told, RunFolder folder, double perSecond) {
        this.told = told;
        this.folder = folder;
        this.intervalNanos = (long) (1e9 / perSecond);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path out = Path.of(arguments[1]).toAbsolutePath().normalize();
        Terminal terminal = new Terminal(InputStream.nullInputStream(), System.out, System.err, out.getParent(), false);
        Progress progress = new Progress(terminal);
        SoakRun soak = new SoakRun(new Told(progress), new RunFolder(out), Double.parseDouble(arguments[2]));
        long seconds = Long.parseLong(arguments[3]);
        Thread sampler = Thread.ofPlatform().daemon().name("sampler").start(() -> soak.sample(seconds));
        try (Interruption interruption = Interruption.watch(terminal)) {
            RunResult result = SearchRun.start(ConfigReader.read(Path.of(arguments[0]), Arrays.asList(arguments).subList(4, arguments.length)), out, 2,
                    new EvaluatorServices(progress, interruption), soak, interruption::requested);
            sampler.interrupt();
            sampler.join();
            soak.line();
            if (result.status() != RunStatus.FINISHED) {
                throw new IllegalStateException(result.message());
            }
        }
    }

    private void sample(long seconds) {
        try {
            while (begun == 0) {
                Thread.sleep(10);
            }
            for (long next = begun; ; next += TimeUnit.SECONDS.toNanos(seconds)) {
                // a process that was stopped for a while owes no samples of that time
                next = Math.max(next, System.nanoTime() - TimeUnit.SECONDS.toNanos(seconds));
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
                line();
            }
        } catch (InterruptedException e) {
            // the search has ended
        }
    }

    private void line() {
        long nanos = System.nanoTime() - begun;
        long count = evaluated.get();
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long files = system instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : -1;
        System.gc();
        var memory = ManagementFactory.getMemoryMXBean();
        List<Long> figures = List.of(count, memory.getHeapMemoryUsage().getUsed() >> 10, memory.getNonHeapMemoryUsage().getUsed() >> 10,
                (long) ManagementFactory.getThreadMXBean().getThreadCount(), files, system.getProcessCpuTime() / 1000, reports.get(),
                size(folder.journal()), size(folder.report()));
        System.out.printf(Locale.ROOT, "%.1f %s%n", nanos / 1e9, String.join(" ", figures.stream().map(Object::toString).toList()));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // not there yet
            return 0;
        }
    }

    @Override
    public void stage(String name, String detail) {
        told.stage(name, detail);
    }

    @Override
    public void replayed(long count, long limit) {
        due = System.nanoTime();
        begun = due;
        told.replayed(count, limit);
    }

    @Override
    public void frontWritten(RunFolder written) {
        told.frontWritten(written);
        reports.incrementAndGet();
    }

    @Override
    public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
        told.evaluated(count, limit, generation, frontSize, evaluation);
        evaluated.set(count);
        due = Math.max(due + intervalNanos, System.nanoTime() - CATCH_UP_NANOS);
        for (long wait = due - System.nanoTime(); wait > SHORTEST_WAIT_NANOS; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
    }
}
