package finch.bench;

import finch.latency.DeviceProfile;
import finch.latency.LatencyModel;
import finch.space.SearchSpace;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What a latency estimate costs, per lowered network of the space that searches begin with. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 3, jvmArgsPrepend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LatencyEstimateBenchmark {
    private static final int NETWORKS = 1000;

    /** A file that {@code finch calibrate} wrote. */
    @Param("")
    public String profile;

    private LatencyModel model;
    private Network[] networks;

    /** Draws the networks. @throws IllegalArgumentException without a profile */
    @Setup
    public void draw() throws IOException {
        if (profile.isEmpty()) {
            throw new IllegalArgumentException("which model is to estimate? Give -p profile=FILE, which finch calibrate -o FILE writes.");
        }
        model = DeviceProfile.read(Path.of(profile)).model();
        SearchSpace space = SpaceFormat.named("mobilenetv3");
        SplittableRandom random = new SplittableRandom(1);
        networks = random.ints(NETWORKS).mapToObj(seed -> Network.of(space.decode(space.random(new SplittableRandom(seed))))).toArray(Network[]::new);
    }

    /** Of networks that are lowered already. */
    @Benchmark
    @OperationsPerInvocation(NETWORKS)
    public void estimate(Blackhole hole) {
        for (Network network : networks) {
            hole.consume(model.estimate(network));
        }
    }
}
