package finch.bench;

import finch.engine.LoadedNetwork;
import finch.engine.Weights;
import finch.space.network.Network;
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

/**
 * Time of one run of a whole network with seeded weights: vector kernels, scalar ones and ONNX Runtime, each in a fork of its
 * own. {@link Peers} compares more closely.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsPrepend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class NetworkBenchmark {
    private static final double TOLERANCE = 1e-3;

    @Param({"mobilenetv1", "mobilenetv2", "mobilenetv3-large", "mobilenetv3-small", "mobilenetv3-large-minimalistic", "mnasnet-a1",
            "efficientnet-b0"})
    public String network;

    @Param({"finch", "finch-scalar", "onnxruntime"})
    public String runtime;

    @Param("1")
    public int threads;

    /** Images per run; a run's time is that of all of them. */
    @Param("1")
    public int batch;

    private LoadedNetwork loaded;
    private Runnable bound;
    private float[] input;
    private float[] output;

    /** Loads the network and compares its answer with scalar kernels. */
    @Setup
    public void load() {
        Network lowered = BenchmarkNetworks.lowered(network);
        Weights weights = Weights.seeded(lowered, 1);
        input = BenchmarkNetworks.images(lowered, batch);
        output = new float[batch * lowered.output().size()];
        loaded = PeerProcess.runtime(runtime).load(lowered, weights, batch, threads);
        bound = loaded.bind(input, output);
        bound.run();
        Answers.compare(output, Answers.scalar(lowered, batch, input), TOLERANCE);
    }

    @Benchmark
    public float[] inference() {
        bound.run();
        return output;
    }

    @TearDown
    public void close() {
        loaded.close();
    }
}
