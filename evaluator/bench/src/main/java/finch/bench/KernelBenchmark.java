package finch.bench;

import finch.engine.kernel.KernelSet;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One kernel alone, again and again on the same operands; in a network, where others have used the caches meanwhile, it is
 * some 5 to 10 per cent slower. {@link KernelTimes} gives it the shapes of the networks.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsPrepend = {"--add-modules", "jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class KernelBenchmark {
    private static final String NONE = "none";
    private static final double TOLERANCE = 1e-5;

    /** As {@link Shapes} lists them. */
    @Param(NONE)
    public String shape;

    @Param({"vector", "scalar"})
    public String kernels;

    private KernelCall call;

    /** The probe of the clock on both sides of an iteration, in millions of operations a second, read by JMH. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Clock {
        public long before;
        public long after;
        /** No counter, since JMH sets those to zero when the iteration begins. */
        private long atBegin;

        @Setup(Level.Iteration)
        public void begin() {
            atBegin = megaflops();
        }

        @TearDown(Level.Iteration)
        public void end() {
            before = atBegin;
            after = megaflops();
        }

        private static long megaflops() {
            return Math.round(1e3 * Peak.gigaflops());
        }
    }

    /** Draws operands and compares the answer with that of the scalar kernels. */
    @Setup
    public void draw() {
        if (shape.equals(NONE)) {
            throw new IllegalStateException("start it through " + KernelTimes.class.getName() + ", or with -p shape='SHAPE' as "
                    + Shapes.class.getName() + " lists them");
        }
        KernelShape parsed = KernelShape.parse(shape);
        long seed = System.nanoTime();
        KernelCall expected = new KernelCall(parsed, KernelSet.SCALAR.kernels(), seed);
        call = new KernelCall(parsed, KernelSet.valueOf(kernels.toUpperCase(Locale.ROOT)).kernels(), seed);
        Answers.compare(call.run(), expected.run(), TOLERANCE);
    }

    @Benchmark
    public float[] kernel(Clock clock) {
        return call.run();
    }
}
