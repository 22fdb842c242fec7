package finch.bench;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Epilogue;
import finch.engine.kernel.KernelSet;
import finch.engine.kernel.Kernels;
import finch.engine.kernel.PackedWeights;
import finch.engine.kernel.Slice;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
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
import org.openjdk.jmh.annotations.Warmup;

/** Single kernels on layers of MobileNetV3; the counter {@code flops} per nanosecond is GFLOP/s (2 per multiply-add). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsPrepend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class KernelBenchmark {
    /** Kind, input side, input channels, output channels, kernel, stride. */
    @Param({"conv 224 3 16 3 2", "conv 56 32 128 3 1", "pointwise 112 16 64 1 1", "pointwise 56 72 24 1 1", "pointwise 28 40 120 1 1",
            "pointwise 14 112 672 1 1", "pointwise 7 960 160 1 1", "pointwise 1 960 1280 1 1", "depthwise 112 16 16 3 1",
            "depthwise 112 64 64 3 2", "depthwise 28 120 120 5 1", "depthwise 14 480 480 3 1", "depthwise 7 960 960 5 1"})
    public String shape;

    @Param({"vector", "scalar"})
    public String kernels;

    private Kernels set;
    private PackedWeights weights;
    private Slice x;
    private Slice y;
    private Slice scratch;
    private long work;

    /** Work done, read by JMH. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        public long flops;

        @Setup(Level.Iteration)
        public void reset() {
            flops = 0;
        }
    }

    /** Draws operands and compares with the scalar kernels. */
    @Setup
    public void draw() {
        String[] words = shape.split(" ");
        int side = Integer.parseInt(words[1]);
        int in = Integer.parseInt(words[2]);
        int out = Integer.parseInt(words[3]);
        int kernel = Integer.parseInt(words[4]);
        int stride = Integer.parseInt(words[5]);
        int padding = (kernel - 1) / 2;
        int outSide = (side + 2 * padding - kernel) / stride + 1;
        ConvGeometry geometry = new ConvGeometry(side, side, in, outSide, outSide, out, kernel, kernel, stride, stride, padding, padding,
                1, 1, words[0].equals("depthwise") ? in : 1);
        SplittableRandom random = new SplittableRandom();
        float[] input = reals(random, in + side * side * in);
        Arrays.fill(input, 0, in, 0f);
        float[] drawn = reals(random, geometry.weights());
        float[] bias = reals(random, out);
        x = new Slice(input, in);
        work = 2L * geometry.weights() * geometry.outPixels();

        set = KernelSet.SCALAR.kernels();
        prepare(geometry, drawn, bias);
        run();
        float[] expected = y.array;
        set = KernelSet.valueOf(kernels.toUpperCase(Locale.ROOT)).kernels();
        prepare(geometry, drawn, bias);
        run();
        Answers.compare(y.array, expected, 1e-5);
    }

    private void prepare(ConvGeometry geometry, float[] drawn, float[] bias) {
        weights = set.pack(geometry, drawn, bias);
        y = new Slice(new float[geometry.outPixels() * geometry.outChannels()], 0);
        scratch = new Slice(new float[set.scratchFloats(geometry)], 0);
    }

    private static float[] reals(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    @Benchmark
    public float[] kernel(Work counter) {
        counter.flops += work;
        return run();
    }

    private float[] run() {
        ConvGeometry g = weights.geometry();
        if (g.isDepthwise()) {
            set.depthwise(weights, Epilogue.RELU, x, 0, y, null, 0, g.outHeight(), 0, g.outChannels());
        } else if (g.isPointwise()) {
            set.pointwise(weights, Epilogue.RELU, x, y, null, 0, g.outPixels(), 0, g.outChannels());
        } else {
            set.convolution(weights, Epilogue.RELU, x, y, null, scratch, 0, g.outPixels());
        }
        return y.array;
    }
}
