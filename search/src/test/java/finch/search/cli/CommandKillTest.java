package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.latency.DeviceProfile;
import finch.onnx.OnnxReader;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole commands in JVMs of their own, which are killed at random moments or find the disk full: no file is half-written, and the next command works.
 * {@code -Dfinch.test.kills} is how often each is killed.
 */
class CommandKillTest {
    private static final Path ROOT = Path.of(System.getProperty("finch.root"));
    private static final int KILLS = Integer.getInteger("finch.test.kills", 15);
    /** So often as many commands are begun, at most: some end before the moment of their kill. */
    private static final int MOST_RUNS = 5;
    private static final String SMALL = """
            format: finch-architecture/1
            resolution: 16
            classes: 2
            stem: { out: 8, kernel: 3, stride: 2, activation: hard-swish }
            blocks:
              - { type: inverted-residual, kernel: 3, expanded: 16, out: 8, stride: 1, squeeze: 8, activation: relu }
              - { type: depthwise-separable, kernel: 5, out: 16, stride: 2, squeeze: 0, activation: relu }
            head: { conv: 32, hidden: 0, activation: hard-swish }
            """;

    @TempDir
    private Path temp;

    private final long seed = Long.getLong("finch.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private Process start(String... arguments) throws IOException {
        return start(List.of(), arguments);
    }

    private Process start(List<String> shell, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(shell);
        command.addAll(CommandProcess.command(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile()).redirectErrorStream(true).redirectOutput(log());
        builder.environment().put("XDG_CACHE_HOME", temp.resolve("cache").toString());
        return builder.start();
    }

    private File log() {
        return temp.resolve("log").toFile();
    }

    private String told() throws IOException {
        return Files.readString(log().toPath()).lines().filter(line -> !line.startsWith("WARNING")).reduce("", (a, b) -> a + b + "\n");
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        return start(arguments).waitFor();
    }

    /** @return whether it was killed before its end */
    private boolean killed(long mostMillis, String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        boolean ended = process.waitFor(random.nextLong(mostMillis), TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        if (ended) {
            assertThat(process.exitValue()).as(told()).isZero();
        }
        return !ended;
    }

    /** How long the whole command takes here, by which the moments are chosen. */
    private long millis(String... arguments) throws IOException, InterruptedException {
        long start = System.nanoTime();
        assertThat(run(arguments)).as(told()).isZero();
        return (System.nanoTime() - start) / 1_000_000;
    }

    @Tag("slow")
    @Test
    void a_killed_export_leaves_no_half_of_a_file() throws Exception {
        Path file = temp.resolve("network.onnx");
        String[] export = {"export", "mobilenetv3-small", "--format", "onnx", "-o", file.toString()};
        long most = millis(export);
        byte[] whole = Files.readAllBytes(file);
        int kills = 0;
        for (int i = 0; i < MOST_RUNS * KILLS && kills < KILLS; i++) {
            Files.deleteIfExists(file);
            boolean killed = killed(most, export);
            kills += killed ? 1 : 0;
            assertThat(killed && !Files.exists(file) || java.util.Arrays.equals(Files.readAllBytes(file), whole)).as("whole or not there, kill %d of -Dfinch.test.seed=%d", i, seed).isTrue();
        }
        count("export", kills, KILLS);
        assertThat(run(export)).as(told()).isZero();
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        assertThat(OnnxReader.read(file).network().params()).isPositive();
    }

    @Tag("slow")
    @Test
    void a_killed_calibration_leaves_no_half_of_a_profile() throws Exception {
        Path file = temp.resolve("device.json");
        String[] calibrate = {"calibrate", "--budget", "PT5S", "-o", file.toString()};
        long start = System.nanoTime();
        calibrated(run(calibrate), file);
        long most = (System.nanoTime() - start) / 1_000_000;
        int kills = 0;
        for (int i = 0; i < MOST_RUNS * KILLS && kills < KILLS; i++) {
            Process process = start(calibrate);
            boolean ended = process.waitFor(random.nextLong(most), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            kills += ended ? 0 : 1;
            if (ended) {
                calibrated(process.exitValue(), file);
            } else if (Files.exists(file)) {
                DeviceProfile.read(file);
            }
        }
        count("calibration", kills, KILLS);
        // a machine that other tests keep busy needs longer
        for (int seconds = 5; run(calibrate) != 0; seconds *= 3) {
            assertThat(seconds).as(told()).isLessThan(100);
            assertThat(told()).contains("Give a larger budget");
            calibrate[2] = "PT" + 3 * seconds + "S";
        }
        DeviceProfile.read(file);
    }

    /** A machine that other tests keep busy may be refused a profile; what there is must be whole all the same. */
    private void calibrated(int exitCode, Path file) throws IOException {
        if (exitCode == 0) {
            assertThat(file).exists();
        } else {
            assertThat(exitCode).as(told()).isEqualTo(2);
            assertThat(told()).contains("Give a larger budget");
        }
        if (Files.exists(file)) {
            DeviceProfile.read(file);
        }
    }

    @Tag("slow")
    @Test
    void a_training_killed_again_and_again_ends_in_the_same_model() throws Exception {
        String[] train = training("killed.finch");
        long most = millis(training("whole.finch"));
        byte[] whole = Files.readAllBytes(temp.resolve("whole.finch"));
        Path model = temp.resolve("killed.finch");
        int kills = 0;
        int ended = 0;
        for (int i = 0; i < MOST_RUNS * KILLS && kills < KILLS; i++) {
            kills += killed(most, train) ? 1 : 0;
            if (Files.exists(model)) {
                assertThat(Files.readAllBytes(model)).as("training %d, -Dfinch.test.seed=%d", ended, seed).isEqualTo(whole);
                ended++;
                // another training, to be killed too
                Files.delete(model);
            }
        }
        count("training, of which " + ended + " came to their end between kills", kills, KILLS);
        if (!Files.exists(model)) {
            assertThat(run(train)).as(told()).isZero();
        }
        assertThat(Files.readAllBytes(model)).as("-Dfinch.test.seed=%d", seed).isEqualTo(whole);
    }

    private String[] training(String model) throws IOException {
        Path architecture = Files.writeString(temp.resolve("small.yaml"), SMALL);
        for (int i = 0; i < 200; i++) {
            BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < 256; p++) {
                image.setRGB(p % 16, p / 16, (p * 31 + i * 7) % 64 + (i % 2 == 0 ? 0x600000 : 0x000060));
            }
            Path file = temp.resolve("images/" + (i % 2 == 0 ? "red" : "blue") + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            ImageIO.write(image, "png", file.toFile());
        }
        return new String[] {"train", architecture.toString(), "--data", temp.resolve("images").toString(), "--epochs", "12", "--batch", "16", "-o", temp.resolve(model).toString()};
    }

    @Tag("slow")
    @Test
    void a_search_killed_again_and_again_ends_in_the_same_front() throws Exception {
        Path profile = ROOT.resolve("runs/example/device-profile.json");
        Path config = Files.writeString(temp.resolve("config.yaml"), Files.readString(ROOT.resolve("configs/quickstart.yaml")).replace("wall-clock: PT8S", "generations: 1000000")
                .replace("measure: true", "measure: false").replace("pick: best", "pick: none") + "\ndevice: { profile: " + profile + " }\n");
        long most = millis("search", config.toString(), "--out", "whole");
        Path folder = temp.resolve("killed");
        String whole = Files.readString(temp.resolve("whole/front.json"));
        int kills = 0;
        int ended = 0;
        for (int i = 0; i < MOST_RUNS * KILLS && kills < KILLS; i++) {
            int before = evaluations(folder);
            boolean begun = Files.exists(folder.resolve("manifest.json"));
            boolean killed = killed(most, begun ? new String[] {"resume", "killed"} : new String[] {"search", config.toString(), "--out", "killed"});
            kills += killed ? 1 : 0;
            assertThat(evaluations(folder)).as("nothing journalled is lost, kill %d, -Dfinch.test.seed=%d", kills, seed).isGreaterThanOrEqualTo(before);
            if (!killed) {
                assertThat(Files.readString(folder.resolve("front.json"))).as("-Dfinch.test.seed=%d", seed).isEqualTo(whole);
                ended++;
            }
            if (!killed || !Files.exists(folder.resolve("manifest.json"))) {
                // another search, to be killed too; or one that was killed before it was a run that can be resumed, where a user starts anew
                delete(folder);
            }
        }
        count("search, of which " + ended + " came to their end between kills", kills, KILLS);
        assertThat(run(Files.exists(folder.resolve("manifest.json")) ? new String[] {"resume", "killed"} : new String[] {"search", config.toString(), "--out", "killed"})).as(told()).isZero();
        assertThat(Files.readString(folder.resolve("front.json"))).as("-Dfinch.test.seed=%d", seed).isEqualTo(whole);
    }

    /** Whole lines of the journal. */
    private static int evaluations(Path folder) throws IOException {
        Path journal = folder.resolve("journal.jsonl");
        return Files.exists(journal) ? (int) Files.readString(journal).chars().filter(c -> c == '\n').count() : 0;
    }

    private void count(String what, int kills, int wanted) {
        System.out.printf("killed %d times: %s; -Dfinch.test.seed=%d%n", kills, what, seed);
        assertThat(kills).as("a machine so fast or slow that fewer are caught alive").isEqualTo(wanted);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the limit on a file's size is set by a shell's ulimit")
    @Test
    void an_export_that_does_not_fit_the_disk_says_so_and_leaves_nothing() throws Exception {
        Path file = temp.resolve("network.onnx");

        Process process = start(List.of("sh", "-c", "ulimit -f 200 && exec \"$@\"", "sh"), "export", "mobilenetv3-small", "--format", "onnx", "-o", file.toString());

        assertThat(process.waitFor()).as(told()).isEqualTo(ExitCode.FAILED);
        assertThat(told()).contains("finch: ").doesNotContain("\tat ", "this should not happen");
        try (var files = Files.list(temp)) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(n -> n.contains("network"))).isEmpty();
        }
    }

    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no /dev/full")
    @Test
    void results_that_cannot_be_written_are_a_failure() throws Exception {
        Process process = start(List.of("sh", "-c", "exec \"$@\" > /dev/full", "sh"), "show", "mobilenetv3-small");

        assertThat(process.waitFor()).isEqualTo(ExitCode.FAILED);
        assertThat(told()).contains("finch: the results could not be written");
    }

    @Test
    void a_heap_that_is_too_small_is_told_without_a_stack_trace() throws Exception {
        Path table = temp.resolve("table.csv");
        Files.writeString(table, "architecture,top1\n" + "mobilenetv3-small,67.4\n".repeat(2_000_000));

        Process process = start("fit", table.toString(), "-o", "surrogate.json");

        assertThat(process.waitFor()).as(told()).isEqualTo(ExitCode.FAILED);
        assertThat(told()).contains("finch: out of memory: the heap of ", "FINCH_JAVA_OPTS=-Xmx").doesNotContain("\tat ");
        assertThat(temp.resolve("surrogate.json")).doesNotExist();
    }
}
