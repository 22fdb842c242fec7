package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in JVMs with little memory say how much they need and how to give it, all in the same words and with the same exit code. */
class SmallHeapTest {
    private static final Pattern SAID = Pattern.compile("finch: .* needs (?:about )?(\\d+) MiB for .*, and this JVM's heap, of at most (\\d+) MiB, has not as many left; maybe use "
            + "a smaller batch or a larger -Xmx: FINCH_JAVA_OPTS=-Xmx(\\d+)m finch \\.\\.\\.");
    private static final String NETWORK = """
            format: finch-architecture/1
            name: small
            resolution: 384
            classes: 2
            stem: { out: 16, kernel: 3, stride: 2, activation: relu }
            blocks:
              - { type: depthwise-separable, kernel: 3, out: 16, stride: 2, squeeze: 0, activation: relu }
            head: { conv: 16, hidden: 0, activation: relu }
            """;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void images_and_a_network() throws IOException {
        for (int i = 0; i < 24; i++) {
            Path file = Files.createDirectories(folder.resolve("two").resolve(i % 2 == 0 ? "dark" : "light")).resolve(i + ".png");
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            image.getRaster().setSample(i % 8, i / 8, 0, i % 2 == 0 ? 50 : 200);
            ImageIO.write(image, "png", file.toFile());
        }
        Files.writeString(folder.resolve("small.yaml"), NETWORK);
    }

    private record Ended(int code, String told) {}

    private static Ended run(String heap, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heap, "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Dfinch.kernels=scalar", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Finch.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        Process process = builder.start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), told);
    }

    /** @return the heap that is advised */
    private static String advised(Ended ended) {
        assertThat(ended.code()).as(ended.told()).isEqualTo(ExitCode.FAILED);
        Matcher said = SAID.matcher(ended.told());
        assertThat(said.find()).as(ended.told()).isTrue();
        assertThat(Long.parseLong(said.group(3))).isEqualTo(Long.parseLong(said.group(1)) + Long.parseLong(said.group(2)));
        assertThat(ended.told()).doesNotContain("should not happen").doesNotContain("\tat ");
        return said.group(3) + "m";
    }

    @Test
    void a_training_says_what_it_needs_and_with_that_it_runs() throws Exception {
        String[] train = {"train", "small.yaml", "--data", "two", "--resolution", "384", "--batch", "16", "--epochs", "1", "--augment", "none", "--threads", "1", "-o", "two.finch"};

        String enough = advised(run("80m", train));
        assertThat(folder.resolve("two.finch")).doesNotExist();

        Ended second = run(enough, train);
        assertThat(second.code()).as(enough + ": " + second.told()).isZero();
        assertThat(folder.resolve("two.finch")).exists();

        advised(run("36m", "evaluate", "two.finch", "--data", "two", "--part", "training", "--batch", "22", "--threads", "2"));
    }

    @Test
    void a_timing_says_what_it_needs() throws Exception {
        advised(run("64m", "measure", "mobilenetv3-small@/2048", "--runs", "1"));
    }
}
