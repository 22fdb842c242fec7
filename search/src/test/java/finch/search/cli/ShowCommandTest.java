package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl;
import finch.engine.Weights;
import finch.onnx.OnnxOptions;
import finch.onnx.OnnxWriter;
import finch.space.format.ArchitectureFormat;
import finch.space.format.References;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ShowCommandTest {
    @TempDir
    private Path folder;

    private CommandLineRun run(String... args) {
        return CommandLineRun.of(folder, args);
    }

    @Test
    void json_has_the_agreed_keys_and_exact_figures() {
        CommandLineRun run = run("show", "mobilenetv3-large", "--json");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        JsonNode answer = run.json().getFirst();
        assertThat(answer.propertyNames()).startsWith("name", "resolution", "params", "macs", "weightBytes", "peakActivationBytes")
                .contains("layers");
        assertThat(answer.get("name").asString()).isEqualTo("mobilenetv3-large");
        assertThat(answer.get("resolution").asInt()).isEqualTo(224);
        assertThat(answer.get("params").asLong()).isEqualTo(5_483_032);
        assertThat(answer.get("macs").asLong()).isEqualTo(216_589_760);
        assertThat(answer.get("weightBytes").asLong()).isEqualTo(4 * 5_483_032);
        JsonNode stem = answer.get("layers").get(0);
        assertThat(stem.propertyNames()).containsExactly("name", "op", "input", "output", "kernel", "stride", "params", "macs");
        assertThat(stem.toString()).isEqualTo("{\"name\":\"stem\",\"op\":\"conv\",\"input\":[224,224,3],\"output\":[112,112,16],"
                + "\"kernel\":3,\"stride\":2,\"params\":464,\"macs\":5419008}");
    }

    @Test
    void an_onnx_file_of_free_height_and_width_is_read_at_the_resolution_given() throws IOException {
        Network network = Network.of(References.resolve("mobilenetv3-small@0.5/64"));
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(OnnxWriter.toBytes(network, Weights.seeded(network, 1), OnnxOptions.folded()))
                .toBuilder();
        for (int dimension = 2; dimension < 4; dimension++) {
            model.getGraphBuilder().getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().getShapeBuilder()
                    .getDimBuilder(dimension).setDimParam("side" + dimension);
        }
        Files.write(folder.resolve("free.onnx"), model.build().toByteArray());

        JsonNode wide = run("show", "free.onnx", "--json", "--resolution", "64x96").json().getFirst();
        JsonNode square = run("show", "free.onnx", "--json", "--resolution", "64").json().getFirst();

        assertThat(wide.get("resolution").toString()).isEqualTo("[64,96]");
        assertThat(square.get("macs").asLong()).isEqualTo(network.macs());
        CommandLineRun open = run("show", "free.onnx");
        assertThat(open.code()).isNotZero();
        assertThat(open.err()).contains("height or width open").contains("--resolution");
        assertThat(run("show", "free.onnx", "--resolution", "big").err()).contains("--resolution must be");
        assertThat(run("show", "mobilenetv2", "--resolution", "64").err()).contains("NAME@WIDTH/RESOLUTION");
    }

    @Test
    void a_folder_or_file_of_a_references_name_does_not_hide_the_reference() throws IOException {
        Files.createDirectory(folder.resolve("mobilenetv3-small"));
        Files.writeString(folder.resolve("mobilenetv2@0.5"), "");
        Files.createDirectory(folder.resolve("mine"));

        assertThat(run("show", "mobilenetv3-small").out()).contains("2,542,856");
        assertThat(run("show", "mobilenetv2@0.5").code()).isZero();
        assertThat(run("show", "mine").err()).contains("mine: not a kind of file that Finch reads");
    }

    @Test
    void an_empty_standard_input_and_lines_that_are_no_text_are_told() {
        CommandLineRun empty = CommandLineRun.withInput(folder, " \n\r\n", "show", "-", "--json");
        assertThat(empty.code()).isEqualTo(2);
        assertThat(empty.err()).startsWith("finch: standard input is empty");

        String good = ArchitectureFormat.toJson(References.resolve("mobilenetv2@0.5/96"));
        byte[] lines = (good + "\r\n" + good.replace("mobilenetv2", "mobile?netv2") + "\r\r" + good).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < lines.length; i++) {
            lines[i] = lines[i] == '?' ? (byte) 0xff : lines[i];
        }
        CommandLineRun run = CommandLineRun.withBytes(folder, lines, "show", "-", "--json");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.json()).hasSize(3);
        assertThat(run.json().get(1).get("name").asString()).isEqualTo("line 2");
        assertThat(run.json().get(1).get("error").asString()).contains("standard input:2: is not text in UTF-8: the byte 0xff");
        assertThat(run.json().get(2)).isEqualTo(run.json().get(0));
    }

    @Test
    void the_layers_add_up_to_the_totals() {
        JsonNode answer = run("show", "mobilenetv2@0.5/160", "--json").json().getFirst();

        long params = 0;
        long macs = 0;
        for (JsonNode layer : answer.get("layers")) {
            params += layer.get("params").asLong();
            macs += layer.get("macs").asLong();
        }
        assertThat(params).isEqualTo(answer.get("params").asLong());
        assertThat(macs).isEqualTo(answer.get("macs").asLong());
    }

    @Test
    void several_architectures_are_answered_in_the_order_given() {
        CommandLineRun run = run("show", "mobilenetv2", "mobilenetv1", "mobilenetv2@0.5", "--json");

        assertThat(run.json()).extracting(node -> node.get("name").asString()).containsExactly("mobilenetv2", "mobilenetv1", "mobilenetv2@0.5");
    }

    @Test
    void the_table_ends_with_totals_and_aligned_columns() {
        CommandLineRun run = run("show", "mobilenetv3-small");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("2,542,856").contains("multiply-adds").contains("peak activations");
        int width = run.out().lines().filter(line -> line.startsWith("stem")).findFirst().orElseThrow().length();
        assertThat(run.out().lines().filter(line -> line.startsWith("total"))).singleElement().asString().hasSize(width);
    }

    @Test
    void files_of_both_forms_and_standard_input_mean_the_same() throws IOException {
        var architecture = References.resolve("mobilenetv3-small");
        Files.writeString(folder.resolve("a.yaml"), ArchitectureFormat.toYaml(architecture));
        Files.writeString(folder.resolve("b.json"), ArchitectureFormat.toJson(architecture));
        String expected = run("show", "mobilenetv3-small", "--json").out();

        assertThat(run("show", "a.yaml", "--json").out()).isEqualTo(expected);
        assertThat(run("show", "b.json", "--json").out()).isEqualTo(expected);
        assertThat(CommandLineRun.withInput(folder, ArchitectureFormat.toJson(architecture) + "\n", "show", "-", "--json").out()).isEqualTo(expected);
    }

    @Test
    void a_bad_line_on_standard_input_is_answered_in_place_and_fails_the_whole() {
        String good = ArchitectureFormat.toJson(References.resolve("mobilenetv1"));
        String input = good + "\n\n{\"name\": \"broken\", \"format\": \"finch-architecture/1\"}\nnot json {\n" + good + "\n";

        CommandLineRun run = CommandLineRun.withInput(folder, input, "show", "-", "--json");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.json()).hasSize(4);
        assertThat(run.json().get(0).has("error")).isFalse();
        assertThat(run.json().get(1).propertyNames()).containsExactly("name", "error");
        assertThat(run.json().get(1).get("name").asString()).isEqualTo("broken");
        assertThat(run.json().get(1).get("error").asString()).contains("standard input:3: stem: is missing");
        assertThat(run.json().get(2).get("error").asString()).contains("standard input:4");
        assertThat(run.json().get(3).get("params").asLong()).isEqualTo(4_231_976);
    }

    @Test
    void every_line_of_an_error_on_standard_input_says_who_speaks() {
        CommandLineRun run = CommandLineRun.withInput(folder, "{\"name\": \"bro\\u001bken\", \"format\": \"finch-architecture/1\"}\n", "show", "-");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSizeGreaterThan(1).allMatch(line -> line.startsWith("finch: ")).first().asString().startsWith("finch: bro\\u001bken: standard input:1: ");
    }

    @Test
    void a_name_does_not_write_to_the_terminal() throws IOException {
        Files.writeString(folder.resolve("x.json"), ArchitectureFormat.toJson(References.resolve("mobilenetv1").named("a\u001b[2Jb")));

        assertThat(run("show", "x.json").out()).startsWith("a\\u001b[2Jb\n").doesNotContain("\u001b");
        assertThat(run("estimate", "x.json").out()).contains("a\\u001b[2Jb ").doesNotContain("\u001b");
        assertThat(run("export", "x.json", "--format", "dot").out()).startsWith("digraph \"a\\\\u001b[2Jb\" {").doesNotContain("\u001b");
        assertThat(run("show", "x.json", "--json").json().getFirst().get("name").asString()).isEqualTo("a\u001b[2Jb");
    }

    @Test
    void an_unknown_name_is_refused_with_the_nearest_one() {
        CommandLineRun run = run("show", "mobilenetv3-larg");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("finch: ").contains("mobilenetv3-larg").contains("Maybe you meant mobilenetv3-large").doesNotContain("\tat ");
    }

    @Test
    void all_mistakes_of_a_file_are_told_with_their_lines() throws IOException {
        Files.writeString(folder.resolve("bad.yaml"), """
                format: finch-architecture/1
                stem: { out: 16, kernel: 4, stride: 2, activation: hard-swish }
                blocks:
                  - { type: inverted-residul, kernel: 3, expanded: 16, out: 16, stride: 1 }
                head: { hidden: 1024, activation: hard-swish }
                classs: 10
                """);

        CommandLineRun run = run("show", "bad.yaml");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("bad.yaml:4: ").contains("inverted-residul").contains("bad.yaml:6: ").contains("Maybe you meant classes")
                .doesNotContain("\tat ");
    }

    @Test
    void a_resolution_too_small_for_the_network_is_no_defect() throws IOException {
        Files.writeString(folder.resolve("huge.yaml"), """
                format: finch-architecture/1
                name: tiny
                resolution: 8
                stem: { out: 16, kernel: 3, stride: 2, activation: relu }
                blocks:
                  - { type: conv, kernel: 7, out: 16, stride: 2, activation: relu }
                head: { activation: relu }
                """);

        assertThat(run("show", "huge.yaml").err()).doesNotContain("should not happen");
    }

    @Test
    void a_missing_file_is_wrong_usage() {
        assertThat(run("show", "nowhere.yaml").code()).isEqualTo(2);
        assertThat(run("show", "nowhere.yaml").err()).contains("nowhere.yaml").contains("no such file");
    }

    @Test
    void a_stack_trace_comes_only_when_asked_for() {
        assertThat(run("show", "nowhere.yaml").err()).doesNotContain("\tat ");
        assertThat(run("--stacktrace", "show", "nowhere.yaml").err()).contains("\tat finch.");
        assertThat(run("show", "nowhere.yaml", "--stacktrace").err()).contains("\tat finch.");
    }

    @Test
    void costs_that_cannot_be_counted_are_told_instead_of_shown() throws IOException {
        String block = "{ type: conv, kernel: 255, out: 1000000 }";
        Files.writeString(folder.resolve("huge.yaml"), "format: finch-architecture/1\nname: huge\nresolution: 16384\nstem: { out: 16 }\nblocks: [ " + block + ", " + block + " ]\n");

        CommandLineRun run = run("show", "huge.yaml", "--json");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("huge.yaml:3: resolution: huge is too large: its multiply-adds exceed 2^63");
        assertThat(run("show", "mobilenetv2@/16384", "--json").code()).as("large, but it can be counted").isZero();
    }
}
