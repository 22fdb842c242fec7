package finch.space.format;

import finch.space.staged.Capacity;
import finch.space.staged.SpaceDefinition;
import finch.space.staged.StagedSpace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Reads {@code finch-space/1}: search spaces as YAML or JSON files (the keys are described in {@code
 * configs/spaces/README.md} and by the JSON Schema there).
 */
public final class SpaceFormat {
    /** The value of the key {@code format}. */
    public static final String ID = "finch-space/1";

    private static final String FILE = ".*\\.(yaml|yml|json)";
    private static final String FOLDER = "/finch/configs/spaces/";

    private SpaceFormat() {}

    /** The spaces that ship with the product, in alphabetical order. */
    public static List<String> names() {
        URL folder = SpaceFormat.class.getResource(FOLDER + "mobilenetv3.yaml");
        if (folder == null) {
            throw new IllegalStateException("the shipped spaces are missing: " + FOLDER);
        }
        try {
            if (folder.openConnection() instanceof JarURLConnection jar) {
                // the class loader's own open file; opening the jar as a file system takes longer than reading a space
                String prefix = FOLDER.substring(1);
                return names(jar.getJarFile().stream().map(ZipEntry::getName).filter(name -> name.startsWith(prefix))
                        .map(name -> name.substring(prefix.length())));
            }
            try (Stream<Path> files = Files.list(Path.of(folder.toURI()).getParent())) {
                return names(files.map(file -> file.getFileName().toString()));
            }
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException("cannot list the shipped spaces", e);
        }
    }

    private static List<String> names(Stream<String> files) {
        return files.filter(file -> file.endsWith(".yaml") && !file.contains("/")).map(file -> file.substring(0, file.length() - ".yaml".length()))
                .sorted().toList();
    }

    /**
     * A space that ships with the product.
     *
     * @throws IllegalArgumentException if there is none of this name, with the names there are
     */
    public static StagedSpace named(String name) {
        if (name.matches("[a-z0-9-]+")) {
            try (InputStream in = SpaceFormat.class.getResourceAsStream(FOLDER + name + ".yaml")) {
                if (in != null) {
                    return parse("configs/spaces/" + name + ".yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalArgumentException("no space is called " + name + ". " + Suggestions.nearest(name, names())
                .map(n -> "Maybe you meant " + n + ". ").orElse("") + "Known: " + String.join(", ", names())
                + "; or give the path of a .yaml or .json file.");
    }

    /**
     * @throws InvalidFileException with all mistakes of the file, each with its line
     * @throws IOException          if the file cannot be read
     */
    public static StagedSpace read(Path file) throws IOException {
        return of(SourceReader.read(file));
    }

    /**
     * @param sourceName how messages call the text; its last part is the space's name if the text gives none
     * @throws InvalidFileException with all mistakes of the text, each with its line
     */
    public static StagedSpace parse(String sourceName, String text) {
        return of(SourceReader.parse(sourceName, text));
    }

    /**
     * A space as a whole document or as a value of another file: the name of a shipped space; the path of a space file,
     * taken from the working folder or from the folder of the file it stands in; a mapping with {@code base} (one of
     * these) and {@code freeze} (choices to keep, by decision name or pattern); or a space's own keys.
     *
     * @throws InvalidFileException with all mistakes found so far in the document
     */
    public static StagedSpace of(SourceNode node) {
        Optional<StagedSpace> space = find(node);
        node.problems().throwIfAny();
        return space.orElseThrow();
    }

    /** Like {@link #of}, but leaves the mistakes in the node's {@link Problems} and answers nothing if there are any here. */
    public static Optional<StagedSpace> find(SourceNode node) {
        Set<Path> open = new HashSet<>();
        try {
            Path own = Path.of(node.problems().file());
            if (Files.isRegularFile(own)) {
                open.add(own.toRealPath());
            }
        } catch (IllegalArgumentException | IOException e) {
            // a text that is no file, such as a line of standard input, leads nowhere back
        }
        return find(node, open);
    }

    /** @param open the files that are being read, by real path: the node's own and those whose base leads here */
    private static Optional<StagedSpace> find(SourceNode node, Set<Path> open) {
        int before = node.problems().count();
        Optional<StagedSpace> space = node.kind() == SourceNode.Kind.TEXT ? byName(node, open)
                : node.get("base").isPresent() ? restricted(node, open) : declared(node);
        return node.problems().count() == before ? space : Optional.empty();
    }

    private static Optional<StagedSpace> declared(SourceNode node) {
        String file = Path.of(node.problems().file()).getFileName().toString();
        int before = node.problems().count();
        SpaceDefinition definition = new SpaceReader().space(node, file.replaceFirst("\\.(yaml|yml|json)$", ""));
        if (node.problems().count() > before) {
            return Optional.empty();
        }
        StagedSpace space = new StagedSpace(definition);
        requireWritable(node, space.capacity());
        return Optional.of(space);
    }

    /** Counts that come of ratios and of the width are in the bounds of an architecture file, so that what a search finds can be read again. */
    private static void requireWritable(SourceNode node, Capacity capacity) {
        List<SourceNode> stages = node.get("stages").map(SourceNode::items).orElse(List.of());
        Set<String> told = new HashSet<>();
        for (Capacity.Part part : capacity.parts()) {
            SourceNode stage = stages.get(part.place().stage() - 1);
            inBounds(stage, "expand", "block " + part.place().slot() + " can have " + part.inside() + " channels inside", part.inside(), told);
            inBounds(stage, "squeeze", "block " + part.place().slot() + " can have " + part.squeeze() + " squeezed channels", part.squeeze(), told);
        }
        node.get("head").ifPresent(head -> inBounds(head, "conv", "it can have " + capacity.conv() + " channels", capacity.conv(), told));
    }

    /** @param told keys that were complained about: a stage's property is told of its first block */
    private static void inBounds(SourceNode mapping, String key, String what, int channels, Set<String> told) {
        String path = mapping.path() + "." + key;
        if (channels > ArchitectureFormat.MAX_CHANNELS && told.add(path)) {
            mapping.problems().add(mapping.get(key).map(SourceNode::line).orElse(mapping.line()), path, what + ", and an architecture has at most "
                    + ArchitectureFormat.MAX_CHANNELS + ". Use a smaller ratio, fewer channels before it or a smaller width.");
        }
    }

    private static Optional<StagedSpace> byName(SourceNode node, Set<Path> open) {
        String text = node.text();
        try {
            if (!text.matches(FILE)) {
                return Optional.of(named(text));
            }
            Path file = file(node);
            SourceNode other = SourceReader.read(file);
            Set<Path> opened = new HashSet<>(open);
            if (!opened.add(file.toRealPath())) {
                node.problem("leads back to " + text + ", which is being read. A base is a shipped space, or a file that does not build on this one.");
                return Optional.empty();
            }
            Optional<StagedSpace> space = find(other, opened);
            other.problems().throwIfAny();
            return space;
        } catch (IllegalArgumentException e) {
            node.problem(e.getMessage());
        } catch (IOException e) {
            node.problem("cannot read the space file " + text + (e instanceof NoSuchFileException ? ", which is not there" : "")
                    + ". Give a path from the working folder or from the folder of this file.");
        } catch (InvalidFileException e) {
            e.problems().forEach(p -> node.problem("the space file has a mistake: " + p));
        }
        return Optional.empty();
    }

    private static Path file(SourceNode name) {
        Path given = Path.of(name.text());
        return Files.exists(given) ? given : Path.of(name.problems().file()).resolveSibling(name.text());
    }

    /**
     * The file that a base names, from the working folder or from the folder of the file that it stands in.
     *
     * @param otherwise a folder to look in as well
     * @return empty for the name of a shipped space, and where there is no such file
     */
    public static Optional<Path> file(SourceNode base, Path otherwise) {
        return base.kind() != SourceNode.Kind.TEXT || !base.text().matches(FILE) ? Optional.empty()
                : Stream.of(file(base), otherwise.resolve(base.text())).filter(Files::isRegularFile).findFirst().map(f -> f.toAbsolutePath().normalize());
    }

    /**
     * The files that a space's text leads to: that of its base, of the base's base and so on.
     *
     * @param node a space that can be read
     * @throws IOException if one cannot be read
     */
    public static List<Path> files(SourceNode node) throws IOException {
        List<Path> files = new ArrayList<>();
        Optional<SourceNode> at = Optional.of(node);
        while (at.isPresent()) {
            Optional<Path> file = file(at.get(), Path.of(""));
            if (file.isPresent()) {
                files.add(file.get());
                at = Optional.of(SourceReader.read(file.get()));
            } else {
                at = at.filter(n -> n.kind() == SourceNode.Kind.MAPPING).flatMap(n -> n.get("base"));
            }
        }
        return files;
    }

    private static Optional<StagedSpace> restricted(SourceNode node, Set<Path> open) {
        node.onlyKeys("base", "freeze");
        Optional<StagedSpace> base = find(node.get("base").orElseThrow(), open);
        Optional<SourceNode> freeze = node.get("freeze");
        return freeze.isEmpty() ? base : base.flatMap(space -> freeze(space, freeze.get()));
    }

    /**
     * A space with only some choices.
     *
     * @param freeze mapping of a decision's name or a pattern, in which {@code *} stands for any text, to the choice or the list of choices
     *               to keep; mistakes are reported there
     */
    public static Optional<StagedSpace> freeze(StagedSpace space, SourceNode freeze) {
        if (!freeze.isMapping()) {
            return Optional.empty();
        }
        int before = freeze.problems().count();
        Map<String, List<String>> kept = new LinkedHashMap<>();
        freeze.entries().forEach((key, value) -> kept.put(key, value.itemsOrSelf().stream().map(n -> n.asText("")).toList()));
        if (freeze.problems().count() > before) {
            return Optional.empty();
        }
        StagedSpace result = space.restrict(kept, (key, word, known, message) -> freeze.entries().get(key).problem(message
                + Suggestions.nearest(word, known).map(n -> " Maybe you meant " + n + ".").orElse("")));
        return freeze.problems().count() == before ? Optional.of(result) : Optional.empty();
    }
}
