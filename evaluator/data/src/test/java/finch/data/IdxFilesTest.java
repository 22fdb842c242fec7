package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFilesTest {
    private static final int HEIGHT = 3;
    private static final int WIDTH = 4;

    @TempDir
    private Path folder;

    /** Gzipped files of {@code count} images of 3x4; image i holds the byte i everywhere, its label is i modulo the classes. */
    static void write(Path folder, String part, int count, int classes) throws IOException {
        gzip(folder.resolve(part + "-images-idx3-ubyte.gz"), images(count));
        gzip(folder.resolve(part + "-labels-idx1-ubyte.gz"), labels(count, classes));
    }

    private static void gzip(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes);
        }
    }

    private static byte[] images(int count) {
        byte[] bytes = new byte[16 + count * HEIGHT * WIDTH];
        ByteBuffer.wrap(bytes).putInt(0x803).putInt(count).putInt(HEIGHT).putInt(WIDTH);
        for (int i = 16; i < bytes.length; i++) {
            bytes[i] = (byte) ((i - 16) / (HEIGHT * WIDTH));
        }
        return bytes;
    }

    private static byte[] labels(int count, int classes) {
        byte[] bytes = new byte[8 + count];
        ByteBuffer.wrap(bytes).putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            bytes[8 + i] = (byte) (i % classes);
        }
        return bytes;
    }

    private DataSet open() throws IOException {
        return DataSets.open("idx", folder, Split.DEFAULT);
    }

    private void plain(byte[] images, byte[] labels) throws IOException {
        Pictures.write(folder.resolve("idx/train-images.idx3-ubyte"), images);
        Pictures.write(folder.resolve("idx/train-labels.idx1-ubyte"), labels);
    }

    @Test
    void images_and_labels_belong_together_gzipped_or_not() throws IOException, CorruptImageException {
        plain(images(30), labels(30, 3));
        write(folder.resolve("idx"), "t10k", 6, 2);

        DataSet data = open();

        assertThat(data.classes()).containsExactly("0", "1", "2");
        assertThat(data.training().size()).isEqualTo(27);
        assertThat(data.validation().size()).isEqualTo(3);
        ImageSet test = data.test().orElseThrow();
        for (ImageSet set : new ImageSet[] {data.training(), data.validation(), test}) {
            for (int i = 0; i < set.size(); i++) {
                Image image = set.decode(i);
                assertThat(new int[] {image.height(), image.width(), image.channels()}).containsExactly(HEIGHT, WIDTH, 1);
                assertThat(set.label(i)).isEqualTo(image.value(2, 3, 0) % (set == test ? 2 : 3));
                assertThat(set.nameOf(i)).endsWith("image " + image.value(0, 0, 0));
            }
        }
    }

    @Test
    void what_is_wrong_with_a_file_is_told() throws IOException {
        byte[] cut = Arrays.copyOf(images(30), 100);
        plain(cut, labels(30, 3));
        assertThatThrownBy(this::open).isInstanceOf(UnusableDataException.class)
                .hasMessage("idx/train-images.idx3-ubyte: is cut off: its header claims 360 bytes of data, 84 are there.");

        plain(images(30), labels(29, 3));
        assertThatThrownBy(this::open).hasMessage("idx/train-labels.idx1-ubyte: has 29 labels for the 30 images of train-images.idx3-ubyte.");

        plain(labels(30, 3), labels(30, 3));
        assertThatThrownBy(this::open).hasMessage("idx/train-images.idx3-ubyte: is no IDX file of unsigned bytes in 3 dimension(s).");

        plain(images(30), labels(30, 1));
        assertThatThrownBy(this::open).hasMessageContaining("all labels are 0, so there is one class only");

        plain(images(30), labels(30, 3));
        write(folder.resolve("idx"), "t10k", 6, 5);
        assertThatThrownBy(this::open).hasMessage("idx/t10k-labels-idx1-ubyte.gz: has the label 4, but the classes are numbered 0 to 2.");

        Files.delete(folder.resolve("idx/train-labels.idx1-ubyte"));
        assertThatThrownBy(this::open).hasMessage("idx/train-images.idx3-ubyte: its labels, train-labels.idx1-ubyte, are missing.");
    }

    @Test
    void a_gzipped_file_is_read_to_its_checksum() throws IOException {
        write(folder.resolve("idx"), "train", 30, 3);
        for (String part : new String[] {"images-idx3", "labels-idx1"}) {
            Path file = folder.resolve("idx/train-" + part + "-ubyte.gz");
            byte[] whole = Files.readAllBytes(file);
            for (int fromEnd = 1; fromEnd <= 8; fromEnd++) {
                byte[] damaged = whole.clone();
                damaged[whole.length - fromEnd] ^= 1;
                Files.write(file, damaged);
                assertThatThrownBy(this::open).isInstanceOf(UnusableDataException.class)
                        .hasMessage("idx/" + file.getFileName() + ": cannot be read: it is damaged: a checksum is wrong");
                Files.write(file, Arrays.copyOf(whole, whole.length - fromEnd));
                assertThatThrownBy(this::open).hasMessage("idx/" + file.getFileName() + ": cannot be read: it ends too early");
            }
            Files.write(file, whole);
        }
        assertThat(open().training().size()).isEqualTo(27);
    }

    @Test
    void absurd_sizes_in_a_header_cost_nothing() throws IOException {
        byte[] images = images(30);
        ByteBuffer.wrap(images).putInt(8, 1 << 20);
        plain(images, labels(30, 3));
        assertThatThrownBy(this::open).hasMessage("idx/train-images.idx3-ubyte: its header claims a size of 1048576, and images have 1 to 4096 pixels a side.");

        ByteBuffer.wrap(images).putInt(8, HEIGHT).putInt(4, -5);
        plain(images, labels(30, 3));
        assertThatThrownBy(this::open).hasMessageContaining("claims a size of 4294967291");

        ByteBuffer.wrap(images).putInt(4, Integer.MAX_VALUE).putInt(8, 4096).putInt(12, 4096);
        plain(images, labels(30, 3));
        assertThatThrownBy(this::open).hasMessageContaining("MiB of pixels; at most 2047 MiB can be read from one file");

        // within the bound, but not there: what is read is what is allocated
        ByteBuffer.wrap(images).putInt(4, 1000).putInt(8, 256).putInt(12, 256);
        plain(images, labels(30, 3));
        assertThatThrownBy(this::open).hasMessageContaining("claims 65536000 bytes of data, 360 are there");
    }

    @Test
    void two_sets_in_one_folder_are_not_guessed_between() throws IOException {
        write(folder.resolve("idx"), "letters-train", 10, 2);
        write(folder.resolve("idx"), "digits-train", 10, 2);

        assertThatThrownBy(this::open).hasMessageContaining("idx: holds more than one data set: digits-train-images-idx3-ubyte.gz, letters-train")
                .hasMessageEndingWith(". Put each into a folder of its own, and name the folder of one.");
    }

    @Test
    void a_gzipped_file_beside_the_same_one_unpacked_is_no_second_set() throws IOException {
        write(folder.resolve("idx"), "train", 30, 3);
        Pictures.write(folder.resolve("idx/train-images-idx3-ubyte"), images(30));
        Pictures.write(folder.resolve("idx/train-labels-idx1-ubyte"), labels(30, 3));

        DataSet data = open();

        assertThat(data.training().size()).isEqualTo(27);
        assertThat(data.training().nameOf(0)).startsWith("idx/train-images-idx3-ubyte image ");

        // of the same length, but others
        Pictures.write(folder.resolve("idx/train-labels-idx1-ubyte"), labels(30, 2));
        assertThatThrownBy(this::open).isInstanceOf(UnusableDataException.class).hasMessage("idx/train-labels-idx1-ubyte: is another than"
                + " train-labels-idx1-ubyte.gz beside it holds, and which is right cannot be told. Remove one of the two.");
        Pictures.write(folder.resolve("idx/train-images-idx3-ubyte"), images(29));
        assertThatThrownBy(this::open).hasMessageStartingWith("idx/train-images-idx3-ubyte: is another than train-images-idx3-ubyte.gz beside it");
        Files.delete(folder.resolve("idx/train-images-idx3-ubyte"));
        Files.delete(folder.resolve("idx/train-labels-idx1-ubyte.gz"));
        assertThat(open().classes()).containsExactly("0", "1");
    }

    @Test
    void labels_may_have_gaps_which_are_told() throws IOException {
        byte[] labels = labels(30, 2);
        for (int i = 8; i < labels.length; i++) {
            labels[i] = (byte) (1 + 2 * labels[i]);
        }
        plain(images(30), labels);

        DataSet data = open();

        assertThat(data.classes()).containsExactly("0", "1", "2", "3");
        assertThat(data.training().size()).isEqualTo(26);
        assertThat(data.validation().size()).isEqualTo(4);
        assertThat(data.remarks()).containsExactly("2 of the 4 classes of idx have no training image: 0, 2.");
    }

    @Test
    void what_very_many_very_small_images_take_beside_their_pixels_counts() throws IOException {
        byte[] images = new byte[16 + 1000];
        ByteBuffer.wrap(images).putInt(0x803).putInt(1000).putInt(1).putInt(1);
        plain(images, labels(1000, 2));
        FileTree tree = new FolderTree("idx", folder.resolve("idx"), Budget.ofHeap());

        assertThatThrownBy(() -> new IdxFiles(tree, Split.DEFAULT, List.of(), new Budget(10_000)).read())
                .isInstanceOf(UnusableDataException.class).hasMessageStartingWith("idx/train-labels.idx1-ubyte: with it the data set takes more than 0 MiB");
        assertThat(new IdxFiles(tree, Split.DEFAULT, List.of(), new Budget(30_000)).read().training().size()).isEqualTo(900);
    }
}
