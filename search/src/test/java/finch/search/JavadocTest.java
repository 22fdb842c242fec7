package finch.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The documentation of what other programs may use builds without a warning. The compiler checks comments each time, but
 * not all that javadoc reads, such as {@code @snippet}.
 */
class JavadocTest {
    private static final Path ROOT = Path.of(System.getProperty("finch.root"));
    private static final List<String> MODULES = List.of("space", "evaluator/engine", "evaluator/onnx", "evaluator/onnxruntime", "evaluator/latency",
            "evaluator/data", "evaluator/accuracy", "evaluator/training", "search");

    @TempDir
    private Path folder;

    @Test
    @Tag("slow")
    void javadoc_builds_without_a_warning() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                sources.addAll(files.filter(file -> file.toString().endsWith(".java")).toList());
            }
        }

        assertThat(complaints(sources)).isEmpty();
        assertThat(folder.resolve("pages/finch/search/run/SearchRun.html")).isNotEmptyFile();
    }

    @Test
    void a_comment_that_is_wrong_is_noticed() throws IOException {
        Path wrong = Files.writeString(folder.resolve("Wrong.java"), """
                /** Has a snippet {@snippet file="nowhere.java"}. */
                public class Wrong {
                    /** @see Nothing */
                    public void first() {}
                }
                """);

        assertThat(complaints(List.of(wrong))).anyMatch(line -> line.endsWith(":3: error: reference not found")).anyMatch(line -> line.contains("nowhere.java"));
    }

    /** What javadoc says, but that kernels use an incubating module, which no option hides. Comments may be missing: names tell enough for many. */
    private List<String> complaints(List<Path> sources) {
        List<String> arguments = new ArrayList<>(List.of("-quiet", "-Xdoclint:all,-missing", "-Xmaxwarns", "1000", "-encoding", "UTF-8",
                "--add-modules", "jdk.incubator.vector", "-classpath", System.getProperty("java.class.path"), "-d", folder.resolve("pages").toString()));
        sources.forEach(source -> arguments.add(source.toString()));
        StringWriter out = new StringWriter();
        ToolProvider.findFirst("javadoc").orElseThrow().run(new PrintWriter(out), new PrintWriter(out), arguments.toArray(String[]::new));
        return out.toString().lines().filter(line -> line.contains("warning:") || line.contains("error:"))
                .filter(line -> !line.contains("using incubating module(s): jdk.incubator.vector")).toList();
    }
}
