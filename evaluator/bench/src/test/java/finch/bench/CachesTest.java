package finch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachesTest {
    @TempDir
    private Path folder;

    private void cache(int index, int level, String type, String size) throws IOException {
        Path cache = Files.createDirectory(folder.resolve("index" + index));
        Files.writeString(cache.resolve("level"), level + "\n");
        Files.writeString(cache.resolve("type"), type + "\n");
        Files.writeString(cache.resolve("size"), size + "\n");
    }

    @Test
    void instructions_have_a_cache_of_their_own_that_does_not_count() throws IOException {
        cache(0, 1, "Data", "48K");
        cache(1, 1, "Instruction", "32K");
        cache(2, 2, "Unified", "1M");
        cache(3, 3, "Unified", "32768K");
        assertThat(Caches.read(folder)).isEqualTo(new Caches(48 << 10, 1 << 20, 32 << 20, true));
    }

    @Test
    void two_levels_are_enough() throws IOException {
        cache(0, 1, "Data", "64K");
        cache(1, 2, "Unified", "4M");
        assertThat(Caches.read(folder)).isEqualTo(new Caches(64 << 10, 4 << 20, 4 << 20, true));
    }

    @Test
    void a_system_that_does_not_tell_has_usual_ones() throws IOException {
        assertThat(Caches.read(folder).told()).isFalse();
        assertThat(Caches.here().l1()).isPositive();
    }
}
