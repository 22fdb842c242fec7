package finch.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private static String probe(String heap, int batch) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Dfinch.kernels=scalar", "-cp", System.getProperty("java.class.path"), MemoryProbe.class.getName(), Integer.toString(batch)).redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return told;
    }

    /** Far less than the 2 GiB that are the bound, so that what is said of it in evaluator/README.md stays true. */
    @Test
    void mobilenetv3_small_at_96_in_batches_of_64_trains_in_440_mebibytes() throws Exception {
        assertThat(probe("440m", 64)).contains("trained: 64 images tested");
    }

    @Test
    void a_heap_that_is_too_small_says_what_is_needed() throws Exception {
        assertThat(probe("128m", 64)).containsPattern("too small: training network mobilenetv3-small\\S* (with batch 64 )?needs about \\d{3} MiB for .*, and this JVM's heap, of at most "
                + "1[0-3]\\d MiB, has not as many left; maybe use a smaller batch or a larger -Xmx");
    }
}
