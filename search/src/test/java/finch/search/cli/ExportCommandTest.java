package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl;
import finch.engine.Weights;
import finch.onnx.OnnxModel;
import finch.onnx.OnnxOptions;
import finch.onnx.OnnxReader;
import finch.onnx.OnnxWriter;
import finch.search.export.Safetensors;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.References;
import finch.space.format.TimmFormat;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
    private static final String NETWORK = "mobilenetv3-small@0.35/96";

    @TempDir
    private Path folder;

    private CommandLineRun run(String... args) {
        return CommandLineRun.of(folder, args);
    }

    @Test
    void text_formats_go_to_standard_output_and_mean_the_same_network() {
        Architecture expected = References.resolve(NETWORK).anonymous();

        assertThat(ArchitectureFormat.parse("out", run("export", NETWORK, "--format", "json").out()).anonymous()).isEqualTo(expected);
        assertThat(ArchitectureFormat.parse("out", run("export", NETWORK, "--format", "yaml").out()).anonymous()).isEqualTo(expected);
        assertThat(run("export", NETWORK, "--format", "dot").out()).startsWith("digraph").contains("block1.depthwise");
        String timm = run("export", "mobilenetv3-small", "--format", "timm").out();
        assertThat(TimmFormat.parse("out", timm).anonymous()).isEqualTo(References.resolve("mobilenetv3-small").anonymous());
    }

    @Test
    void an_architecture_comes_from_standard_input_in_both_forms() {
        String json = run("export", NETWORK, "--format", "json").out();
        String yaml = run("export", NETWORK, "--format", "yaml").out();

        assertThat(CommandLineRun.withInput(folder, yaml, "export", "-", "--format", "json").out()).isEqualTo(json);
        assertThat(CommandLineRun.withInput(folder, json, "export", "-", "--format", "yaml").out()).isEqualTo(yaml);
        for (String input : List.of("", json + json)) {
            CommandLineRun run = CommandLineRun.withInput(folder, input, "export", "-", "--format", "json");
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("finch: standard input:").contains(input.isEmpty() ? "is empty" : "a second document follows");
        }
    }

    @Test
    void an_onnx_file_says_that_it_is_untrained_and_what_it_is() throws IOException {
        CommandLineRun run = run("export", NETWORK, "--format", "onnx", "-o", "x.onnx");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("untrained");
        OnnxModel model = OnnxReader.read(folder.resolve("x.onnx"));
        assertThat(model.weights().trained()).isFalse();
        assertThat(model.architecture()).hasValue(ArchitectureFormat.toJson(References.resolve(NETWORK)));
        CommandLineRun shown = run("show", "x.onnx", "--json");
        assertThat(shown.json().getFirst().get("macs")).isEqualTo(run("show", NETWORK, "--json").json().getFirst().get("macs"));
        assertThat(run("export", "x.onnx", "--format", "yaml").out()).isEqualTo(run("export", NETWORK, "--format", "yaml").out());
    }

    @Test
    void a_graph_that_has_the_name_of_all_graphs_of_its_exporter_is_called_after_its_file() throws IOException {
        run("export", NETWORK, "--format", "onnx", "-o", "own.onnx");
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(folder.resolve("own.onnx"))).toBuilder().clearMetadataProps();
        for (String name : List.of("torch_jit", "main_graph", "tf2onnx", "")) {
            model.getGraphBuilder().setName(name);
            Files.write(folder.resolve("cats-and-dogs.onnx"), model.build().toByteArray());
            assertThat(run("show", "cats-and-dogs.onnx", "--json").json().getFirst().get("name").asString()).as(name).isEqualTo("cats-and-dogs");
        }
        model.getGraphBuilder().setName("cats");
        Files.write(folder.resolve("cats-and-dogs.onnx"), model.build().toByteArray());
        assertThat(run("show", "cats-and-dogs.onnx", "--json").json().getFirst().get("name").asString()).isEqualTo("cats");
    }

    @Test
    void weights_travel_from_a_folded_file_into_an_unfolded_one() throws IOException {
        run("export", NETWORK, "--format", "onnx", "-o", "folded.onnx", "--weight-seed", "5");

        CommandLineRun run = run("export", NETWORK, "--format", "onnx", "--weights", "folded.onnx", "--keep-batch-norm", "-o", "unfolded.onnx");

        assertThat(run.code()).as(run.err()).isZero();
        OnnxModel folded = OnnxReader.read(folder.resolve("folded.onnx"));
        OnnxModel unfolded = OnnxReader.read(folder.resolve("unfolded.onnx"));
        assertThat(unfolded.network().params()).isGreaterThan(folded.network().params());
        assertThat(unfolded.weights().of(unfolded.network().layers().getFirst()).kernel())
                .isEqualTo(folded.weights().of(folded.network().layers().getFirst()).kernel());
    }

    @Test
    void an_untrained_onnx_file_keeps_its_weights() {
        run("export", NETWORK, "--format", "onnx", "-o", "five.onnx", "--weight-seed", "5");
        CommandLineRun again = run("export", "five.onnx", "--format", "onnx", "-o", "again.onnx");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.err()).contains("wrote again.onnx, untrained: so are the weights of five.onnx");
        run("export", NETWORK, "--format", "onnx", "-o", "given.onnx", "--weights", "five.onnx");
        assertThat(folder.resolve("again.onnx")).hasSameBinaryContentAs(folder.resolve("given.onnx"));
    }

    @Test
    void weights_of_another_network_are_refused() throws IOException {
        run("export", "mobilenetv3-small@0.5/96", "--format", "onnx", "-o", "other.onnx");

        CommandLineRun run = run("export", NETWORK, "--format", "onnx", "--weights", "other.onnx", "-o", "y.onnx");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("other.onnx").doesNotContain("\tat ");
        assertThat(folder.resolve("y.onnx")).doesNotExist();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void weights_with_another_activation_are_refused() throws IOException {
        String yaml = run("export", NETWORK, "--format", "yaml").out();
        Files.writeString(folder.resolve("relu.yaml"), yaml.replace("hard-swish", "relu"));
        run("export", "relu.yaml", "--format", "onnx", "-o", "relu.onnx");

        CommandLineRun run = run("export", NETWORK, "--format", "onnx", "--weights", "relu.onnx", "-o", "y.onnx");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("computes something else");
    }

    @Test
    void sources_are_written_with_their_weights_beside_them() throws IOException {
        CommandLineRun torch = run("export", NETWORK, "--format", "pytorch", "-o", "small.py", "--weight-seed", "4");
        assertThat(torch.code()).as(torch.err()).isZero();
        assertThat(torch.err()).contains("untrained");
        assertThat(Files.readString(folder.resolve("small.py"))).contains("import small").contains("untrained").contains("eps=0.001");
        assertThat(folder.resolve("small.safetensors")).isNotEmptyFile();
        assertThat(run("export", NETWORK, "--format", "keras", "-o", "keras_small.py").code()).isZero();
        assertThat(run("export", NETWORK, "--format", "java").out()).contains("public final class Mobilenetv3_small_0_35_96 ");
        assertThat(run("export", NETWORK, "--format", "svg").out()).startsWith("<svg").endsWith("</svg>\n");
    }

    /** The file's batch normalisations are folded, PyTorch's are not: scale and shift of each channel must be the same. */
    @Test
    void weights_of_an_onnx_file_go_into_pytorch_s_too() throws IOException {
        run("export", NETWORK, "--format", "onnx", "-o", "folded.onnx", "--weight-seed", "5");
        CommandLineRun run = run("export", NETWORK, "--format", "pytorch", "--weights", "folded.onnx", "-o", "small.py");
        assertThat(run.code()).as(run.err()).isZero();

        Map<String, float[]> tensors = Safetensors.read(folder.resolve("small.safetensors"));
        Matcher epsilon = Pattern.compile("eps=([0-9.eE-]+)").matcher(Files.readString(folder.resolve("small.py")));
        assertThat(epsilon.find()).isTrue();
        OnnxModel onnx = OnnxReader.read(folder.resolve("folded.onnx"));
        List<Layer> written = weighted(Network.of(References.resolve(NETWORK)));
        List<Layer> read = weighted(onnx.network());
        assertThat(written).hasSameSizeAs(read).hasSizeGreaterThan(30);
        for (int i = 0; i < written.size(); i++) {
            same(written.get(i), onnx.weights().of(read.get(i)), tensors, Double.parseDouble(epsilon.group(1)));
        }
    }

    private static List<Layer> weighted(Network network) {
        return network.layers().stream().filter(layer -> layer instanceof Layer.Convolution || layer instanceof Layer.Dense).toList();
    }

    private static void same(Layer layer, Weights.Parameters onnx, Map<String, float[]> tensors, double epsilon) {
        boolean normalised = layer.batchNormChannels() > 0;
        float[] kernel = tensors.get(layer.name() + (normalised ? ".conv.weight" : ".weight"));
        int outs = layer.output().channels();
        int taps = layer instanceof Layer.Convolution c ? c.window().kernel().area() : 1;
        int ins = kernel.length / outs / taps;
        double[] scales = new double[outs];
        double[] shifts = new double[outs];
        for (int o = 0; o < outs; o++) {
            scales[o] = normalised ? tensors.get(layer.name() + ".norm.weight")[o] / Math.sqrt(tensors.get(layer.name() + ".norm.running_var")[o] + epsilon) : 1;
            shifts[o] = normalised ? tensors.get(layer.name() + ".norm.bias")[o] - scales[o] * tensors.get(layer.name() + ".norm.running_mean")[o]
                    : tensors.get(layer.name() + ".bias")[o];
            for (int t = 0; t < taps; t++) {
                for (int in = 0; in < ins; in++) {
                    double expected = onnx.kernel()[(o * taps + t) * ins + in];
                    assertThat(scales[o] * kernel[(o * ins + in) * taps + t]).as(layer.name()).isCloseTo(expected, within(1e-6 * Math.abs(expected)));
                }
            }
            assertThat(shifts[o]).as(layer.name()).isCloseTo(onnx.bias()[o], within(1e-6));
        }
    }

    @Test
    void the_weights_of_another_network_do_not_go_into_pytorch_s() {
        run("export", NETWORK, "--format", "onnx", "-o", "folded.onnx", "--weight-seed", "5");
        assertThat(run("export", "mobilenetv3-small@0.5/96", "--format", "pytorch", "--weights", "folded.onnx", "-o", "other.py").code()).isEqualTo(2);
        assertThat(folder.resolve("other.py")).doesNotExist();
        assertThat(folder.resolve("other.safetensors")).doesNotExist();
    }

    @Test
    void weights_that_compute_no_number_are_refused() throws IOException {
        Architecture architecture = References.resolve(NETWORK);
        Network network = Network.of(architecture);
        Map<String, Weights.Parameters> broken = new LinkedHashMap<>(Weights.seeded(network, 5).byLayer());
        Weights.Parameters classifier = broken.get("classifier");
        float[] huge = new float[classifier.kernel().length];
        Arrays.fill(huge, Float.MAX_VALUE);
        // numbers, so that a file may hold them; what is computed with them is infinite
        broken.put("classifier", new Weights.Parameters(huge, classifier.bias(), null));
        Files.write(folder.resolve("broken.onnx"), OnnxWriter.toBytes(network, new Weights(broken, true), OnnxOptions.folded()));

        for (String format : List.of("onnx", "pytorch")) {
            CommandLineRun run = run("export", NETWORK, "--format", format, "--weights", "broken.onnx", "-o", format.equals("onnx") ? "y.onnx" : "y.py");
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("broken.onnx").contains("no number").doesNotContain("\tat ");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void weights_need_a_file_to_go_to() {
        run("export", NETWORK, "--format", "onnx", "-o", "folded.onnx");
        CommandLineRun run = run("export", NETWORK, "--format", "pytorch", "--weights", "folded.onnx");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--weights needs -o");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void a_network_that_is_called_like_something_in_its_source_gets_a_name_that_is_not() throws IOException {
        String yaml = run("export", NETWORK, "--format", "yaml").out();
        for (String name : List.of("network", "json", "class")) {
            Files.writeString(folder.resolve("net.yaml"), yaml.replaceFirst("(?m)^name: .*$", "name: " + name));
            assertThat(run("export", "net.yaml", "--format", "java").out()).as(name).contains(name.equals("json") ? "public final class Json "
                    : name.equals("class") ? "public final class Class " : "public final class Network_Network ");
            assertThat(run("export", "net.yaml", "--format", "pytorch").out()).as(name).contains("import " + (name.equals("network") ? "" : "network_") + name + "\n");
        }
        assertThat(run("export", NETWORK, "--format", "java", "-o", "Weights.java").err()).contains("Weights cannot be the name of a class").contains("MyNetwork.java");
        assertThat(run("export", NETWORK, "--format", "pytorch", "-o", "torch.py").err()).contains("torch cannot be the name of a module").contains("my_network.py");
        assertThat(folder.resolve("torch.py")).doesNotExist();
        assertThat(folder.resolve("torch.safetensors")).doesNotExist();
    }

    @Test
    void a_source_needs_a_name_that_its_language_takes() {
        assertThat(run("export", NETWORK, "--format", "pytorch", "-o", "my-net.py").err()).contains("my-net").contains("letters");
        assertThat(run("export", NETWORK, "--format", "java", "-o", "Net.txt").err()).contains("*.java");
        assertThat(run("export", NETWORK, "--format", "keras", "--weights", "x.onnx").err()).contains("onnx or pytorch");
    }

    @Test
    void options_that_would_do_nothing_are_refused() {
        for (String format : List.of("yaml", "keras", "pytorch")) {
            CommandLineRun kept = run("export", NETWORK, "--format", format, "--keep-batch-norm");
            assertThat(kept.code()).isEqualTo(2);
            assertThat(kept.err()).contains("--keep-batch-norm goes with --format onnx");
        }
        assertThat(run("export", NETWORK, "--format", "yaml", "--weight-seed", "3").err()).contains("--weight-seed goes with --format onnx or pytorch; yaml holds no weights");
        assertThat(run("export", NETWORK, "--format", "pytorch", "--weight-seed", "3").err()).contains("--weight-seed needs -o FILE");
        assertThat(run("export", NETWORK, "--format", "onnx", "-o", "x.onnx", "--weight-seed", "-1").err()).contains("--weight-seed must be a whole number of at least 0, not -1");
        assertThat(folder.resolve("x.onnx")).doesNotExist();
    }

    @Test
    void wrong_usage_says_the_way_out() throws IOException {
        assertThat(run("export", NETWORK, "--format", "onnx").err()).contains("-o FILE");
        assertThat(run("export", NETWORK, "--format", "onnx", "-o", "no/such/x.onnx").err()).contains("there is no folder");
        assertThat(run("export", NETWORK, "--format", "json", "--weights", "x.onnx").code()).isEqualTo(2);
        assertThat(run("export", NETWORK, "--format", "onxx").err()).contains("onnx");
        Files.writeString(folder.resolve("broken.onnx"), "nonsense");
        assertThat(run("show", "broken.onnx").code()).isEqualTo(2);
        assertThat(run("show", "broken.onnx").err()).contains("not an ONNX file");
    }

    @Test
    void a_link_is_followed_and_one_into_no_folder_is_told() throws IOException {
        Files.writeString(folder.resolve("target.json"), "old");
        Files.createSymbolicLink(folder.resolve("link.json"), Path.of("target.json"));
        Files.createSymbolicLink(folder.resolve("nowhere.json"), Path.of("no/such/x.json"));
        Files.createSymbolicLink(folder.resolve("circle.json"), Path.of("circle.json"));
        Files.createSymbolicLink(folder.resolve("folder.json"), Path.of("."));

        assertThat(run("export", NETWORK, "--format", "json", "-o", "link.json").code()).isZero();

        assertThat(folder.resolve("link.json")).isSymbolicLink();
        assertThat(ArchitectureFormat.parse("target", Files.readString(folder.resolve("target.json"))).anonymous()).isEqualTo(References.resolve(NETWORK).anonymous());
        assertThat(run("export", NETWORK, "--format", "json", "-o", "nowhere.json").err()).contains("there is no folder");
        assertThat(run("export", NETWORK, "--format", "json", "-o", "circle.json").err()).contains("circles");
        assertThat(run("export", NETWORK, "--format", "json", "-o", "folder.json").err()).contains("it is a folder");
    }

    @Test
    void a_network_that_is_too_large_for_onnx_is_refused_before_its_weights_are_made() {
        CommandLineRun run = run("export", "mobilenetv2@16/16384", "--format", "onnx", "-o", "b.onnx");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("mobilenetv2@16/16384 is too large for ONNX", "more than the 2 GB that an ONNX file holds");
        assertThat(folder.resolve("b.onnx")).doesNotExist();
    }

    /** It is read back before the pipe gets it. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no mkfifo")
    @Timeout(120)
    void an_onnx_file_goes_through_a_named_pipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor()).isZero();
        Process reader = new ProcessBuilder("cat", pipe.toString()).redirectOutput(folder.resolve("read.onnx").toFile()).start();

        CommandLineRun run = run("export", NETWORK, "--format", "onnx", "-o", "pipe");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(reader.waitFor()).isZero();
        assertThat(OnnxReader.read(folder.resolve("read.onnx")).architecture()).hasValue(ArchitectureFormat.toJson(References.resolve(NETWORK)));
    }
}
