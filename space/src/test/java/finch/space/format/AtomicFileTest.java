package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void the_result_has_the_permissions_of_any_new_file() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "x");
        Path file = folder.resolve("file");

        AtomicFile.write(file, "y");

        assertThat(file).hasContent("y");
        if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(plain));
        }
    }

    @Test
    void a_failed_write_leaves_the_old_file_and_nothing_else() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");

        assertThatThrownBy(() -> AtomicFile.write(file, temporary -> {
            Files.writeString(temporary, "half");
            throw new IOException("disk full");
        })).isInstanceOf(IOException.class).hasMessage(file + " cannot be written: disk full");

        assertThat(file).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    /** A run that is interrupted must still say so in its manifest. */
    @Test
    void an_interrupted_thread_can_write() throws IOException {
        Path file = folder.resolve("manifest.json");
        Thread.currentThread().interrupt();
        try {
            AtomicFile.write(file, "whole");
        } finally {
            assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        }
        assertThat(file).hasContent("whole");
    }

    @Test
    void what_a_kill_leaves_is_known_by_its_name() throws IOException {
        Path file = folder.resolve("config.yaml");
        AtomicFile.write(file, temporary -> {
            assertThat(AtomicFile.isTemporaryOf(temporary, file)).isTrue();
            assertThat(AtomicFile.isTemporaryOf(temporary, folder.resolve("config"))).isFalse();
            Files.writeString(temporary, "x");
        });
        assertThat(AtomicFile.isTemporaryOf(folder.resolve(".config.yaml.mine.tmp"), file)).isFalse();
    }
}
