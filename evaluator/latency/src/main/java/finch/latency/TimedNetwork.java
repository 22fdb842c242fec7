package finch.latency;

import finch.engine.LoadedNetwork;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** One network under the clock: its buffers, its warm-up and the batches timed so far. */
final class TimedNetwork implements AutoCloseable {
    /** Windows whose medians must agree. */
    private static final int WINDOWS = 3;
    private static final double STEADY = 0.03;
    private static final int LEAST_WINDOW_RUNS = 3;

    private final MeasuringProtocol.Subject subject;
    private final Timer timer;
    private final LoadedNetwork loaded;
    private final Runnable run;
    private final Samples clean = new Samples();
    private final Samples disturbed = new Samples();
    private int plannedRuns;
    private boolean steady;

    TimedNetwork(MeasuringProtocol.Subject subject, Timer timer) {
        this.subject = subject;
        this.timer = timer;
        this.loaded = subject.runtime().load(subject.network(), TimingWeights.of(subject.network()), 1, subject.threads());
        this.run = loaded.bind(TimingWeights.input(subject.network().input().size()), new float[subject.network().output().size()]);
    }

    /**
     * Runs until the medians of successive windows agree and the compiler is at rest, or the cap is reached. Short
     * calls in a loop, since one long loop would be compiled in a form that real use never runs.
     */
    void warmUp(ProtocolSettings settings) {
        long end = timer.nanos() + settings.warmUpCap().toNanos();
        Deque<Double> medians = new ArrayDeque<>();
        long compiled = timer.compilationMillis();
        while (!Thread.currentThread().isInterrupted()) {
            double median = window(settings.warmUpWindow().toNanos());
            plannedRuns = planned(settings, median);
            long nowCompiled = timer.compilationMillis();
            if (nowCompiled != compiled) {
                medians.clear();
                compiled = nowCompiled;
            }
            medians.addLast(median);
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

    private double window(long least) {
        Samples times = new Samples();
        long start = timer.nanos();
        long now = start;
        while (times.size() < LEAST_WINDOW_RUNS || now - start < least) {
            run.run();
            long after = timer.nanos();
            times.add(after - now);
            now = after;
        }
        return Quantiles.median(times.toArray());
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

    /** Times a batch and files it by what the probe says of it. @return whether it was undisturbed */
    boolean batch(int runs, ClockProbe probe) {
        double[] times = new double[runs];
        run.run(); // brings weights and activations back into the caches after the other networks
        probe.begin();
        for (int i = 0; i < runs; i++) {
            long start = timer.nanos();
            run.run();
            times[i] = timer.nanos() - start;
        }
        ClockProbe.Reading reading = probe.end();
        (reading.disturbed() ? disturbed : clean).addAll(times, reading.factor());
        return !reading.disturbed();
    }

    boolean steady() {
        return steady;
    }

    int cleanRuns() {
        return clean.size();
    }

    int runs() {
        return clean.size() + disturbed.size();
    }

    /** The figures so far; at least one batch must have been timed. */
    Measurement measurement() {
        boolean enough = 2 * clean.size() >= runs();
        Samples kept = enough ? clean : clean.with(disturbed);
        double[] times = kept.toArray();
        return new Measurement(subject.network().name(), subject.runtime().name(), subject.runtime().version(), subject.threads(),
                subject.runtime().kernelSet(), times.length, Quantiles.median(times) / 1e3, Quantiles.quantile(times, 0.1) / 1e3,
                Quantiles.quantile(times, 0.9) / 1e3, subject.network().macs(), loaded.arenaBytes(),
                enough ? disturbed.size() : 0, !enough, steady, kept.meanFactor());
    }

    @Override
    public void close() {
        loaded.close();
    }

    /** A growing list of run times with the probe's factor beside each. */
    private static final class Samples {
        private double[] times = new double[32];
        private double factors;
        private int size;

        void add(double time) {
            if (size == times.length) {
                times = Arrays.copyOf(times, 2 * size);
            }
            times[size++] = time;
        }

        void addAll(double[] batch, double factor) {
            for (double time : batch) {
                add(time);
            }
            factors += factor * batch.length;
        }

        Samples with(Samples other) {
            Samples both = new Samples();
            for (double time : toArray()) {
                both.add(time);
            }
            for (double time : other.toArray()) {
                both.add(time);
            }
            both.factors = factors + other.factors;
            return both;
        }

        int size() {
            return size;
        }

        double meanFactor() {
            return factors / size;
        }

        double[] toArray() {
            return Arrays.copyOf(times, size);
        }
    }
}
