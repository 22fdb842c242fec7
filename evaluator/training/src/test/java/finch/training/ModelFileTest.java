package finch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.data.Normalisation;
import finch.engine.Weights;
import finch.engine.gradient.Parameters;
import finch.space.format.InvalidFileException;
import finch.space.network.Network;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
    @TempDir
    private Path folder;

    /** With statistics and shifts that are not those of a start, so that a mixed-up tensor shows. */
    private static TrainedModel model() {
        Parameters parameters = Parameters.initial(Network.of(Bars.network()), 3);
        SplittableRandom random = new SplittableRandom(5);
        parameters.all().forEach(p -> {
            for (int i = 0; i < p.values().length; i++) {
                p.values()[i] = (float) random.nextDouble(0.1, 2);
            }
        });
        return new TrainedModel(Bars.network(), parameters.weights(), List.of("lying", "standing", "Kreuz, schräg"), Normalisation.of(1, 0.3, 0.25),
                Map.of("seed", 7L, "curve", List.of(Map.of("epoch", 1L, "loss", 0.5))));
    }

    @Test
    void what_is_read_is_what_was_written_to_the_bit_and_the_bytes_are_always_the_same() throws IOException {
        Path file = folder.resolve("a.finch");
        ModelFile.write(file, model());
        TrainedModel back = ModelFile.read(file);
        assertThat(back).usingRecursiveComparison().ignoringFields("provenance").isEqualTo(model());
        assertThat(back.provenance()).isEqualTo(model().provenance());
        back.weights().byLayer().forEach((layer, p) -> assertThat(p.kernel()).as(layer).containsExactly(model().weights().byLayer().get(layer).kernel()));
        assertThat(back.weights().byLayer().get("stem").batchNorm().epsilon()).isEqualTo(model().weights().byLayer().get("stem").batchNorm().epsilon()).isPositive();
        ModelFile.write(folder.resolve("b.finch"), back);
        assertThat(folder.resolve("b.finch")).hasSameBinaryContentAs(file);
    }

    @Test
    void other_programs_read_it_with_a_zip_and_a_json_library() throws IOException {
        Path file = folder.resolve("a.finch");
        ModelFile.write(file, model());
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName)).containsExactly("model.json", "weights.bin");
            byte[] weights = zip.getInputStream(zip.getEntry("weights.bin")).readAllBytes();
            float first = java.nio.ByteBuffer.wrap(weights).order(java.nio.ByteOrder.LITTLE_ENDIAN).getFloat();
            assertThat(first).isEqualTo(model().weights().byLayer().get("stem").kernel()[0]);
            assertThat(new String(zip.getInputStream(zip.getEntry("model.json")).readAllBytes(), StandardCharsets.UTF_8)).startsWith("{").contains("\"finch-model/1\"",
                    "\"stem.kernel\"", "Kreuz, schräg");
        }
    }

    @Test
    void a_cut_file_is_refused_wherever_it_is_cut() throws IOException {
        Path file = folder.resolve("a.finch");
        ModelFile.write(file, model());
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += length < 200 || length > whole.length - 100 ? 1 : 211) {
            Path cut = Files.write(folder.resolve("cut.finch"), Arrays.copyOf(whole, length));
            assertRefused(cut, "cut to " + length);
        }
    }

    /** What a flip leaves readable must be the same model: it hit a date, or the directory that nobody needs. */
    @Test
    void a_flipped_bit_is_noticed_or_changes_nothing() throws IOException {
        Path file = folder.resolve("a.finch");
        ModelFile.write(file, model());
        byte[] whole = Files.readAllBytes(file);
        int noticed = 0;
        int flips = 0;
        for (int at = 0; at < whole.length; at += at < 100 || at > whole.length - 200 ? 1 : 149) {
            byte[] bytes = whole.clone();
            bytes[at] ^= (byte) (1 << at % 8);
            Path flipped = Files.write(folder.resolve("flipped.finch"), bytes);
            flips++;
            TrainedModel read;
            try {
                read = ModelFile.read(flipped);
            } catch (InvalidFileException e) {
                assertThat(e.getMessage()).contains("flipped.finch").doesNotContain("null");
                noticed++;
                continue;
            }
            ModelFile.write(folder.resolve("read.finch"), read);
            assertThat(Files.readAllBytes(folder.resolve("read.finch"))).as("flip at %d", at).isEqualTo(whole);
        }
        assertThat(noticed).isGreaterThan(flips / 2);
    }

    private static void assertRefused(Path file, String as) {
        assertThatThrownBy(() -> ModelFile.read(file)).as(as).isInstanceOf(InvalidFileException.class).hasMessageContaining(file.getFileName().toString())
                .extracting(Throwable::getMessage).asString().doesNotContain("null").hasLineCount(1);
    }

    private Path zip(String name, Map<String, byte[]> entries, boolean compressed) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> part : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(part.getKey());
                CRC32 crc = new CRC32();
                crc.update(part.getValue());
                entry.setMethod(compressed ? ZipEntry.DEFLATED : ZipEntry.STORED);
                entry.setSize(part.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(part.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    private Map<String, byte[]> parts() throws IOException {
        Path file = folder.resolve("good.finch");
        ModelFile.write(file, model());
        Map<String, byte[]> parts = new java.util.LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                parts.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return parts;
    }

    private Path withJson(String name, String find, String replacement) throws IOException {
        Map<String, byte[]> parts = parts();
        String json = new String(parts.get("model.json"), StandardCharsets.UTF_8);
        assertThat(json).containsPattern(find);
        parts.put("model.json", json.replaceFirst(find, replacement).getBytes(StandardCharsets.UTF_8));
        return zip(name, parts, false);
    }

    @Test
    void hostile_files_get_one_message_each() throws IOException {
        assertThat(ModelFile.read(zip("again.finch", parts(), false)).labels()).as("a file that another program packed").isEqualTo(model().labels());
        assertMessage(zip("out.finch", Map.of("../../model.json", new byte[10]), false), "it has an entry \"../../model.json\"");
        Map<String, byte[]> more = parts();
        more.put("../evil", new byte[] {1});
        assertMessage(zip("more.finch", more, false), "holds more than model.json and weights.bin");
        assertMessage(zip("bomb.finch", parts(), true), "is compressed");
        assertMessage(Files.writeString(folder.resolve("text.finch"), "I am a model"), "is no model of Finch");
        assertMessage(withJson("future.finch", "finch-model/1", "finch-model/9"), "is of finch-model/9, which a newer Finch wrote; this one reads finch-model/1");
        assertMessage(withJson("unknown.finch", "\"labels\"", "\"run\" : \"rm\", \"labels\""), "unknown key");
        assertMessage(withJson("shape.finch", "\"shape\" : \\[ 8,", "\"shape\" : [ 9,"), "where the architecture has stem.kernel [8, 3, 3, 1]");
        assertMessage(withJson("wide.finch", "\"out\" : 8", "\"out\" : 900000"), "where the architecture has");
        assertMessage(withJson("claim.finch", "\"bytes\" : \\d+", "\"bytes\" : 4000000000000"), "it claims 4000000000000");
        assertMessage(withJson("sum.finch", "\"sha256\" : \"..", "\"sha256\" : \"zz"), "another checksum");
        assertMessage(withJson("labels.finch", "\"lying\", ", ""), "there are 2 labels");
        assertMessage(withJson("mean.finch", "\"mean\" : \\[ 0.3", "\"mean\" : [ 0.3, 0.3"), "and 1");
        Map<String, byte[]> deep = parts();
        deep.put("model.json", "{\"a\":".repeat(5000).getBytes(StandardCharsets.UTF_8));
        assertMessage(zip("deep.finch", deep, false), "nested deeper");
        Map<String, byte[]> longer = parts();
        longer.put("weights.bin", Arrays.copyOf(longer.get("weights.bin"), longer.get("weights.bin").length + 4));
        assertMessage(zip("longer.finch", longer, false), "goes on after its last tensor");
    }

    private static void assertMessage(Path file, String part) {
        assertRefused(file, file.toString());
        assertThatThrownBy(() -> ModelFile.read(file)).hasMessageContaining(part);
    }

    @Test
    void weights_that_are_no_numbers_are_neither_made_nor_read() {
        Parameters parameters = Parameters.initial(Network.of(Bars.network()), 3);
        parameters.all().getFirst().values()[2] = Float.NaN;
        Weights weights = parameters.weights();
        assertThatThrownBy(() -> new TrainedModel(Bars.network(), weights, List.of("a", "b", "c"), Normalisation.of(1, 0, 1), Map.of()))
                .hasMessageContaining("layer stem: entry 2 of its weights is NaN");
    }

    @Test
    void a_file_that_cannot_be_written_leaves_nothing() throws IOException {
        assertThatThrownBy(() -> ModelFile.write(folder.resolve("nowhere/a.finch"), model())).isInstanceOf(IOException.class);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
