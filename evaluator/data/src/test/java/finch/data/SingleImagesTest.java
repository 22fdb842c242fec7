package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.network.TensorShape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images for a network that is trained already: files alone, and sets with classes of their own. */
class SingleImagesTest {
    @TempDir
    private Path folder;

    private void picture(String name, int colour) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage picture = new BufferedImage(11, 9, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 99; i++) {
            picture.setRGB(i % 11, i / 11, colour + 1021 * i);
        }
        ImageIO.write(picture, "png", file.toFile());
    }

    private DataSet cats_and_dogs() throws IOException {
        for (int i = 0; i < 4; i++) {
            picture("cat/" + i + ".png", 0x102030 * i);
            picture("dog/" + i + ".png", 0x301000 * i + 7);
        }
        return DataSets.open(folder.toString(), folder, new Split(0.25, 1));
    }

    @Test
    void a_file_alone_becomes_the_same_input_as_in_a_batch() throws Exception {
        ImageSet images = cats_and_dogs().validation();
        Normalisation normalisation = new Normalisation(List.of(0.5, 0.4, 0.3), List.of(0.2, 0.3, 0.4));
        TensorShape shape = new TensorShape(6, 8, 3);
        Batch batch = new Batches(images, BatchPlan.plain(2, shape, normalisation), 0).epoch(0).next();
        for (int i = 0; i < 2; i++) {
            float[] alone = new ImageInput(shape, normalisation).read(Path.of(images.nameOf(i)), "x.png");
            assertThat(alone).isEqualTo(Arrays.copyOfRange(batch.images(), i * shape.size(), (i + 1) * shape.size()));
        }
    }

    @Test
    void a_file_that_cannot_be_used_is_named() throws IOException {
        picture("x.png", 5);
        ImageInput grey = new ImageInput(new TensorShape(6, 6, 1), Normalisation.of(1, 0, 1));
        assertThatThrownBy(() -> grey.read(folder.resolve("x.png"), "x.png")).isInstanceOf(CorruptImageException.class).hasMessage("x.png: has 3 channels where 1 are wanted");
        assertThatThrownBy(() -> grey.read(folder.resolve("y.png"), "y.png")).isInstanceOf(CorruptImageException.class).hasMessage("y.png: there is no such file");
        assertThatThrownBy(() -> grey.read(folder, "folder")).isInstanceOf(CorruptImageException.class).hasMessage("folder: cannot be read: it is a folder");
    }

    @Test
    void classes_are_matched_by_name_or_by_number() throws IOException {
        ImageSet all = cats_and_dogs().training();
        ImageSet known = all.withClasses(List.of("bird", "dog", "cat"), "pets");
        assertThat(known.classes()).containsExactly("bird", "dog", "cat");
        for (int i = 0; i < all.size(); i++) {
            assertThat(known.label(i)).isEqualTo(all.label(i) == 0 ? 2 : 1);
        }
        assertThat(all.withClasses(List.of("cat", "dog"), "pets")).isSameAs(all);
        assertThat(all.withClasses(List.of("0", "1"), "pets").label(all.size() - 1)).isEqualTo(1);
        assertThatThrownBy(() -> all.withClasses(List.of("bird", "cat"), "pets")).isInstanceOf(UnusableDataException.class)
                .hasMessageContaining("pets: has 2 classes, among them \"dog\", which is none of the network's 2: bird, cat");
        assertThatThrownBy(() -> all.withClasses(List.of("0", "1", "2"), "pets")).isInstanceOf(UnusableDataException.class);
    }

    /** The class of each image, as its file is in a folder of its name. */
    private static void assertThatLabelsAreFolders(ImageSet images) {
        for (int i = 0; i < images.size(); i++) {
            assertThat(images.classes().get(images.label(i))).isEqualTo(Path.of(images.nameOf(i)).getParent().getFileName().toString());
        }
    }

    @Test
    void numbers_that_sort_otherwise_as_names_are_still_matched_by_name() throws IOException {
        List<String> counted = IntStream.range(0, 12).mapToObj(Integer::toString).toList();
        for (String number : counted) {
            picture(number + "/a.png", 1);
            picture(number + "/b.png", 2);
        }
        ImageSet folders = DataSets.open(folder.toString(), folder, Split.DEFAULT).training();

        assertThat(folders.classes()).startsWith("0", "1", "10", "11", "2");
        ImageSet known = folders.withClasses(counted, "numbers");
        assertThat(known.classes()).isEqualTo(counted);
        assertThatLabelsAreFolders(known);
        // and back: a network that was trained on folders, and images with labels of IDX files
        assertThatLabelsAreFolders(known.withClasses(folders.classes(), "numbers"));
    }

    @Test
    void numbers_that_do_not_count_from_0_are_names_and_leading_zeros_do_not_matter() throws IOException {
        for (String name : List.of("counted/1", "counted/2", "padded/00", "padded/01")) {
            picture(name + "/a.png", 1);
            picture(name + "/b.png", 2);
        }
        ImageSet counted = DataSets.open("counted", folder, Split.DEFAULT).training();
        ImageSet padded = DataSets.open("padded", folder, Split.DEFAULT).training();

        assertThatThrownBy(() -> counted.withClasses(List.of("0", "1"), "counted")).isInstanceOf(UnusableDataException.class)
                .hasMessageContaining("among them \"2\", which is none of the network's 2: 0, 1");
        assertThat(padded.withClasses(List.of("0", "1"), "padded").label(1)).isEqualTo(1);
        assertThat(padded.withClasses(List.of("cat", "dog"), "padded").label(1)).isEqualTo(1);
    }

    @Test
    void a_fingerprint_is_of_content_and_not_of_place() throws IOException {
        DataSet here = cats_and_dogs();
        String whole = Fingerprint.of(here.training(), here.name());
        assertThat(whole).hasSize(64).isEqualTo(Fingerprint.of(DataSets.open(folder + "/.", folder, new Split(0.25, 1)).training(), folder + "/."));
        assertThat(Fingerprint.of(DataSets.open(folder.toString(), folder, new Split(0.25, 2)).training(), here.name())).as("another split").isNotEqualTo(whole);
        for (int i = 0; i < 4; i++) {
            picture("cat/" + i + ".png", 0x102031 * i + 9);
        }
        assertThat(Fingerprint.of(DataSets.open(folder.toString(), folder, new Split(0.25, 1)).training(), here.name())).as("other pixels").isNotEqualTo(whole);
        assertThat(Fingerprint.of(here.training().withClasses(List.of("cat", "dog", "bird"), ""), here.name())).as("other classes").isNotEqualTo(whole);
    }
}
