package finch.bench;

import finch.engine.LoadedNetwork;
import finch.engine.PlanOptions;
import finch.engine.Plan;
import finch.engine.Runtimes;
import finch.engine.Weights;
import finch.engine.kernel.KernelSet;
import finch.space.format.References;
import finch.space.network.Network;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Time of one inference, batch 1, seeded weights. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsPrepend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class NetworkBenchmark {
    private static final double TOLERANCE = 1e-3;

    @Param({"mobilenetv3-large", "mobilenetv3-small", "mobilenetv2"})
    public String network;

    @Param({"finch", "onnxruntime"})
    public String runtime;

    @Param("1")
    public int threads;

    private LoadedNetwork loaded;
    private float[] input;
    private float[] output;

    /** Loads the network and compares its answer with scalar kernels. */
    @Setup
    public void load() {
        Network lowered = Network.of(References.resolve(network));
        Weights weights = Weights.seeded(lowered, 1);
        SplittableRandom random = new SplittableRandom();
        input = new float[lowered.input().size()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) random.nextGaussian();
        }
        output = new float[lowered.output().size()];
        loaded = Runtimes.named(runtime).load(lowered, weights, 1, threads);
        loaded.run(input, output);
        float[] expected = new float[output.length];
        try (var scalar = Plan.compile(lowered, weights, new PlanOptions(1, 1, KernelSet.SCALAR)).newInference()) {
            scalar.run(input, expected);
        }
        Answers.compare(output, expected, TOLERANCE);
    }

    @Benchmark
    public float[] inference() {
        loaded.run(input, output);
        return output;
    }

    @TearDown
    public void close() {
        loaded.close();
    }
}
