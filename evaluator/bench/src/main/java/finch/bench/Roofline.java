package finch.bench;

import finch.bench.Statistics.Spread;
import finch.engine.Inference;
import finch.engine.Plan;
import finch.engine.PlanOptions;
import finch.engine.Weights;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Prints how near to this core's limits each kind of layer runs, within its network, on one thread:
 * {@code Roofline [runs=400] [cap=20] [NETWORK…]}. The limits are measured first: multiply-adds in registers, and reads and
 * writes of each level of memory. The probe of the clock runs beside every timing; runs beside which it was slow are left out
 * and made up for.
 */
public final class Roofline {
    /** Disturbed runs are made up for in at most so many times the runs asked for. */
    private static final int MOST = 4;

    private final Memory memory;
    private final int runs;
    private final double cap;

    private Roofline(Memory memory, int runs, double cap) {
        this.memory = memory;
        this.runs = runs;
        this.cap = cap;
    }

    /** See the class. */
    public static void main(String[] arguments) {
        Options options = Options.of(arguments, "runs", "cap");
        Memory memory = Memory.measure(Caches.here());
        printMemory(memory);
        Roofline roofline = new Roofline(memory, options.number("runs", 400), options.number("cap", 20));
        for (String name : options.wordsOr(BenchmarkNetworks.NAMES)) {
            System.err.println(name);
            roofline.print(BenchmarkNetworks.lowered(name));
        }
    }

    private static void printMemory(Memory memory) {
        Markdown table = new Markdown("level", "holds", "read GB/s", "written GB/s");
        for (Memory.Level level : memory.levels()) {
            table.row(level.name(), level.capacity() == Long.MAX_VALUE ? "the rest" : level.capacity() / 1024 + " KiB",
                    decimal(level.read()), decimal(level.written()));
        }
        System.out.printf(Locale.ROOT, "One core: at most %.0f GFLOP/s, measured with fused multiply-adds of %d bits.%n%n%s%n",
                Peak.gigaflops(), Peak.F.vectorBitSize(), table);
    }

    /** What was timed: each step and the whole network in alternating runs, and which of these were undisturbed. */
    private record Timed(double[][] stepNanos, double[] wholeNanos, boolean[] goodSteps, boolean[] goodWhole, double peak) {}

    private void print(Network network) {
        Weights weights = Weights.seeded(network, 1);
        Plan plan = Plan.compile(network, weights, PlanOptions.defaults());
        List<StepWork> works = StepWork.of(plan.stepNames(), Work.of(network));
        Timed timed;
        WarmUp warmUp;
        float[] input = BenchmarkNetworks.images(network, 1);
        float[] output = new float[network.output().size()];
        long[] nanos = new long[works.size()];
        try (Inference inference = plan.newInference()) {
            warmUp = WarmUp.of(() -> {
                inference.run(input, output);
                inference.time(input, nanos);
            }, cap);
            timed = time(inference, input, output, works.size());
        }
        long networkBytes = works.stream().mapToLong(StepWork::weightBytes).sum() + plan.arenaBytes();

        Map<String, List<Integer>> byRole = new LinkedHashMap<>();
        for (int i = 0; i < works.size(); i++) {
            byRole.computeIfAbsent(works.get(i).role(), role -> new ArrayList<>()).add(i);
        }
        Spread whole = Spread.ofMiddle(ClockCheck.kept(timed.wholeNanos(), timed.goodWhole()));
        Markdown table = new Markdown("layers", "steps", "us", "share", "GFLOP/s", "of peak", "GB/s", "of bandwidth", "bound by", "of the bound");
        byRole.forEach((role, steps) -> table.row(row(role, steps, works, timed, networkBytes, whole.median())));
        List<Integer> all = IntStream.range(0, works.size()).boxed().toList();
        table.row(row("all", all, works, timed, networkBytes, whole.median()));

        System.out.printf(Locale.ROOT, "**%s**, %s, one thread: %s us as a whole; the steps one by one sum up to %.2f of it. Probe %.0f GFLOP/s; "
                + "%d of %d runs undisturbed; %s after %.1f s.%n%n%s%n", network.name(), plan.kernelSet(), micros(whole),
                Statistics.median(ClockCheck.kept(sums(timed, all), timed.goodSteps())) / whole.median(), timed.peak(),
                ClockCheck.count(timed.goodSteps()), timed.goodSteps().length, warmUp.steady() ? "steady" : "NOT steady", warmUp.seconds(), table);
    }

    /** Until enough runs were undisturbed, or a few times as many were timed. */
    private Timed time(Inference inference, float[] input, float[] output, int steps) {
        int most = MOST * runs;
        double[][] stepNanos = new double[most][steps];
        double[] whole = new double[most];
        double[] probes = new double[2 * most + 1];
        double[] shares = new double[2 * most];
        long[] nanos = new long[steps];
        boolean[] good = {};
        probes[0] = Peak.now();
        int run = 0;
        while (run < most && ClockCheck.count(good) < 2 * runs) {
            for (int end = Math.min(most, run + runs); run < end; run++) {
                long cpu = CpuTime.nanos();
                long start = System.nanoTime();
                inference.time(input, nanos);
                shares[2 * run] = CpuTime.share(CpuTime.nanos() - cpu, System.nanoTime() - start);
                for (int step = 0; step < steps; step++) {
                    stepNanos[run][step] = nanos[step];
                }
                probes[2 * run + 1] = Peak.now();
                cpu = CpuTime.nanos();
                start = System.nanoTime();
                inference.run(input, output);
                long time = System.nanoTime() - start;
                whole[run] = time;
                shares[2 * run + 1] = CpuTime.share(CpuTime.nanos() - cpu, time);
                probes[2 * run + 2] = Peak.now();
            }
            good = ClockCheck.undisturbed(Arrays.copyOf(probes, 2 * run + 1), shares);
        }
        boolean[] goodSteps = new boolean[run];
        boolean[] goodWhole = new boolean[run];
        for (int i = 0; i < run; i++) {
            goodSteps[i] = good[2 * i];
            goodWhole[i] = good[2 * i + 1];
        }
        return new Timed(Arrays.copyOf(stepNanos, run), Arrays.copyOf(whole, run), goodSteps, goodWhole,
                ClockCheck.usual(Arrays.copyOf(probes, 2 * run + 1)));
    }

    /** For each run the time of some steps. */
    private static double[] sums(Timed timed, List<Integer> steps) {
        return Arrays.stream(timed.stepNanos()).mapToDouble(run -> steps.stream().mapToDouble(step -> run[step]).sum()).toArray();
    }

    private Object[] row(String name, List<Integer> steps, List<StepWork> works, Timed timed, long networkBytes, double whole) {
        Spread time = Spread.ofMiddle(ClockCheck.kept(sums(timed, steps), timed.goodSteps()));
        double macs = 0;
        double bytes = 0;
        double compute = 0;
        double moving = 0;
        double bound = 0;
        for (int step : steps) {
            StepWork work = works.get(step);
            macs += work.macs();
            bytes += work.bytes();
            compute += work.computeNanos(timed.peak());
            moving += work.memoryNanos(memory, networkBytes);
            bound += Math.max(work.computeNanos(timed.peak()), work.memoryNanos(memory, networkBytes));
        }
        return new Object[] {name, steps.size(), micros(time), percent(time.median() / whole), macs == 0 ? "" : decimal(2 * macs / time.median()),
                macs == 0 ? "" : percent(compute / time.median()), decimal(bytes / time.median()), percent(moving / time.median()),
                compute > moving ? "multiply-adds" : "memory", percent(bound / time.median())};
    }

    private static Spread micros(Spread nanos) {
        return new Spread(nanos.median() / 1e3, nanos.low() / 1e3, nanos.high() / 1e3);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }
}
