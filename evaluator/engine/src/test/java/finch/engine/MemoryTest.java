package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTest {
    /** Needs 10 MiB of packed weights and about 3 MiB of activations, in a JVM that has half a mebibyte left. */
    @Test
    void a_full_heap_is_named_and_nothing_is_left_behind() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-Xmx64m", "-XX:+UseSerialGC", "-Dfinch.kernels=scalar", "-cp", System.getProperty("java.class.path"),
                MemoryProbe.class.getName()).redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
        String subject = "network mobilenetv3-small@/320 with batch 1 and 3 threads needs ";
        String heap = " MiB for its %s, and this JVM's heap, of at most 6[0-9] MiB, has not as many left; ";
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).matches("inference: " + subject + "[23]" + heap.formatted("activations") + "maybe use a smaller batch or a larger -Xmx");
        assertThat(lines.get(1)).isEqualTo("threads left behind: 0");
        assertThat(lines.get(2)).isEqualTo("same bits afterwards: true");
        assertThat(lines.get(3)).matches("plan: " + subject + "10" + heap.formatted("packed weights") + "maybe use a larger -Xmx");
        assertThat(lines.get(4)).isEqualTo("same bits again: true");
    }
}
