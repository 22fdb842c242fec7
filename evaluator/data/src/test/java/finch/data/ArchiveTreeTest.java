package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTreeTest {
    private static final int REGULAR = 0100644;
    private static final int LINK = 0120777;

    @TempDir
    private Path folder;

    /** An entry each, whose bytes are its number, unless it names another. */
    private Path tar(String file, String... entries) throws IOException {
        Path archive = folder.resolve(file);
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (int i = 0; i < entries.length; i++) {
                String[] entry = entries[i].split("=");
                byte[] bytes = (entry.length > 1 ? entry[1] : Integer.toString(i)).getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry header = new TarArchiveEntry(entry[0]);
                header.setSize(bytes.length);
                tar.putArchiveEntry(header);
                tar.write(bytes);
                tar.closeArchiveEntry();
            }
        }
        return archive;
    }

    private Path zip(String file, int mode, String... entries) throws IOException {
        Path archive = folder.resolve(file);
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            for (String entry : entries) {
                ZipArchiveEntry header = new ZipArchiveEntry(entry);
                header.setUnixMode(mode);
                zip.putArchiveEntry(header);
                zip.write(entry.getBytes(StandardCharsets.UTF_8));
                zip.closeArchiveEntry();
            }
        }
        return archive;
    }

    private static ArchiveTree tree(Path... archives) throws IOException {
        return new ArchiveTree("set", List.of(archives), new Budget(1 << 20));
    }

    @Test
    void an_entry_that_comes_twice_counts_once_if_it_is_the_same_and_is_refused_if_it_is_another() throws IOException {
        ArchiveTree same = tree(tar("same.tar", "a/1.png=x", "a/2.png=y", "./a/1.png=x"));

        assertThat(same.paths()).containsExactly("a/1.png", "a/2.png");
        assertThat(same.remarks()).containsExactly("1 entries of set are there more than once, and count once.");
        Path other = tar("other.tar", "a/1.png=x", "a/1.png=y");
        assertThatThrownBy(() -> tree(other)).isInstanceOf(UnusableDataException.class).hasMessageContaining("other.tar: holds another a/1.png than was read before");
        Path second = tar("second.tar", "a/2.png=z");
        assertThatThrownBy(() -> tree(folder.resolve("same.tar"), second)).hasMessageContaining("second.tar: holds another a/2.png");
    }

    @Test
    void links_in_a_zip_are_passed_over() throws IOException {
        ArchiveTree tree = tree(zip("plain.zip", REGULAR, "a/1.png"), zip("links.zip", LINK, "a/2.png", "a/3.png"));

        assertThat(tree.paths()).containsExactly("a/1.png");
        assertThat(tree.remarks()).containsExactly("2 entries of set are links or name places outside, and were passed over.");
    }

    @Test
    void a_damaged_entry_of_a_zip_is_found_by_its_checksum() throws IOException {
        byte[] contents = "unmistakable".getBytes(StandardCharsets.ISO_8859_1);
        Path archive = folder.resolve("damaged.zip");
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            ZipArchiveEntry header = new ZipArchiveEntry("a/1.png");
            header.setMethod(ZipEntry.STORED);
            CRC32 sum = new CRC32();
            sum.update(contents);
            header.setCrc(sum.getValue());
            header.setSize(contents.length);
            zip.putArchiveEntry(header);
            zip.write(contents);
            zip.closeArchiveEntry();
        }
        assertThat(tree(archive).read("a/1.png", 100)).isEqualTo(contents);
        byte[] bytes = Files.readAllBytes(archive);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("unmistakable") + 3] ^= 1;
        Files.write(archive, bytes);

        assertThatThrownBy(() -> tree(archive)).isInstanceOf(UnusableDataException.class)
                .hasMessageEndingWith("damaged.zip: is damaged: the checksum of a/1.png is wrong.");
    }

    private static byte[] gzipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(all)) {
            out.write(bytes);
        }
        return all.toByteArray();
    }

    @Test
    void a_tar_that_is_cut_off_is_refused_wherever_it_ends() throws IOException {
        byte[] whole = Files.readAllBytes(tar("whole.tar", "a/1.png", "a/2.png", "a/" + "long".repeat(40) + ".png"));
        int used = whole.length;
        while (whole[used - 1] == 0) {
            used--;
        }
        // the blocks of 512 bytes that are in use, and two that are empty
        int end = Math.ceilDiv(used, 512) * 512 + 1024;
        Path cut = folder.resolve("cut.tar");
        for (int length = 0; length < end; length += length % 512 == 0 ? 100 : 412) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> tree(cut)).as("%s of %s bytes", length, end).isInstanceOf(UnusableDataException.class).hasMessageStartingWith(cut + ": ");
        }
        assertThatThrownBy(() -> tree(cut)).hasMessage(cut + ": is cut off or damaged: the 2 empty blocks that end an archive of tar are not there. Fetch or pack it anew.");

        // what comes after the two does not matter
        Files.write(cut, Arrays.copyOf(whole, end));
        assertThat(tree(cut).paths()).hasSize(3);
        byte[] more = Arrays.copyOf(whole, end + 700);
        Arrays.fill(more, end, more.length, (byte) 'x');
        Files.write(cut, more);
        assertThat(tree(cut).paths()).hasSize(3);
    }

    @Test
    void a_header_of_a_tar_with_a_changed_byte_is_found_by_its_checksum() throws IOException {
        Path archive = tar("damaged.tar", "a/1.png", "a/2.png");
        byte[] whole = Files.readAllBytes(archive);
        int second = 1024;
        for (int at : new int[] {2, second, second + 148, second + 300}) {
            byte[] bytes = whole.clone();
            bytes[at] ^= 9;
            Files.write(archive, bytes);
            assertThatThrownBy(() -> tree(archive)).as("byte %s", at).isInstanceOf(UnusableDataException.class)
                    .hasMessage(archive + ": is damaged, or no archive of tar: the checksum of a header is wrong. Fetch or pack it anew.");
        }
    }

    @Test
    void a_gzipped_tar_is_read_to_its_checksum() throws IOException {
        byte[] whole = Files.readAllBytes(tar("whole.tar", "a/1.png", "a/2.png"));
        // more after the end of the archive than buffers read ahead
        byte[] gzipped = gzipped(Arrays.copyOf(whole, whole.length + (1 << 18)));
        Path archive = folder.resolve("set.tar.gz");
        Files.write(archive, gzipped);
        assertThat(tree(archive).paths()).hasSize(2);

        for (int fromEnd = 1; fromEnd <= 8; fromEnd++) {
            byte[] damaged = gzipped.clone();
            damaged[gzipped.length - fromEnd] ^= 1;
            Files.write(archive, damaged);
            assertThatThrownBy(() -> tree(archive)).hasMessage(archive + ": cannot be read as an archive: it is damaged: a checksum is wrong");
            Files.write(archive, Arrays.copyOf(gzipped, gzipped.length - fromEnd));
            assertThatThrownBy(() -> tree(archive)).hasMessage(archive + ": cannot be read as an archive: it ends too early");
        }
    }

    @Test
    void a_backslash_is_a_letter_and_hidden_folders_are_passed_over() throws IOException {
        ArchiveTree tree = tree(tar("names.tar", "a/b\\c.png", "a/.hidden/1.png", "a/.hidden/2.png", "a/.cache/x.bin", "__MACOSX/a/2.png", "__MACOSX/a/._2.png"));

        assertThat(tree.paths()).containsExactly("a/b\\c.png");
        assertThat(tree.read("a/b\\c.png", 10)).asString().isEqualTo("0");
        assertThat(tree.remarks()).containsExactly("1 folder(s) of set that hold images are hidden, as their names begin with a dot (such as a/.hidden), and were passed over."
                + " Rename them if they are classes.");
    }

    @Test
    void folders_in_which_nothing_is_are_known() throws IOException {
        Path archive = folder.resolve("empty.zip");
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            for (String entry : new String[] {"set/", "set/a/", "set/a/1.png", "set/b/", "set/b.more/", "set/b.more/1.png", "set/.git/"}) {
                zip.putArchiveEntry(new ZipArchiveEntry(entry));
                zip.closeArchiveEntry();
            }
        }
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(folder.resolve("empty.tar")))) {
            tar.putArchiveEntry(new TarArchiveEntry("./set/c/"));
            tar.closeArchiveEntry();
        }

        assertThat(tree(archive, folder.resolve("empty.tar")).emptyFolders()).containsExactly("set/b", "set/c");
    }

    @Test
    void an_entry_longer_than_an_array_is_refused_and_never_cut() throws IOException {
        Path archive = tar("long.tar", "a/1.png=0123456789");

        assertThatThrownBy(() -> new ArchiveTree("set", List.of(archive), new Budget(1 << 20), 9)).isInstanceOf(UnusableDataException.class)
                .hasMessageEndingWith("long.tar: entry a/1.png: is longer than 9 bytes, which is more than one file of a data set may have.");
        assertThat(new ArchiveTree("set", List.of(archive), new Budget(1 << 20), 10).read("a/1.png", 10)).hasSize(10);
    }

    @Test
    void entries_count_however_little_is_in_them() throws IOException {
        String[] entries = new String[50];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = "a/" + i + ".png";
        }
        Path archive = tar("many.tar", entries);

        assertThatThrownBy(() -> new ArchiveTree("set", List.of(archive), new Budget(5000))).isInstanceOf(UnusableDataException.class)
                .hasMessageContaining("many.tar: with it the data set takes more than 0 MiB");
    }
}
