package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarFilesTest {
    @TempDir
    private Path folder;

    /** Records whose label is their number modulo the classes, and whose pixel p of channel c is number + p + 50c. */
    private static byte[] records(int count, int classes, int labelBytes) {
        int length = labelBytes + 3072;
        byte[] bytes = new byte[count * length];
        for (int i = 0; i < count; i++) {
            bytes[i * length] = (byte) (labelBytes == 2 ? 7 : i % classes);
            bytes[i * length + labelBytes - 1] = (byte) (i % classes);
            for (int k = 0; k < 3072; k++) {
                bytes[i * length + labelBytes + k] = (byte) (i + k % 1024 + 50 * (k / 1024));
            }
        }
        return bytes;
    }

    private DataSet open() throws IOException {
        return DataSets.open("cifar", folder, Split.DEFAULT);
    }

    @Test
    void cifar_10_is_read_with_its_planes_interleaved() throws IOException, CorruptImageException {
        Pictures.write(folder.resolve("cifar/cifar-10-batches-bin/data_batch_1.bin"), records(40, 10, 1));
        Pictures.write(folder.resolve("cifar/cifar-10-batches-bin/test_batch.bin"), records(10, 10, 1));
        Files.writeString(folder.resolve("cifar/cifar-10-batches-bin/batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");

        DataSet data = open();

        assertThat(data.classes()).hasSize(10).startsWith("a", "b");
        assertThat(data.training().size()).isEqualTo(30);
        assertThat(data.remarks()).containsExactly("Only data_batch_1.bin of CIFAR-10's five training files are in cifar; data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin are missing.");
        ImageSet test = data.test().orElseThrow();
        assertThat(test.label(3)).isEqualTo(3);
        assertThat(test.decode(3).value(2, 5, 1)).isEqualTo((3 + 2 * 32 + 5 + 50) & 0xff);
    }

    @Test
    void cifar_100_has_its_fine_labels() throws IOException {
        Pictures.write(folder.resolve("cifar/train.bin"), records(200, 100, 2));
        Pictures.write(folder.resolve("cifar/test.bin"), records(100, 100, 2));

        DataSet data = open();

        assertThat(data.classes()).hasSize(100);
        assertThat(data.test().orElseThrow().label(42)).isEqualTo(42);
    }

    @Test
    void training_files_without_the_first_are_read_and_test_images_alone_are_refused_by_name() throws IOException {
        Pictures.write(folder.resolve("cifar/test_batch.bin"), records(10, 10, 1));
        assertThatThrownBy(this::open).isInstanceOf(UnusableDataException.class)
                .hasMessage("cifar/test_batch.bin: are CIFAR-10's test images, and none of its training images is there: data_batch_1.bin, data_batch_2.bin,"
                        + " data_batch_3.bin, data_batch_4.bin, data_batch_5.bin. Put them beside it.");

        Pictures.write(folder.resolve("cifar/data_batch_2.bin"), records(20, 10, 1));
        Pictures.write(folder.resolve("cifar/data_batch_4.bin"), records(20, 10, 1));

        DataSet data = open();

        assertThat(data.training().size() + data.validation().size()).isEqualTo(40);
        assertThat(data.test().orElseThrow().size()).isEqualTo(10);
        assertThat(data.remarks()).containsExactly("Only data_batch_2.bin, data_batch_4.bin of CIFAR-10's five training files are in cifar;"
                + " data_batch_1.bin, data_batch_3.bin, data_batch_5.bin are missing.");
    }

    @Test
    void a_cut_file_and_a_label_out_of_range_are_told() throws IOException {
        byte[] records = records(40, 10, 1);
        Pictures.write(folder.resolve("cifar/data_batch_1.bin"), Arrays.copyOf(records, 5000));
        assertThatThrownBy(this::open).isInstanceOf(UnusableDataException.class)
                .hasMessage("cifar/data_batch_1.bin: is cut off or no file of CIFAR-10: 5000 bytes are no whole number of records of 3073.");

        records[17 * 3073] = (byte) 203;
        Pictures.write(folder.resolve("cifar/data_batch_1.bin"), records);
        assertThatThrownBy(this::open).hasMessage("cifar/data_batch_1.bin: record 17 has the label 203, but the classes are numbered 0 to 9.");
    }

    @Test
    void several_files_are_one_set_and_count_in_the_budget() throws IOException, CorruptImageException {
        Pictures.write(folder.resolve("cifar/data_batch_1.bin"), records(20, 10, 1));
        // the numbers 20 to 49
        Pictures.write(folder.resolve("cifar/data_batch_2.bin"), Arrays.copyOfRange(records(50, 10, 1), 20 * 3073, 50 * 3073));

        ImageSet training = open().training();

        assertThat(training.size()).isEqualTo(40);
        int last = -1;
        for (int i = 0; i < training.size(); i++) {
            int number = training.decode(i).value(0, 0, 0);
            assertThat(training.label(i)).isEqualTo(number % 10);
            assertThat(training.nameOf(i)).isEqualTo(number < 20 ? "cifar/data_batch_1.bin image " + number : "cifar/data_batch_2.bin image " + (number - 20));
            assertThat(number).isGreaterThan(last);
            last = number;
        }
        FileTree tree = new FolderTree("cifar", folder.resolve("cifar"), Budget.ofHeap());
        assertThatThrownBy(() -> CifarFiles.in(tree, Split.DEFAULT, new Budget(100_000)).orElseThrow().read()).isInstanceOf(UnusableDataException.class)
                .hasMessageStartingWith("cifar/data_batch_2.bin: with it the data set takes more than 0 MiB");
    }
}
