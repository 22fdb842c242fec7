package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
        assertThat(filesOf(folder)).containsExactly(file);
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

    /** A folder of a run may come from anywhere. */
    @Test
    void what_nobody_named_is_not_written_through_a_link() throws IOException {
        Path outside = Files.writeString(folder.resolve("outside"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("front.json"), Path.of("outside"));

        AtomicFile.write(link, "new");

        assertThat(outside).hasContent("old");
        assertThat(link).isRegularFile().hasContent("new");
        assertThat(Files.isSymbolicLink(link)).isFalse();
    }

    @Test
    void a_symbolic_link_stays_and_what_it_leads_to_is_replaced() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path target = Files.writeString(other.resolve("target"), "old");
        Path middle = Files.createSymbolicLink(other.resolve("middle"), Path.of("target"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("other/middle"));

        AtomicFile.writeThrough(link, temporary -> Files.writeString(temporary, "new"));

        assertThat(link).isSymbolicLink().hasContent("new");
        assertThat(middle).isSymbolicLink();
        assertThat(target).isRegularFile().hasContent("new");
        assertThat(filesOf(other)).containsExactlyInAnyOrder(target, middle);
    }

    @Test
    void the_file_that_a_dangling_link_names_is_made() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("target"));

        AtomicFile.writeThrough(link, temporary -> Files.writeString(temporary, "new"));

        assertThat(link).isSymbolicLink().hasContent("new");
        assertThat(folder.resolve("target")).isRegularFile();
    }

    @Test
    void a_link_that_leads_in_circles_is_refused() throws IOException {
        Path there = Files.createSymbolicLink(folder.resolve("there"), Path.of("back"));
        Files.createSymbolicLink(folder.resolve("back"), Path.of("there"));

        assertThatThrownBy(() -> AtomicFile.writeThrough(there, temporary -> Files.writeString(temporary, "new"))).isInstanceOf(FileSystemException.class)
                .hasMessage(there + ": its symbolic link leads in circles");
    }

    @Test
    void a_folder_is_refused_and_stays() throws IOException {
        Path file = Files.createDirectory(folder.resolve("file"));
        Files.writeString(file.resolve("inside"), "x");

        assertThatThrownBy(() -> AtomicFile.write(file, "new")).isInstanceOf(IOException.class).hasMessageContaining(file.toString());

        assertThat(file.resolve("inside")).hasContent("x");
        assertThat(filesOf(folder)).containsExactly(file);
    }

    /** Contents may read what they have written, which a pipe would wait for. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no mkfifo")
    @Timeout(60)
    void a_named_pipe_is_written_through_also_behind_a_link() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor()).isZero();
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("pipe"));
        for (Path file : List.of(pipe, link)) {
            CompletableFuture<String> read = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    read.complete(Files.readString(pipe));
                } catch (IOException e) {
                    read.completeExceptionally(e);
                }
            });

            AtomicFile.writeThrough(file, temporary -> {
                Files.writeString(temporary, "whole");
                assertThat(temporary).hasContent("whole");
            });

            assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther()).as("still a pipe").isTrue();
            assertThat(link).isSymbolicLink();
            assertThat(filesOf(folder)).containsExactlyInAnyOrder(pipe, link);
            assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo("whole");
        }
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
