package finch.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The sources are kept as a newcomer would like to find them. The arrows between packages are {@link PackageDependencyTest}'s. */
class HouseTest {
    private static final Path ROOT = Path.of(System.getProperty("finch.root"));
    private static final int LONGEST = 400;
    private static final Pattern DESCRIPTION = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);
    private static final Pattern VAGUE = Pattern.compile("\\w+(Impl|Manager|Helper|Utils?)(Test)?\\.java");

    /** Files that may be longer, each with its reason. */
    private static final Map<String, String> LONGER = Map.of();

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return !folder.equals(ROOT) && Set.of("target", ".git", "runs").contains(folder.getFileName().toString()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    sources.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(sources).hasSizeGreaterThan(500);
        return sources;
    }

    @Test
    void no_file_is_longer_than_a_reader_can_hold_in_mind() throws IOException {
        List<String> longer = new ArrayList<>();
        for (Path source : sources()) {
            long lines;
            try (var all = Files.lines(source)) {
                lines = all.count();
            }
            String name = ROOT.relativize(source).toString().replace('\\', '/');
            if (lines > LONGEST && !LONGER.containsKey(name)) {
                longer.add(name + ": " + lines);
            }
        }

        assertThat(longer).isEmpty();
    }

    @Test
    void every_package_says_in_a_sentence_what_it_is_for() throws IOException {
        Set<Path> packages = new TreeSet<>();
        for (Path source : sources()) {
            if (source.toString().replace('\\', '/').contains("/src/main/java/")) {
                packages.add(source.getParent());
            }
        }
        assertThat(packages).hasSizeGreaterThan(20);
        for (Path folder : packages) {
            Path file = folder.resolve("package-info.java");
            assertThat(file).exists();
            Matcher description = DESCRIPTION.matcher(Files.readString(file));
            assertThat(description.find()).as("%s has a description", file).isTrue();
            String text = description.group(1).replaceAll("\\s*\\n\\s*\\*\\s?", " ").replaceAll("\\{@(?:link|code) ([^}]*)}", "$1").strip();
            String sentence = text.split("(?<=[.?])\\s", 2)[0];
            assertThat(sentence).as(file.toString()).endsWith(".").hasSizeBetween(15, 250);
        }
    }

    @Test
    void names_say_what_a_class_is() throws IOException {
        assertThat(sources()).extracting(source -> source.getFileName().toString()).noneMatch(name -> VAGUE.matcher(name).matches());
    }
}
