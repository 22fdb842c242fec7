package finch.latency;

import finch.engine.LoadedNetwork;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.DoubleStream;

/** One network under the clock: its buffers, its warm-up and the batches timed so far. */
final class TimedNetwork implements AutoCloseable {
    /** Windows whose medians must agree. */
    private static final int WINDOWS = 3;
    private static final double STEADY = 0.03;
    private static final int LEAST_WINDOW_RUNS = 2;
    /** What a warm run may allocate, for runtimes that allocate at all. A kernel that is not compiled yet allocates every vector, megabytes a run. */
    private static final long WARM_BYTES = 256 << 10;
    /** Longest wait for such kernels: so many times the usual cap, but no longer than this. */
    private static final int COLD_CAPS = 10;
    private static final Duration MOST_COLD = Duration.ofSeconds(10);

    private final MeasuringProtocol.Subject subject;
    private final Timer timer;
    private final LoadedNetwork loaded;
    private final Runnable run;
    private final List<ClockProbe.Reading> readings = new ArrayList<>();
    private int plannedRuns;
    private boolean steady;
    private boolean cold;

    TimedNetwork(MeasuringProtocol.Subject subject, Timer timer) {
        this.subject = subject;
        this.timer = timer;
        this.loaded = subject.runtime().load(subject.network(), TimingWeights.of(subject.network()), 1, subject.threads());
        this.run = loaded.bind(TimingWeights.input(subject.network().input().size()), new float[subject.network().output().size()]);
    }

    /**
     * Lets the runtime compile what the network calls, then runs it until the medians of successive windows agree and the
     * compiler is at rest, or the cap is reached. Short calls in a loop, since one long loop would be compiled in a form that
     * real use never runs. A kernel that is called a few times a run could stay cold through many runs, equally slow and with
     * the compiler at rest: what a run allocates gives it away, and the cap does not count from before it is gone.
     */
    void warmUp(ProtocolSettings settings) {
        warmUp(settings, true);
    }

    /** @param allocationTells false for a runtime that allocates when it is warm, too */
    void warmUp(ProtocolSettings settings, boolean allocationTells) {
        long most = Math.min(COLD_CAPS * settings.warmUpCap().toNanos(), MOST_COLD.toNanos());
        long patience = timer.nanos() + most;
        boolean warm = loaded.warmUp(Duration.ofNanos(most));
        long end = timer.nanos() + settings.warmUpCap().toNanos();
        Deque<Double> medians = new ArrayDeque<>();
        long compiled = timer.compilationMillis();
        while (!Thread.currentThread().isInterrupted()) {
            Window window = window(settings.warmUpWindow().toNanos());
            cold = !warm || allocationTells && window.bytesPerRun() > WARM_BYTES;
            plannedRuns = planned(settings, window.medianNanos());
            long nowCompiled = timer.compilationMillis();
            if (nowCompiled != compiled || cold) {
                medians.clear();
                compiled = nowCompiled;
            }
            if (cold && timer.nanos() < patience) {
                end = timer.nanos() + settings.warmUpCap().toNanos();
                continue;
            }
            medians.addLast(window.medianNanos());
            if (medians.size() > WINDOWS) {
                medians.removeFirst();
            }
            if (medians.size() == WINDOWS && spread(medians) <= STEADY) {
                steady = true;
                return;
            }
            if (timer.nanos() >= end) {
                return;
            }
        }
    }

    /** Some runs. @param bytesPerRun allocated by this thread */
    private record Window(double medianNanos, long bytesPerRun) {}

    private Window window(long least) {
        DoubleStream.Builder times = DoubleStream.builder();
        long allocated = timer.allocatedBytes();
        long start = timer.nanos();
        long now = start;
        int runs = 0;
        for (; runs < LEAST_WINDOW_RUNS || now - start < least; runs++) {
            run.run();
            long after = timer.nanos();
            times.add(after - now);
            now = after;
        }
        return new Window(Quantiles.median(times.build().toArray()), (timer.allocatedBytes() - allocated) / runs);
    }

    private static double spread(Deque<Double> medians) {
        double low = medians.stream().mapToDouble(x -> x).min().orElseThrow();
        double high = medians.stream().mapToDouble(x -> x).max().orElseThrow();
        return high / low - 1;
    }

    /** Runs that fit into the time of one network, at least two a round. */
    private static int planned(ProtocolSettings settings, double runNanos) {
        double fitting = settings.timePerNetwork().toNanos() / Math.max(1, runNanos);
        return (int) Math.max(Math.min(settings.runs(), 2L * settings.rounds()), Math.min(settings.runs(), fitting));
    }

    /** Timed runs to take, known after the warm-up. */
    int plannedRuns() {
        return plannedRuns;
    }

    /** Times some runs with the probe between them. */
    void batch(int runs, ClockProbe probe) {
        run.run(); // brings weights and activations back into the caches after the other networks
        probe.begin();
        for (int i = 0; i < runs; i++) {
            readings.add(probe.time(run));
        }
    }

    /** Times the network's parts, between its batches. */
    NetworkParts parts(int runs) {
        return NetworkParts.timed(subject.network(), loaded, TimingWeights.input(subject.network().input().size()), runs);
    }

    boolean steady() {
        return steady;
    }

    /** Whether a kernel was still not compiled when the warm-up ended: times would be of another code than the one that stays. */
    boolean cold() {
        return cold;
    }

    int cleanRuns() {
        return (int) readings.stream().filter(reading -> !reading.disturbed()).count();
    }

    int runs() {
        return readings.size();
    }

    /** Forgets the timed runs; the network stays warm. */
    void clear() {
        readings.clear();
    }

    List<ClockProbe.Reading> readings() {
        return List.copyOf(readings);
    }

    /**
     * The figures so far: of the undisturbed runs if they are half of the planned ones, else of all. At least one run
     * must have been timed.
     *
     * @param share of the planned runs that must be undisturbed for the figures not to count as disturbed
     */
    Measurement measurement(double share) {
        int wanted = Math.min(plannedRuns, runs());
        boolean enough = 2 * cleanRuns() >= wanted;
        List<ClockProbe.Reading> kept = readings.stream().filter(reading -> !enough || !reading.disturbed()).toList();
        double[] nanos = kept.stream().mapToDouble(ClockProbe.Reading::nanos).toArray();
        double[] corrected = kept.stream().mapToDouble(this::corrected).toArray();
        return new Measurement(subject.network().name(), subject.runtime().name(), subject.runtime().version(), subject.threads(),
                subject.runtime().kernelSet(), nanos.length, Quantiles.median(nanos) / 1e3, Quantiles.quantile(nanos, 0.1) / 1e3,
                Quantiles.quantile(nanos, 0.9) / 1e3, Quantiles.median(corrected) / 1e3, subject.network().macs(),
                loaded.arenaBytes(), runs() - nanos.length, cleanRuns() < share * wanted, steady);
    }

    /**
     * A time as it would be at the usual clock. Where one thread does all the work, its processor time leaves out what
     * other processes took of a disturbed run.
     */
    private double corrected(ClockProbe.Reading reading) {
        boolean ownTime = subject.threads() == 1 && reading.disturbed();
        return (ownTime ? reading.cpuNanos() : reading.nanos()) / reading.factor();
    }

    @Override
    public void close() {
        loaded.close();
    }
}
