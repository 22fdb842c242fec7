package finch.search.export;

import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Kinds of source code that an architecture can be written as. */
public enum SourceFormat {
    /** A module for PyTorch, which also reads the weights of {@link Safetensors}. */
    PYTORCH("pytorch.py", ".py"),
    /** A module for Keras 3, without weights. */
    KERAS("keras.py", ".py"),
    /** A class that runs the network on Finch's engine. */
    JAVA("Network.java.txt", ".java");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern PLACE = Pattern.compile("@([A-Z]+)@");
    private static final String MARK = "\"\"\"";

    private final String template;
    private final String ending;

    SourceFormat(String template, String ending) {
        this.template = template;
        this.ending = ending;
    }

    /** Of the file's name. */
    public String ending() {
        return ending;
    }

    /**
     * The source.
     *
     * @param name    of the module or class, without ending; {@link #takes} it
     * @param weights name of the file of weights beside it; where there is none, any example
     * @param epsilon of all batch normalisations
     * @throws IllegalArgumentException if the name cannot be had
     * @throws IllegalStateException    if the text does not read back as the architecture
     */
    public String write(Architecture architecture, String name, String weights, float epsilon, String provenance) {
        String text = resource(template);
        Optional<String> problem = problem(name, text);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(name + " cannot be the name of a " + (this == JAVA ? "class" : "module") + ": " + problem.get()
                    + ". Give the file another name, of letters, digits and _ and beginning with a letter, e.g. " + (this == JAVA ? "MyNetwork" : "my_network") + ending + ".");
        }
        Network network = Network.of(architecture);
        Map<String, String> values = Map.ofEntries(
                Map.entry("DESCRIPTION", description(architecture, network, provenance)), Map.entry("MODULE", name), Map.entry("CLASS", name), Map.entry("IDENTIFIER", name),
                Map.entry("WEIGHTS", weights), Map.entry("EPSILON", Float.toString(epsilon)), Map.entry("CLASSES", Integer.toString(architecture.classes())),
                Map.entry("CHANNELS", Integer.toString(architecture.channels())), Map.entry("HEIGHT", Integer.toString(architecture.resolution().height())),
                Map.entry("WIDTH", Integer.toString(architecture.resolution().width())),
                Map.entry("ARCHITECTURE", table(architecture).indent(this == JAVA ? 12 : 0).stripTrailing()));
        // at once, since a network's name may hold anything, such as a place that is to be filled
        text = PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement(values.getOrDefault(place.group(1), place.group())));
        if (!readBack(text).anonymous().equals(architecture.anonymous())) {
            throw new IllegalStateException("the exported source of " + architecture.name() + " reads back as another architecture");
        }
        return text;
    }

    /** Whether a module or class may have the name: an identifier, no keyword, and nothing that the source itself uses. */
    public boolean takes(String name) {
        return problem(name, resource(template)).isEmpty();
    }

    private Optional<String> problem(String name, String source) {
        return this == JAVA ? SourceNames.javaProblem(name, source) : SourceNames.pythonProblem(name, source);
    }

    private String description(Architecture architecture, Network network, String provenance) {
        String name = architecture.name().replaceAll("[^A-Za-z0-9 ._@:/+-]", "_");
        return String.format(Locale.ROOT, "%s: %s, image %d x %d x %d, %d classes, %,d parameters, %,d multiply-adds.%n%s%s", name.isEmpty() ? "A network" : name,
                architecture.blocks().size() + " blocks", architecture.resolution().height(), architecture.resolution().width(), architecture.channels(),
                architecture.classes(), network.params(), network.macs(), this == JAVA ? " * " : "", provenance).replace(System.lineSeparator(), "\n");
    }

    /** The table of the architecture as JSON, one block a line, in which nothing ends a text block or is an escape of one. */
    private static String table(Architecture architecture) {
        JsonNode tree = JSON.readTree(ArchitectureFormat.toJson(architecture.named(architecture.name().replaceAll("[\\\\\"\\p{Cntrl}]", "_"))));
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            String key = "  " + JSON.writeValueAsString(entry.getKey()) + ": ";
            lines.add(entry.getKey().equals("blocks") ? key + "[\n" + String.join(",\n", entry.getValue().valueStream().map(b -> "    " + line(b)).toList()) + "\n  ]"
                    : key + line(entry.getValue()));
        }
        return "{\n" + String.join(",\n", lines) + "\n}";
    }

    private static String line(JsonNode node) {
        return JSON.writeValueAsString(node).replace("\":", "\": ").replace(",\"", ", \"");
    }

    /** The architecture in a written source. @throws IllegalArgumentException if there is none */
    static Architecture readBack(String source) {
        for (int from = source.indexOf(MARK); from >= 0; from = source.indexOf(MARK, from + 3)) {
            int to = source.indexOf(MARK, from + 3);
            String text = to < 0 ? "" : source.substring(from + 3, to).strip();
            if (text.startsWith("{") && text.contains(ArchitectureFormat.ID)) {
                return ArchitectureFormat.parse("the exported source", text);
            }
        }
        throw new IllegalArgumentException("the source holds no architecture");
    }

    private static String resource(String name) {
        try (InputStream in = SourceFormat.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
