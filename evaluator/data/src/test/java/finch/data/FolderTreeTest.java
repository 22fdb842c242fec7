package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTreeTest {
    @TempDir
    private Path folder;

    private FolderTree tree() throws IOException {
        return new FolderTree("set", folder, new Budget(1 << 20));
    }

    @Test
    void a_backslash_in_a_name_is_a_letter() throws IOException {
        Pictures.write(folder.resolve("a/b\\c.png"), new byte[] {7});

        FolderTree tree = tree();

        assertThat(tree.paths()).containsExactly("a/b\\c.png");
        assertThat(tree.read("a/b\\c.png", 5)).containsExactly(7);
    }

    @Test
    void folders_that_lie_too_deep_are_told() throws IOException {
        Pictures.write(folder.resolve("1/2/3/4/5/there.png"), new byte[1]);
        Pictures.write(folder.resolve("1/2/3/4/5/6/lost.png"), new byte[1]);

        FolderTree tree = tree();

        assertThat(tree.paths()).containsExactly("1/2/3/4/5/there.png");
        assertThat(tree.remarks()).containsExactly("1 folder(s) in set lie more than 5 folders deep and were not looked into.");
    }

    @Test
    void names_of_files_count_in_the_budget() throws IOException {
        Pictures.folder(folder.resolve("a"), 30);

        assertThatThrownBy(() -> new FolderTree("set", folder, new Budget(5000))).isInstanceOf(UnusableDataException.class)
                .hasMessageStartingWith("set: with it the data set takes more than 0 MiB");
    }

    @Test
    void a_file_that_became_a_link_out_of_the_folder_is_not_opened() throws IOException {
        Path set = folder.resolve("set");
        Pictures.write(set.resolve("a/1.png"), new byte[1]);
        Pictures.write(folder.resolve("secret.png"), new byte[1]);
        FolderTree tree = new FolderTree("set", set, new Budget(1 << 20));
        Files.delete(set.resolve("a/1.png"));
        Files.createSymbolicLink(set.resolve("a/1.png"), folder.resolve("secret.png"));

        assertThatThrownBy(() -> tree.read("a/1.png", 5)).hasMessage("leads out of set");
    }

    @Test
    void archives_beside_folders_or_images_are_told_and_not_read() throws IOException {
        for (String label : new String[] {"a", "b"}) {
            Pictures.folder(folder.resolve("mixed/" + label), 3);
        }
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("mixed/more.zip")))) {
            zip.putNextEntry(new ZipEntry("c/1.png"));
            zip.write(Pictures.png(1));
        }
        Pictures.write(folder.resolve("loose/1.png"), Pictures.png(1));
        Files.copy(folder.resolve("mixed/more.zip"), folder.resolve("loose/more.zip"));
        String remark = "1 archive(s) in %s lie beside folders or data files and were not opened. Name one of them, or put them into a folder of their own.";

        DataSet data = DataSets.open("mixed", folder, Split.DEFAULT);

        assertThat(data.classes()).containsExactly("a", "b");
        assertThat(data.remarks()).containsExactly(remark.formatted("mixed"));
        assertThatThrownBy(() -> DataSets.open("loose", folder, Split.DEFAULT)).hasMessageStartingWith("loose: holds no images in class folders")
                .hasMessageEndingWith(remark.formatted("loose"));
    }
}
