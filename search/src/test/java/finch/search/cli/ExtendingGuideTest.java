package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code search/README.md} says of extending Finch is followed, on copies of the sources. */
class ExtendingGuideTest {
    private static final Pattern CODE = Pattern.compile("`(\\w+(?:/\\w+)+)(?:\\.\\w+)?`");
    private static final List<String> MODULES = List.of("space", "evaluator/engine", "evaluator/onnx", "evaluator/latency", "evaluator/data",
            "evaluator/accuracy", "evaluator/training", "search");

    @TempDir
    private Path folder;

    /** Sources as they would be, and what is compiled of them. */
    private final List<Path> changed = new ArrayList<>();

    // --- the guide ---------------------------------------------------------------------------------------------------

    private static String guide() throws IOException {
        String text = Files.readString(Documents.ROOT.resolve("search/README.md"), StandardCharsets.UTF_8);
        return text.substring(text.indexOf("\n## Extending"));
    }

    /** From a word of the guide to the next empty line. */
    private static String part(String from) throws IOException {
        String guide = guide();
        assertThat(guide).contains(from);
        return guide.substring(guide.indexOf(from)).split("\n\n(?![0-9])", 2)[0];
    }

    /** The classes that a part of the guide names, as {@code folder/Class}. */
    private static Set<String> classes(String part) {
        Set<String> classes = new TreeSet<>();
        CODE.matcher(part).results().map(code -> code.group(1)).filter(name -> name.matches(".*/[A-Z][a-z]\\w*")).forEach(classes::add);
        return classes;
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Documents.ROOT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    private static Path source(String name) throws IOException {
        return sources().stream().filter(file -> file.endsWith(name + ".java")).findFirst()
                .orElseThrow(() -> new AssertionError("the guide names " + name + ", which is not there"));
    }

    @Test
    void every_class_that_the_guide_names_is_there() throws IOException {
        Set<String> names = classes(guide());
        assertThat(names).hasSizeGreaterThan(25);
        for (String name : names) {
            assertThat(source(name)).exists();
        }
    }

    // --- an objective and an export, from the first line to the last ---------------------------------------------------

    @Test
    void an_objective_is_added_as_the_guide_says() throws Exception {
        edit("config/Objective", "PEAK_MEMORY(\"peak-memory\", false, \"bytes\", bytes());",
                "PEAK_MEMORY(\"peak-memory\", false, \"bytes\", bytes()),\n/** Layers of the network, exact. */\nLAYERS(\"layers\", false, \"layers\", units(\"\", 1));");
        edit("run/ArchitectureEvaluator", "Objective.PEAK_MEMORY);", "Objective.PEAK_MEMORY, Objective.LAYERS);", "case PEAK_MEMORY ->", "case LAYERS -> network.layers().size();\ncase PEAK_MEMORY ->");
        edit("config/BoundReader", "case PEAK_MEMORY ->", "case LAYERS -> \"60\";\ncase PEAK_MEMORY ->");
        edit("report/Words", "case PEAK_MEMORY -> \"Peak activations\";", "case PEAK_MEMORY -> \"Peak activations\";\ncase LAYERS -> \"Layers\";",
                "case SCORE -> \"\";", "case SCORE, LAYERS -> \"\";", "case TOP1, SCORE -> 1;", "case TOP1, SCORE, LAYERS -> 1;");
        edit("report/FrontSection", "case TOP1, SCORE, LATENCY -> Optional.empty();", "case TOP1, SCORE, LATENCY, LAYERS -> Optional.empty();");
        assertThat(names(changed)).isEqualTo(classes(part("**An objective")));
        compile();
        Files.writeString(folder.resolve("deep.yaml"), """
                schema: 1
                name: deep
                space: mobilenetv3-small
                objectives: [top1, layers]
                constraints: { layers: { at-most: 100 } }
                algorithm: { type: nsga2, population: 10, offspring: 10 }
                stop: { evaluations: 40 }
                export: { pick: none }
                """);

        finch("search", "deep.yaml", "--out", "deep");

        Matcher layers = Pattern.compile("\"layers\"\\s*:\\s*\\{\\s*\"value\"\\s*:\\s*([0-9.]+)").matcher(Files.readString(folder.resolve("deep/front.json")));
        List<Double> found = new ArrayList<>();
        while (layers.find()) {
            found.add(Double.valueOf(layers.group(1)));
        }
        assertThat(found).isNotEmpty().allSatisfy(count -> assertThat(count).isBetween(20.0, 100.0).isEqualTo(Math.rint(count)));
        assertThat(Files.readString(folder.resolve("deep/report.html"))).contains("Layers");
    }

    @Test
    void an_export_is_added_as_the_guide_says() throws Exception {
        edit("export/SourceFormat", "JAVA(\"Network.java.txt\", \".java\");", "JAVA(\"Network.java.txt\", \".java\"),\n/** A table. */\nLISTING(\"listing.txt\", \".txt\");");
        edit("cli/ExportCommand", "svg, java }", "svg, java, listing }", "case pytorch, keras, java ->", "case pytorch, keras, java, listing ->",
                "case onnx, pytorch, keras, java ->", "case onnx, pytorch, keras, java, listing ->");
        assertThat(names(changed)).isEqualTo(classes(part("**An export")));
        Path template = folder.resolve("classes/finch/search/export/listing.txt");
        Files.createDirectories(template.getParent());
        Files.writeString(template, "@DESCRIPTION@\n\"\"\"\n@ARCHITECTURE@\n\"\"\"\n");
        compile();

        finch("export", "mobilenetv3-small", "--format", "listing", "-o", "small.txt");

        assertThat(Files.readString(folder.resolve("small.txt"))).contains("2,542,856 parameters").contains("\"type\": \"inverted-residual\"");
    }

    /** @param changes by turns what stands there, once, and what is to stand there */
    private void edit(String name, String... changes) throws IOException {
        Path original = source(name);
        String text = Files.readString(original, StandardCharsets.UTF_8);
        for (int i = 0; i < changes.length; i += 2) {
            assertThat(text).as(name).containsOnlyOnce(changes[i]);
            text = text.replace(changes[i], changes[i + 1]);
        }
        Path copy = folder.resolve("sources").resolve(Documents.ROOT.relativize(original));
        Files.createDirectories(copy.getParent());
        changed.add(Files.writeString(copy, text));
    }

    private static Set<String> names(List<Path> sources) {
        Set<String> names = new TreeSet<>();
        sources.forEach(source -> names.add(name(source)));
        return names;
    }

    /** Folder and class. */
    private static String name(Path source) {
        return source.getParent().getFileName() + "/" + source.getFileName().toString().replace(".java", "");
    }

    private void compile() throws IOException {
        List<String> errors = errors(changed, "-d", Files.createDirectories(folder.resolve("classes")).toString()).stream().map(e -> name(e) + ": " + e.getMessage(Locale.ROOT)).toList();
        assertThat(errors).isEmpty();
    }

    private static List<Diagnostic<? extends JavaFileObject>> errors(List<Path> sources, String... options) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<String> all = new ArrayList<>(List.of("-proc:none", "-implicit:none", "--add-modules", "jdk.incubator.vector", "-Xmaxerrs", "1000",
                "-cp", System.getProperty("java.class.path")));
        all.addAll(List.of(options));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, Locale.ROOT, StandardCharsets.UTF_8)) {
            compiler.getTask(null, files, diagnostics, all, null, files.getJavaFileObjectsFromPaths(sources)).call();
        }
        return diagnostics.getDiagnostics().stream().filter(d -> d.getKind() == Diagnostic.Kind.ERROR).<Diagnostic<? extends JavaFileObject>>map(d -> d).toList();
    }

    private static String name(Diagnostic<? extends JavaFileObject> error) {
        return error.getSource() == null ? "nowhere" : name(Path.of(error.getSource().toUri()));
    }

    /** In a JVM of its own, in which the changed classes stand before the others. */
    private void finch(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "--add-modules", "jdk.incubator.vector", "-cp", folder.resolve("classes") + File.pathSeparator + System.getProperty("java.class.path"), Finch.class.getName()));
        line.addAll(List.of(arguments));
        Path told = folder.resolve("told");
        Process process = new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(told.toFile()).start();
        assertThat(process.waitFor()).as(() -> Files.exists(told) ? text(told) : "").isZero();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    // --- a block: what the compiler names -----------------------------------------------------------------------------

    @Test
    @Tag("slow")
    void the_compiler_names_the_places_of_a_block_that_the_guide_says_it_does() throws IOException {
        edit("space/Block", "record Convolution(", """
                record Added(Extent kernel, Extent stride, int out, Activation activation, Optional<SqueezeExcite> squeeze) implements Block {}

                record Convolution(""");
        edit("staged/BlockKind", "DEPTHWISE_SEPARABLE(\"depthwise-separable\"),", "DEPTHWISE_SEPARABLE(\"depthwise-separable\"),\nADDED(\"added\"),");
        List<Path> sources = new ArrayList<>(sources());
        sources.removeAll(List.of(source("space/Block"), source("staged/BlockKind")));
        sources.addAll(changed);

        Set<String> named = new TreeSet<>();
        // goes on to what is exhaustive though something is not
        for (Diagnostic<? extends JavaFileObject> error : errors(sources, "-XDshould-stop.ifError=FLOW", "-d", folder.toString())) {
            assertThat(error.getCode()).as(error.toString()).contains("not.exhaustive");
            named.add(name(error));
        }
        assertThat(named).isEqualTo(classes(part("**Named by the compiler")));
    }

    @Test
    void the_other_places_of_a_block_know_those_that_there_are() throws IOException {
        Set<String> places = classes(part("**Not named by it"));
        assertThat(places).isNotEmpty();
        for (String place : places) {
            assertThat(Files.readString(source(place))).as(place).containsPattern("depthwise-separable|DepthwiseSeparable|DEPTHWISE_SEPARABLE");
        }
        for (String template : List.of("pytorch.py", "keras.py")) {
            assertThat(part("**Not named by it")).contains(template);
            assertThat(Documents.ROOT.resolve("search/src/main/resources/finch/search/export").resolve(template)).content().contains("depthwise-separable");
        }
    }
}
