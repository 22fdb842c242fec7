package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
    @TempDir
    private Path folder;

    private DataSet open(String name) throws IOException {
        return DataSets.open(name, folder, Split.DEFAULT);
    }

    private static List<String> names(ImageSet set) {
        return IntStream.range(0, set.size()).mapToObj(set::nameOf).toList();
    }

    @Test
    void folders_are_classes_and_the_split_takes_the_same_share_of_each_by_its_seed() throws IOException {
        Pictures.folder(folder.resolve("pets/dog"), 30);
        Pictures.folder(folder.resolve("pets/cat"), 20);

        DataSet data = open("pets");

        assertThat(data.classes()).containsExactly("cat", "dog");
        assertThat(data.training().size()).isEqualTo(45);
        assertThat(names(data.validation()).stream().filter(n -> n.startsWith("pets/cat/"))).hasSize(2);
        assertThat(names(data.validation()).stream().filter(n -> n.startsWith("pets/dog/"))).hasSize(3);
        assertThat(data.test()).isEmpty();
        List<String> all = new ArrayList<>(names(data.training()));
        all.addAll(names(data.validation()));
        assertThat(all).doesNotHaveDuplicates().hasSize(50);
        assertThat(names(open("pets").validation())).isEqualTo(names(data.validation()));
        assertThat(names(DataSets.open("pets", folder, new Split(0.1, 2)).validation())).isNotEqualTo(names(data.validation()));
        for (int i = 0; i < data.training().size(); i++) {
            assertThat(data.classes().get(data.training().label(i))).isEqualTo(data.training().nameOf(i).split("/")[1]);
        }
    }

    @Test
    void folders_of_parts_are_used_and_what_lies_elsewhere_is_told() throws IOException {
        for (String part : new String[] {"train", "val", "test"}) {
            Pictures.folder(folder.resolve("wrapped/" + part + "/a"), 3);
            Pictures.folder(folder.resolve("wrapped/" + part + "/b"), 2);
        }
        Pictures.write(folder.resolve("wrapped/extra/a/x.png"), Pictures.png(1));
        Pictures.write(folder.resolve("wrapped/train/.hidden/x.png"), Pictures.png(1));

        DataSet data = open("wrapped");

        assertThat(data.training().size()).isEqualTo(5);
        assertThat(data.validation().size()).isEqualTo(5);
        assertThat(names(data.test().orElseThrow())).allMatch(n -> n.startsWith("wrapped/test/"));
        assertThat(data.remarks()).containsExactly("1 folder(s) of wrapped that hold images are hidden, as their names begin with a dot (such as train/.hidden), and were passed over."
                + " Rename them if they are classes.", "1 images of wrapped lie outside train/, validation/, test/ and their class folders and were left out.");
    }

    @Test
    void an_image_that_lies_loose_in_a_folder_around_a_set_does_not_hide_it() throws IOException {
        for (String label : new String[] {"a", "b"}) {
            Pictures.folder(folder.resolve("parted/data/train/" + label), 3);
            Pictures.folder(folder.resolve("parted/data/test/" + label), 2);
            Pictures.folder(folder.resolve("plain/data/" + label), 3);
        }
        Pictures.write(folder.resolve("parted/data/overview.png"), Pictures.png(1));
        Pictures.write(folder.resolve("plain/data/overview.png"), Pictures.png(1));

        DataSet parted = open("parted");

        assertThat(parted.classes()).containsExactly("a", "b");
        assertThat(names(parted.test().orElseThrow())).hasSize(4);
        assertThat(parted.remarks()).containsExactly("1 images of parted lie outside train/, validation/, test/ and their class folders and were left out.");
        assertThat(open("plain").classes()).containsExactly("a", "b");
        assertThat(open("plain").remarks()).containsExactly("1 images of plain lie outside class folders and were left out.");
    }

    @Test
    void images_elsewhere_are_told_where_there_is_one_class() throws IOException {
        Pictures.folder(folder.resolve("set/data/train/a"), 2);
        Pictures.folder(folder.resolve("set/data/train/b"), 2);
        Pictures.write(folder.resolve("set/pictures/overview.png"), Pictures.png(1));

        assertThatThrownBy(() -> open("set")).isInstanceOf(UnusableDataException.class).hasMessage("set: holds images of one class only (pictures). Expected is one folder a class,"
                + " at least 2 of them. 4 images of set lie outside class folders and were left out. If such as data/train/a/0.png are meant, name the folder that holds the folders of their classes.");
    }

    @Test
    void folders_beside_classes_that_hold_no_images_are_told() throws IOException {
        for (String label : new String[] {"a", "b"}) {
            Pictures.folder(folder.resolve("plain/" + label), 2);
            Pictures.folder(folder.resolve("parted/train/" + label), 2);
        }
        Files.createDirectories(folder.resolve("plain/empty"));
        Pictures.write(folder.resolve("plain/notes/a.txt"), new byte[1]);
        Pictures.write(folder.resolve("plain/a/a.txt"), new byte[1]);
        Files.createDirectories(folder.resolve("parted/train/c"));
        Files.createDirectories(folder.resolve("parted/val/a"));

        assertThat(open("plain").remarks()).containsExactly("2 folder(s) of plain beside those of classes hold neither JPEG nor PNG and are no classes: empty, notes.");
        assertThat(open("parted").remarks()).containsExactly("1 folder(s) of parted beside those of classes hold neither JPEG nor PNG and are no classes: train/c.");
    }

    @Test
    void images_of_formats_that_are_not_read_are_told_and_jpegs_of_rarer_names_are_read() throws IOException {
        Pictures.folder(folder.resolve("mixed/a"), 3);
        Pictures.folder(folder.resolve("mixed/b"), 3);
        Pictures.write(folder.resolve("mixed/a/one.WebP"), Pictures.png(1));
        Pictures.write(folder.resolve("mixed/b/two.bmp"), Pictures.png(1));
        Pictures.write(folder.resolve("mixed/b/notes.txt"), Pictures.png(1));
        Pictures.write(folder.resolve("mixed/b/three.JFIF"), Pictures.png(1));

        DataSet data = open("mixed");

        assertThat(data.training().size() + data.validation().size()).isEqualTo(7);
        assertThat(data.remarks()).containsExactly("2 images of mixed are neither JPEG nor PNG (such as a/one.WebP) and were left out.");
    }

    @Test
    void without_validation_images_training_ones_are_split_and_test_ones_are_left_alone() throws IOException {
        for (String label : new String[] {"a", "b"}) {
            Pictures.folder(folder.resolve("x/train/" + label), 10);
            Pictures.folder(folder.resolve("x/test/" + label), 4);
        }

        DataSet data = open("x");

        assertThat(data.training().size()).isEqualTo(18);
        assertThat(data.validation().size()).isEqualTo(2);
        assertThat(names(data.validation())).allMatch(n -> n.startsWith("x/train/"));
        assertThat(data.test().orElseThrow().size()).isEqualTo(8);
    }

    @Test
    void archives_are_read_as_they_are_and_their_entries_cannot_escape() throws IOException, CorruptImageException {
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(folder.resolve("set.tar.gz")));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
            for (String path : new String[] {"set/a/1.png", "./set/a/2.png", "set/b/1.png", "set/b/2.png", "../a/3.png", "set/../../b/3.png"}) {
                TarArchiveEntry entry = new TarArchiveEntry(path);
                byte[] bytes = Pictures.png(path.length());
                entry.setSize(bytes.length);
                tar.putArchiveEntry(entry);
                tar.write(bytes);
                tar.closeArchiveEntry();
            }
            TarArchiveEntry link = new TarArchiveEntry("set/a/4.png", TarConstants.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("set.zip")))) {
            for (String path : new String[] {"a/1.png", "a/2.png", "b/1.png", "b/2.png"}) {
                zip.putNextEntry(new ZipEntry(path));
                zip.write(Pictures.png(path.length()));
            }
        }

        DataSet tar = open("set.tar.gz");
        assertThat(names(tar.training())).containsExactly("set.tar.gz/set/a/2.png", "set.tar.gz/set/b/2.png");
        assertThat(tar.remarks()).singleElement().asString().contains("3 entries of set.tar.gz are links or name places outside");
        assertThat(tar.training().decode(0).height()).isEqualTo(8);
        assertThat(open("set.zip").classes()).containsExactly("a", "b");
        assertThatThrownBy(() -> new ArchiveTree("set.zip", List.of(folder.resolve("set.zip")), new Budget(500))).hasMessageContaining("unpack it and name the folder");
    }

    @Test
    void a_folder_of_archives_alone_is_one_set() throws IOException {
        Files.createDirectories(folder.resolve("packed"));
        for (String part : new String[] {"train", "test"}) {
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("packed/" + part + ".zip")))) {
                for (String path : new String[] {"/a/1.png", "/a/2.png", "/b/1.png", "/b/2.png"}) {
                    zip.putNextEntry(new ZipEntry(part + path));
                    zip.write(Pictures.png(path.length()));
                }
            }
        }

        DataSet data = open("packed");

        assertThat(names(data.training())).allMatch(name -> name.startsWith("packed/train/")).hasSize(2);
        assertThat(data.test().orElseThrow().size()).isEqualTo(4);
    }

    @Test
    void an_archive_that_is_cut_off_is_refused() throws IOException {
        Files.write(folder.resolve("cut.tar.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0});

        assertThatThrownBy(() -> open("cut.tar.gz")).isInstanceOf(UnusableDataException.class).hasMessageContaining("cut.tar.gz: cannot be read as an archive");
    }

    @Test
    void links_that_lead_out_are_not_followed_and_those_within_are() throws IOException {
        Pictures.folder(folder.resolve("in/a"), 2);
        Pictures.folder(folder.resolve("in/b"), 2);
        Pictures.write(folder.resolve("secret.png"), Pictures.png(9));
        Files.createSymbolicLink(folder.resolve("in/a/out.png"), folder.resolve("secret.png"));
        Files.createSymbolicLink(folder.resolve("in/a/within.png"), folder.resolve("in/b/1.png"));
        Files.createSymbolicLink(folder.resolve("in/a/nothing.png"), folder.resolve("nothing.png"));
        Files.createSymbolicLink(folder.resolve("in/loop"), folder.resolve("in"));
        Files.createSymbolicLink(folder.resolve("in/a/round.png"), folder.resolve("in/b/and.png"));
        Files.createSymbolicLink(folder.resolve("in/b/and.png"), folder.resolve("in/a/round.png"));

        DataSet data = open("in");

        assertThat(data.training().size() + data.validation().size()).isEqualTo(5);
        assertThat(data.remarks()).containsExactly("5 symbolic link(s) in in lead to folders, to nothing, in circles or out of it, and were not followed.");
    }

    @Test
    void bad_sets_get_one_clear_message() throws IOException {
        Files.createDirectories(folder.resolve("empty/a"));
        Pictures.folder(folder.resolve("one/a"), 3);
        Pictures.folder(folder.resolve("flat"), 3);
        Pictures.folder(folder.resolve("single/a"), 3);
        Pictures.folder(folder.resolve("single/b"), 1);
        Pictures.folder(folder.resolve("unknown/train/a"), 2);
        Pictures.folder(folder.resolve("unknown/train/b"), 2);
        Pictures.folder(folder.resolve("unknown/test/c"), 1);
        Files.writeString(folder.resolve("file.txt"), "?");

        assertThatThrownBy(() -> open("nowhere")).isInstanceOf(UnusableDataException.class)
                .hasMessage("nowhere: there is no such folder or archive, and no data set of this name. Known by name: fashion-mnist.");
        assertThatThrownBy(() -> open("empty")).hasMessageStartingWith("empty: holds no images. Expected is one folder a class");
        assertThatThrownBy(() -> open("flat")).hasMessageStartingWith("flat: holds no images in class folders, but 3 elsewhere (such as 0.png)");
        assertThatThrownBy(() -> open("one")).hasMessageStartingWith("one: holds images of one class only (a)");
        assertThatThrownBy(() -> open("single")).hasMessageStartingWith("class b has one image (single/b/0.png), which cannot be split");
        assertThatThrownBy(() -> open("unknown")).hasMessage("unknown/test/c/0.png: is of a class that train/ does not have. It has a, b.");
        assertThatThrownBy(() -> open("file.txt")).hasMessage("file.txt: is neither a folder nor an archive (.tar, .tar.gz, .tgz, .zip).");
        assertThatThrownBy(() -> new Split(1, 1)).hasMessageContaining("not 1.0");
    }

    @Test
    void a_named_set_is_found_where_its_package_puts_it_and_else_the_package_is_named() throws IOException {
        assertThatThrownBy(() -> DataSets.open("fashion-mnist", folder, Split.DEFAULT, folder)).isInstanceOf(UnusableDataException.class)
                .hasMessageContaining("apt install dataset-fashion-mnist");

        Path place = folder.resolve("usr/share/datasets/fashion-mnist");
        IdxFilesTest.write(place, "train", 40, 10);
        IdxFilesTest.write(place, "t10k", 20, 10);
        DataSet data = DataSets.open("fashion-mnist", folder, Split.DEFAULT, folder);

        assertThat(data.classes()).hasSize(10).contains("Trouser");
        assertThat(data.training().size()).isEqualTo(30);
        assertThat(data.test().orElseThrow().size()).isEqualTo(20);
    }

    @Test
    void a_sample_is_balanced_and_depends_on_its_seed() throws IOException {
        Pictures.folder(folder.resolve("p/a"), 40);
        Pictures.folder(folder.resolve("p/b"), 10);
        ImageSet training = open("p").training();

        ImageSet sample = training.sample(12, 1);

        assertThat(IntStream.range(0, 12).filter(i -> sample.label(i) == 0).count()).isEqualTo(6);
        assertThat(names(training.sample(12, 1))).isEqualTo(names(sample)).isNotEqualTo(names(training.sample(12, 2)));
        assertThat(training.sample(1000, 1).size()).isEqualTo(training.size());
        assertThat(names(training.sample(1000, 1))).doesNotHaveDuplicates();
    }
}
