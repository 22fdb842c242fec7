package finch.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.engine.FinchRuntime;
import finch.engine.LoadedNetwork;
import finch.space.SharedData;
import finch.space.format.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The ONNX project's own operator vectors through reader and engine: arithmetic that nobody here wrote. */
class OperatorVectorsTest {
    private static final int VECTORS = 61;

    /** What a float engine does not do, and the operator the message must name. Every other vector has to pass. */
    private static final Map<String, String> REFUSED = Map.of("test_basic_convinteger", "ConvInteger");

    @Test
    void every_float_vector_passes_and_the_listed_ones_alone_are_refused_by_name() throws IOException {
        Path root = SharedData.path("onnx-op-vectors");
        List<String> failures = new ArrayList<>();
        List<Path> cases;
        try (Stream<Path> files = Files.walk(root)) {
            cases = files.filter(f -> f.getFileName().toString().equals("model.onnx")).map(Path::getParent).sorted()
                    .toList();
        }
        for (Path folder : cases) {
            String name = folder.getFileName().toString();
            if (REFUSED.containsKey(name)) {
                assertThatThrownBy(() -> run(folder)).as(name).isInstanceOf(InvalidFileException.class)
                        .hasMessageContaining(REFUSED.get(name)).hasMessageContaining("node y")
                        .hasMessageContaining("operator set 10");
                continue;
            }
            try {
                run(folder);
            } catch (AssertionError | RuntimeException e) {
                failures.add(name + ": " + e);
            }
        }
        assertThat(failures).isEmpty();
        assertThat(cases).hasSize(VECTORS);
    }

    private static void run(Path folder) throws IOException {
        Path data = folder.resolve("test_data_set_0");
        var graphInputs = ai.onnx.proto.OnnxMl.ModelProto.parseFrom(Files.readAllBytes(folder.resolve("model.onnx")))
                .getGraph();
        List<String> open = new ArrayList<>();
        graphInputs.getInputList().forEach(input -> open.add(input.getName()));
        graphInputs.getInitializerList().forEach(tensor -> open.remove(tensor.getName()));
        Map<String, Tensor> given = new LinkedHashMap<>();
        for (int i = 0; i < open.size(); i++) {
            given.put(open.get(i), Tensor.read(data.resolve("input_" + i + ".pb")));
        }
        ReadOptions options = ReadOptions.none();
        for (String name : open.subList(1, open.size())) {
            options = options.bind(name, given.get(name));
        }
        OnnxModel model = OnnxReader.read(folder.resolve("model.onnx"), options);
        Tensor input = given.get(open.getFirst());
        Tensor expected = Tensor.read(data.resolve("output_0.pb"));
        int batch = input.size() / model.network().input().size();
        float[] output = new float[batch * model.network().output().size()];
        try (LoadedNetwork loaded = new FinchRuntime().load(model.network(), model.weights(), batch, 1)) {
            loaded.run(model.input().toEngine(input.toFloats(), batch), output);
        }
        assertThat(model.output().sizes(batch)).as("shape")
                .isEqualTo(expected.dims().stream().mapToInt(Integer::intValue).toArray());
        float[] actual = model.output().fromEngine(output, batch);
        for (int i = 0; i < actual.length; i++) {
            double wanted = expected.at(i);
            assertThat((double) actual[i]).as("element %d", i)
                    .isCloseTo(wanted, org.assertj.core.data.Offset.offset(1e-5 + 1e-5 * Math.abs(wanted)));
        }
    }
}
