package finch.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.engine.LoadedNetwork;
import finch.engine.LoadedNetwork.PartTimes;
import finch.engine.Weights;
import finch.space.format.References;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class NodeProfileTest {
    private final Network network = Network.of(References.resolve("mobilenetv3-small@0.5/64"));

    private static String node(String name, int micros) {
        return "{\"cat\": \"Node\", \"name\": \"" + name + "\", \"dur\": " + micros + "}";
    }

    private static String run(int factor) {
        return node("ReorderInput_token_1_kernel_time", factor) + "," + node("stem:out_nchwc_kernel_time", 10 * factor) + "," + node("HardSigmoid_7_kernel_time", 2 * factor) + ","
                + node("Mul_8_kernel_time", 3 * factor) + "," + node("block1.depthwise_kernel_time", 20 * factor) + "," + node("block1.depthwise_fence_before", 999) + ","
                + node("head.pool:out/flat_kernel_time", factor) + ", {\"cat\": \"Session\", \"name\": \"model_run\", \"dur\": 1000}";
    }

    private PartTimes parse(String events, int warmUp) {
        return NodeProfile.parse(network, JsonMapper.shared().readTree("[{\"cat\": \"Session\", \"name\": \"session_initialization\", \"dur\": 5}," + events + "]"), warmUp);
    }

    @Test
    void nodes_of_the_runtimes_own_go_with_the_layer_before_them() {
        PartTimes times = parse(run(1), 0);

        assertThat(times.parts()).containsExactly(List.of("stem"), List.of("block1.depthwise"), List.of("head.pool"));
        // what came before the first layer is the first layer's
        assertThat(times.nanos()).isDeepEqualTo(new long[][] {{16_000, 20_000, 1_000}});
    }

    @Test
    void runs_are_told_apart_and_those_to_warm_up_passed_over() {
        assertThat(parse(run(7) + "," + run(1) + "," + run(2), 1).nanos()).isDeepEqualTo(new long[][] {{16_000, 20_000, 1_000}, {32_000, 40_000, 2_000}});
    }

    @Test
    void a_profile_of_no_run_is_refused() {
        assertThatThrownBy(() -> parse(run(1), 1)).isInstanceOf(IllegalStateException.class).hasMessageContaining("no layer, in 1 runs");
        assertThatThrownBy(() -> parse(node("x_kernel_time", 3), 0)).isInstanceOf(IllegalStateException.class).hasMessageContaining("no layer, in 0 runs");
    }

    @Test
    void the_runtime_tells_of_every_convolution_and_leaves_no_file() throws IOException {
        Set<Path> before = temporary();
        try (LoadedNetwork loaded = new OnnxRuntimeRuntime().load(network, Weights.seeded(network, 3), 1, 1)) {
            PartTimes times = loaded.partTimes(new float[network.input().size()], 3);

            assertThat(times.nanos()).hasNumberOfRows(3);
            assertThat(times.nanos()[0]).hasSameSizeAs(times.parts());
            Set<String> told = times.parts().stream().flatMap(List::stream).collect(Collectors.toSet());
            assertThat(told).hasSameSizeAs(times.parts());
            assertThat(told).containsAll(network.layers().stream().filter(Layer.Convolution.class::isInstance).map(Layer::name).toList());
            assertThat(Arrays.stream(times.nanos()[0]).sum()).isPositive();
            // the session that runs is another one, and still there
            loaded.run(new float[network.input().size()], new float[network.output().size()]);
        }
        assertThat(temporary()).isEqualTo(before);
    }

    private static Set<Path> temporary() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("finch-onnxruntime-")).collect(Collectors.toSet());
        }
    }
}
