package finch.search.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.engine.FinchRuntime;
import finch.engine.LoadedNetwork;
import finch.engine.Weights;
import finch.onnx.OnnxOptions;
import finch.onnx.OnnxWriter;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.References;
import finch.space.network.Network;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceFormatTest {
    private static final Architecture SMALL = References.resolve("mobilenetv3-small@0.35/96");

    @TempDir
    private Path folder;

    private static String write(SourceFormat format, Architecture architecture) {
        return format.write(architecture, "small", "small.safetensors", 0.001f, "Written by a test.");
    }

    @ParameterizedTest
    @EnumSource(SourceFormat.class)
    void every_reference_reads_back_out_of_its_source(SourceFormat format) {
        for (String name : References.names()) {
            Architecture architecture = References.resolve(name);
            String source = write(format, architecture);
            assertThat(SourceFormat.readBack(source).anonymous()).as(name).isEqualTo(architecture.anonymous());
            assertThat(source).as(name).doesNotContainPattern("@[A-Z]+@").contains(String.format(java.util.Locale.ROOT, "%,d parameters", Network.of(architecture).params()));
        }
    }

    @ParameterizedTest
    @EnumSource(SourceFormat.class)
    void a_hostile_name_stays_text(SourceFormat format) {
        Architecture hostile = SMALL.named("\"\"\" */ \\u002a/ evil()\n@ARCHITECTURE@ <x>");
        String source = write(format, hostile);
        assertThat(SourceFormat.readBack(source).anonymous()).isEqualTo(SMALL.anonymous());
        assertThat(source).doesNotContain("\"\"\" */").doesNotContain("\\u002a");
    }

    @ParameterizedTest
    @EnumSource(SourceFormat.class)
    void a_name_that_is_a_place_of_the_template_stays_as_it_is(SourceFormat format) {
        String source = write(format, SMALL.named("@CLASS@ @WIDTH@ @ARCHITECTURE@ @DESCRIPTION@"));
        assertThat(source).contains("@CLASS@ @WIDTH@ @ARCHITECTURE@ @DESCRIPTION@: ").contains("\"name\": \"@CLASS@ @WIDTH@ @ARCHITECTURE@ @DESCRIPTION@\"");
    }

    /** Keras on PyTorch refuses them. */
    @Test
    void names_of_keras_layers_have_no_dots() {
        assertThat(write(SourceFormat.KERAS, SMALL)).contains("name + \"_norm\"").doesNotContainPattern("\"[a-z]*\\.[a-z]+\"\\)");
    }

    @ParameterizedTest
    @EnumSource(SourceFormat.class)
    void another_table_is_another_architecture(SourceFormat format) {
        String source = write(format, SMALL);
        String tampered = source.replaceFirst("\"kernel\": 5", "\"kernel\": 3");
        assertThat(tampered).isNotEqualTo(source);
        assertThat(SourceFormat.readBack(tampered).anonymous()).isNotEqualTo(SMALL.anonymous());
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "1st", "a.b", "class", "x-y", "record", "var", "_", "", "true", "Network", "Weights", "Path", "LoadedNetwork", "String", "Override"})
    void names_that_java_takes_for_no_class_here_are_refused(String name) {
        refused(SourceFormat.JAVA, name, "MyNetwork.java");
    }

    /** Each compiles under it, beside the classes that it uses. */
    @ParameterizedTest
    @ValueSource(strings = {"Small", "None", "torch", "network", "ARCHITECTURE", "Netz_ä", "Object", "finch"})
    void names_that_java_takes_compile(String name) {
        assertThat(SourceFormat.JAVA.takes(name)).isTrue();
        compile(name, SourceFormat.JAVA.write(SMALL, name, "", 0.001f, "Written by a test."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "1st", "a.b", "x-y", "my$net", "class", "None", "def", "lambda", "async", "", "json", "keras"})
    void names_that_python_takes_for_no_module_here_are_refused(String name) {
        refused(SourceFormat.KERAS, name, "my_network.py");
    }

    @ParameterizedTest
    @EnumSource(value = SourceFormat.class, names = "JAVA", mode = EnumSource.Mode.EXCLUDE)
    void names_that_only_java_keeps_to_itself_are_fine_in_python(SourceFormat format) {
        assertThat(List.of("interface", "int", "Network", "match", "_", "netz_ä")).allMatch(format::takes);
        assertThat(List.of("torch", "pathlib", "struct")).allMatch(module -> format.takes(module) == (format == SourceFormat.KERAS));
    }

    private static void refused(SourceFormat format, String name, String wayOut) {
        assertThat(format.takes(name)).isFalse();
        assertThatThrownBy(() -> format.write(SMALL, name, "w", 0.001f, "")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " cannot be the name of a ").hasMessageContaining(wayOut);
    }

    /** To make it anew after a change, run the tests with {@code -Dfinch.test.jvmArgs=-Dfinch.golden=write}. */
    @Test
    void the_keras_source_is_the_stored_one() throws IOException {
        Path golden = Path.of(System.getProperty("finch.root"), "search/src/test/resources/finch/search/export/keras_golden.py");
        String source = SourceFormat.KERAS.write(SMALL, "keras_golden", "none", 0.001f, "Written by a test.");
        if ("write".equals(System.getProperty("finch.golden"))) {
            Files.writeString(golden, source);
        }
        assertThat(source).isEqualTo(Files.readString(golden, StandardCharsets.UTF_8));
    }

    @Test
    void the_java_source_compiles_and_computes_what_the_engine_computes() throws Exception {
        Network network = Network.of(SMALL);
        float[] image = image(network);
        compile("Small", SourceFormat.JAVA.write(SMALL, "Small", "", 0.001f, "Written by a test."));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> small = loader.loadClass("Small");
            try (AutoCloseable untrained = (AutoCloseable) small.getMethod("untrained", long.class).invoke(null, 5L)) {
                assertThat((float[]) small.getMethod("logits", float[].class).invoke(untrained, (Object) image))
                        .isEqualTo(engine(network, Weights.seeded(network, 5), image));
            }
            Path onnx = folder.resolve("small.onnx");
            Weights weights = Weights.seeded(network, 9);
            Files.write(onnx, OnnxWriter.toBytes(network, weights, OnnxOptions.unfolded().withArchitecture(ArchitectureFormat.toJson(SMALL))));
            try (AutoCloseable loaded = (AutoCloseable) small.getMethod("load", Path.class).invoke(null, onnx)) {
                assertThat((float[]) small.getMethod("logits", float[].class).invoke(loaded, (Object) image)).isEqualTo(engine(network, weights, image));
            }
            Architecture other = References.resolve("mobilenetv3-small@0.5/96");
            Network otherNetwork = Network.of(other);
            Files.write(onnx, OnnxWriter.toBytes(otherNetwork, Weights.seeded(otherNetwork, 1), OnnxOptions.folded().withArchitecture(ArchitectureFormat.toJson(other))));
            assertThatThrownBy(() -> small.getMethod("load", Path.class).invoke(null, onnx)).isInstanceOf(InvocationTargetException.class)
                    .cause().isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another network");
        }
    }

    private void compile(String name, String source) {
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        java.io.StringWriter messages = new java.io.StringWriter();
        boolean compiled = ToolProvider.getSystemJavaCompiler().getTask(messages, null, null, List.of("-d", folder.toString(), "-proc:none", "-Xlint:all", "-Werror",
                "-cp", System.getProperty("java.class.path")), null, List.of(file)).call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }

    private static float[] image(Network network) {
        SplittableRandom random = new SplittableRandom(1);
        float[] image = new float[network.input().size()];
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) random.nextGaussian();
        }
        return image;
    }

    private static float[] engine(Network network, Weights weights, float[] image) {
        float[] logits = new float[network.output().size()];
        try (LoadedNetwork loaded = new FinchRuntime().load(network, weights, 1, 1)) {
            loaded.run(image, logits);
        }
        return logits;
    }
}
