package finch.search.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import finch.accuracy.AccuracyTable;
import finch.data.DataSets;
import finch.data.Split;
import finch.data.UnusableDataException;
import finch.latency.DeviceProfile;
import finch.onnx.OnnxReader;
import finch.search.config.ConfigReader;
import finch.search.config.ShippedCatalog;
import finch.search.run.Journal;
import finch.space.format.ArchitectureFormat;
import finch.space.format.InvalidFileException;
import finch.space.format.TimmFormat;
import finch.training.ModelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@link FuzzTest} and its making have found, each as small as it gets. */
class DamagedFilesTest {
    @TempDir
    private Path folder;

    private Path file(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    private Path file(String name, String text) throws IOException {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(InvalidFileException.class).hasMessage(message);
    }

    @Test
    void a_text_that_is_not_utf8_is_named_with_its_line() throws IOException {
        Path file = file("c.yaml", new byte[] {'a', ':', '1', '\n', 'b', (byte) 0xc3, '('});

        refused(() -> ConfigReader.read(file, List.of()), file + ":2: is not text in UTF-8: the byte 0xc3 at offset 5 begins no character. Save it as UTF-8.");
    }

    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no /dev/zero")
    @Test
    void a_file_that_never_ends_is_not_read_to_its_end() {
        refused(() -> ArchitectureFormat.read(Path.of("/dev/zero")), "/dev/zero: is longer than the 64 MiB that are read of such a file");
    }

    @Test
    void an_alias_is_no_text() throws IOException {
        Path file = file("a.yaml", "format: &a finch-architecture/1\nname: *a\n");

        refused(() -> ArchitectureFormat.read(file), file + ":2: name: is an alias, *a, and aliases are not read. Write the value here.");
    }

    @Test
    void a_number_without_end_has_a_line() throws IOException {
        Path file = file("a.json", "{\"format\": \"finch-architecture/1\",\n\"resolution\": " + "9".repeat(5000) + "}");

        assertThatThrownBy(() -> ArchitectureFormat.read(file)).isInstanceOf(InvalidFileException.class).hasMessageStartingWith(file + ":2: not well-formed: Number value length")
                .hasMessageNotContaining("StreamReadConstraints");
    }

    @Test
    void ten_thousand_mistakes_are_counted_and_not_all_told() throws IOException {
        Path file = file("a.yaml", "format: finch-architecture/1\n" + "x%d: 1\n".repeat(10_000).formatted((Object[]) java.util.stream.IntStream.range(0, 10_000).boxed().toArray(Integer[]::new)));

        assertThatThrownBy(() -> ArchitectureFormat.read(file)).isInstanceOf(InvalidFileException.class).hasMessageContaining(" more mistakes")
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(11_000));
    }

    @Test
    void what_a_file_holds_does_not_reach_the_terminal() throws IOException {
        Path file = file("a.yaml", "format: \"\\u001b[31mred\\u202e" + "x".repeat(100_000) + "\"\n");

        assertThatThrownBy(() -> ArchitectureFormat.read(file)).hasMessageContaining("\"\\u001b[31mred\\u202exxx").hasMessageContaining("…").hasMessageNotContaining("\u001b");
    }

    @Test
    void channels_beyond_all_bounds_are_a_mistake_of_the_file() {
        assertThatThrownBy(() -> TimmFormat.parse("t", "arch_def = [['ir_r1_k3_s1_e2000_c2000000']]\n")).isInstanceOf(InvalidFileException.class);
    }

    private static OnnxMl.ModelProto.Builder model(int side, OnnxMl.NodeProto.Builder... nodes) {
        OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("g").addOutput(OnnxMl.ValueInfoProto.newBuilder().setName("y"));
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        for (int dim : new int[] {1, 3, side, side}) {
            shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        graph.addInput(OnnxMl.ValueInfoProto.newBuilder().setName("x").setType(OnnxMl.TypeProto.newBuilder()
                .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape))));
        for (OnnxMl.NodeProto.Builder node : nodes) {
            graph.addNode(node);
        }
        return OnnxMl.ModelProto.newBuilder().setIrVersion(8).addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(17)).setGraph(graph);
    }

    private static OnnxMl.NodeProto.Builder node(String operator, String output, String... inputs) {
        return OnnxMl.NodeProto.newBuilder().setOpType(operator).addAllInput(List.of(inputs)).addOutput(output);
    }

    @Test
    void a_graph_that_goes_round_is_refused() throws IOException {
        Path file = file("n.onnx", model(8, node("Add", "a", "x", "b"), node("Add", "b", "a", "x"), node("Relu", "y", "a")).build().toByteArray());

        assertThatThrownBy(() -> OnnxReader.read(file)).isInstanceOf(InvalidFileException.class).hasMessageContaining("reads b, which nothing before it writes");
    }

    @Test
    void a_small_graph_cannot_ask_for_a_huge_constant() throws IOException {
        OnnxMl.ModelProto.Builder model = model(8, node("ConstantOfShape", "c", "s"), node("Add", "y", "x", "c"));
        model.getGraphBuilder().addInitializer(OnnxMl.TensorProto.newBuilder().setName("s").setDataType(7).addDims(2).addInt64Data(40_000).addInt64Data(50_000));
        Path file = file("n.onnx", model.build().toByteArray());

        assertThatThrownBy(() -> OnnxReader.read(file)).isInstanceOf(InvalidFileException.class).hasMessageContaining("which is far larger than what it is made of");
    }

    @Test
    void a_network_whose_figures_overflow_is_refused() throws IOException {
        OnnxMl.ModelProto.Builder model = model(2_000_000_000, node("Conv", "a", "x", "w"), node("GlobalAveragePool", "b", "a"), node("Flatten", "y", "b"));
        model.getGraphBuilder().addInitializer(OnnxMl.TensorProto.newBuilder().setName("w").setDataType(1).addAllDims(List.of(1L, 3L, 1L, 1L)).addAllFloatData(List.of(1f, 2f, 3f)));
        Path file = file("n.onnx", model.build().toByteArray());

        refused(() -> OnnxReader.read(file), file + ": g is too large: its multiply-adds exceed 2^63");
    }

    @Test
    void a_node_without_what_it_needs_is_told_in_words() throws IOException {
        Path file = file("n.onnx", model(8, node("Conv", "y", "x")).build().toByteArray());

        assertThatThrownBy(() -> OnnxReader.read(file)).isInstanceOf(InvalidFileException.class).hasMessageNotContainingAny("java.", "Exception", "null");
    }

    @Test
    void a_model_that_ends_too_early_is_told_in_words() throws IOException {
        Path whole = folder.resolve("whole.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(whole))) {
            zip.putNextEntry(new ZipEntry("model.json"));
            zip.write(new byte[1000]);
            zip.closeEntry();
        }
        byte[] bytes = Files.readAllBytes(whole);
        for (int length = 0; length < bytes.length; length++) {
            Path cut = file("m.finch", java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> ModelFile.read(cut)).isInstanceOf(InvalidFileException.class).hasMessageStartingWith(cut.toString()).hasMessageNotContaining("null");
        }
    }

    @Test
    void a_gzip_header_alone_is_told_in_words() throws IOException {
        Path file = file("set/train-images-idx3-ubyte.gz", new byte[] {0x1f, (byte) 0x8b, 8});
        file("set/train-labels-idx1-ubyte", new byte[9]);

        assertThatThrownBy(() -> DataSets.open("set", folder, Split.DEFAULT)).isInstanceOf(UnusableDataException.class)
                .hasMessage("set/" + file.getFileName() + ": cannot be read: it ends too early");
    }

    @Test
    void classes_without_images_are_left_out_of_a_split() throws IOException {
        file("cifar/data_batch_1.bin", new byte[4 * 3073]);

        assertThat(DataSets.open("cifar", folder, Split.DEFAULT).training().size()).isEqualTo(3);
    }

    @Test
    void a_profile_with_a_price_of_null_or_a_list_is_refused_in_words() throws IOException {
        String profile = Files.readString(Path.of(System.getProperty("finch.root"), "runs/example/device-profile.json"));
        Path none = file("p.json", profile.replaceFirst("\"add.count\" : [0-9.]+", "\"add.count\" : null"));
        Path list = file("q.json", profile.replaceFirst("\"add.count\" : [0-9.]+", "\"add.count\" : []"));

        refused(() -> DeviceProfile.read(none), none + ": coefficients.add.count: has no value. Make a new profile with `finch calibrate`.");
        assertThatThrownBy(() -> DeviceProfile.read(list)).isInstanceOf(InvalidFileException.class).hasMessageContaining(
                ": a value is missing, or is of another type than it should be. Make a new profile with `finch calibrate`.");
    }

    @Test
    void a_journal_line_with_a_value_of_another_type_is_refused_in_words() throws IOException {
        String journal = Files.readString(Path.of(System.getProperty("finch.root"), "runs/example/journal.jsonl"));
        // without its checksum, which would be wrong: whoever writes a line by hand leaves that out
        String unchecked = journal.replaceAll(",\"check\":\"[0-9a-f]{8}\"", "");
        Path file = file("journal.jsonl", unchecked.replaceFirst("\"operator\":\"reference\"", "\"operator\":{}"));

        assertThatThrownBy(() -> Journal.read(file)).isInstanceOf(IllegalArgumentException.class).hasMessage(file + ":1: the journal is damaged here, so the run cannot be resumed:"
                + " a value is missing, or is of another type than it should be. Cut the file before this line to go on from there.");
    }

    @Test
    void a_text_with_a_nul_character_is_refused_in_words_since_it_may_become_a_files_name() throws IOException {
        Path config = file("nul.yaml", "schema: 1\nname: n\nspace:\n  base: \"a\\0b\"\n");

        refused(() -> ConfigReader.read(config, List.of(), new ShippedCatalog()), config + ":4: space.base: holds a NUL character, which no text here may");
    }

    @Test
    void messages_are_in_bounds_whatever_they_quote() throws IOException {
        Path table = file("wide.csv", "a,".repeat(2000) + "\u0001,".repeat(2000) + "b\nx,y\n");
        assertThatThrownBy(() -> AccuracyTable.read(table, Optional.empty())).isInstanceOf(InvalidFileException.class).satisfies(e -> assertThat(e.getMessage().length()).isLessThan(3000));
        Path blocks = file("blocks.txt", "arch_def = [['ir_r1" + "_q5".repeat(3000) + "']]\n");
        assertThatThrownBy(() -> TimmFormat.parse(blocks.toString(), Files.readString(blocks))).isInstanceOf(InvalidFileException.class)
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(10_000));
    }
}
