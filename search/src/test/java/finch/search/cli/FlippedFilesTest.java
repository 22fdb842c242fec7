package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One bit of a file is flipped: the command works, or is refused in words that name the file. Files that carry a checksum never give another answer; what an ONNX file or a
 * front says after a flip, nobody can tell from what it said before. Resumed runs are {@code DamagedRunTest}'s. {@code -Dfinch.test.flips} is how often, in the slow profile.
 */
class FlippedFilesTest {
    private static final Path STORED = Path.of(System.getProperty("finch.root", "..")).toAbsolutePath().normalize().resolve("search/src/test/resources/stored/1");
    private static final int FEW = 8;

    @TempDir
    private Path temp;

    @ParameterizedTest
    @CsvSource({
            "bars.finch, true, classify bars.finch bars/lying/0.png --json",
            "bars.onnx, false, classify bars.onnx bars/lying/0.png --json",
            "device-profile.json, false, estimate mobilenetv3-small --device device-profile.json --json",
            "surrogate.json, false, search search.yaml --out new",
            "run/manifest.json, false, report run",
            "run/config.yaml, false, report run",
            "run/journal.jsonl, false, report run",
            "run/front.json, false, report run",
            "run/front.json, false, show run:knee --json",
            "run/device-profile.json, false, report run",
            "run/baseline.json, false, report run",
            "run/front.csv, true, show run:knee --json"})
    void a_flipped_bit_is_read_over_or_told(String file, boolean checked, String command) throws IOException {
        flip(file, checked, command, FEW);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
            "bars.finch, true, classify bars.finch bars/lying/0.png --json",
            "bars.finch, true, export bars.finch --format json",
            "bars.supernet, true, supernet-extract elastic.yaml bars.supernet part.yaml --data bars -o part.finch",
            "bars.onnx, false, classify bars.onnx bars/lying/0.png --json",
            "bars.onnx, false, show bars.onnx",
            "architecture.yaml, false, show architecture.yaml",
            "space.yaml, false, show-space space.yaml",
            "device-profile.json, false, estimate mobilenetv3-small --device device-profile.json --json",
            "surrogate.json, false, search search.yaml --out new",
            "run/manifest.json, false, report run",
            "run/config.yaml, false, report run",
            "run/journal.jsonl, false, report run",
            "run/front.json, false, report run",
            "run/front.json, false, show run:knee --json",
            "run/device-profile.json, false, report run",
            "run/baseline.json, false, report run"})
    void none_of_many_flipped_bits_crashes_a_command(String file, boolean checked, String command) throws IOException {
        flip(file, checked, command, Integer.getInteger("finch.test.flips", 60));
    }

    private void flip(String file, boolean checked, String command, int times) throws IOException {
        StoredFilesTest.copy(STORED, temp);
        byte[] sound = Files.readAllBytes(temp.resolve(file));
        CommandLineRun whole = CommandLineRun.of(temp, command.split(" "));
        assertThat(whole.code()).as(whole.err()).isZero();
        Random random = new Random(Long.getLong("finch.test.seed", 11));
        int told = 0;
        for (int i = 0; i < times; i++) {
            delete(temp.resolve("new"));
            byte[] bytes = sound.clone();
            int at = random.nextInt(bytes.length);
            int bit = random.nextInt(8);
            bytes[at] ^= (byte) (1 << bit);
            Files.write(temp.resolve(file), bytes);
            String damage = "%s, bit %d of byte %d: finch %s".formatted(file, bit, at, command);

            CommandLineRun run = CommandLineRun.of(temp, command.split(" "));

            // a figure that is another one without a check is believed: by a search, so far that nothing keeps its bounds
            boolean believed = run.code() == ExitCode.DONE || !checked && command.startsWith("search ") && run.code() == ExitCode.NOTHING_FEASIBLE;
            assertThat(believed || run.code() == ExitCode.USAGE).as("%s: %d, %s", damage, run.code(), run.err()).isTrue();
            assertThat(run.err()).as(damage).doesNotContain("\tat ", "this should not happen", "Exception");
            if (believed) {
                assertThat(!checked || run.out().equals(whole.out())).as("%s: another answer, %s", damage, run.out()).isTrue();
            } else {
                told++;
                assertThat(run.err()).as(damage).contains(file.substring(file.lastIndexOf('/') + 1));
            }
        }
        System.out.printf("%d flipped bits of %s, finch %s: %d refused, %d read%n", times, file, command, told, times - told);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
