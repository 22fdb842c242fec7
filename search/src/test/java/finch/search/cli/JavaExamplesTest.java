package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of the documents compiles without warnings and runs. */
class JavaExamplesTest {
    private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");

    @TempDir
    private Path folder;

    @Test
    void every_java_block_compiles_and_runs() throws Exception {
        int run = 0;
        for (Documents.Block block : Documents.blocks()) {
            if (block.language().equals("java")) {
                run(block);
                run++;
            }
        }
        assertThat(run).isPositive();
        assertThat(folder.resolve("run/front.json")).exists();
    }

    private void run(Documents.Block block) throws Exception {
        Matcher name = CLASS.matcher(block.text());
        assertThat(name.find()).as("%s:%s is a whole class", block.file(), block.line()).isTrue();
        Path source = Files.writeString(folder.resolve(name.group(1) + ".java"), block.text());
        int code = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", "-Xlint:all", "-Werror", "-d", folder.toString(),
                "-cp", System.getProperty("java.class.path"), source.toString());
        assertThat(code).as("%s:%s", block.file(), block.line()).isZero();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Path argument = block.text().contains("import finch.data.") ? images() : folder.resolve("run");
            loader.loadClass(name.group(1)).getMethod("main", String[].class).invoke(null, (Object) new String[] {argument.toString()});
        }
    }

    /** 80 pictures of two classes. */
    private Path images() throws IOException {
        for (int i = 0; i < 80; i++) {
            Path file = folder.resolve("images").resolve(i % 2 == 0 ? "even" : "odd").resolve(i + ".png");
            Files.createDirectories(file.getParent());
            BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            picture.setRGB(i % 8, i / 10, 0xff00ff);
            ImageIO.write(picture, "png", file.toFile());
        }
        return folder.resolve("images");
    }

    @Test
    void the_examples_keep_their_promise_of_shortness() throws Exception {
        List<Documents.Block> blocks = Documents.blocks().stream().filter(block -> block.language().equals("java")).toList();
        assertThat(blocks).allMatch(block -> block.text().lines().filter(line -> !line.startsWith("import") && !line.isBlank()).count() < 30);
    }
}
