package finch.search.config;

import finch.search.config.SearchConfig.Algorithm;
import finch.search.config.SearchConfig.Device;
import finch.search.config.SearchConfig.Export;
import finch.search.config.SearchConfig.FrontTiming;
import finch.search.config.SearchConfig.SeedNetwork;
import finch.search.config.SearchConfig.SpaceChoice;
import finch.space.Architecture;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import finch.space.format.Problems;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.format.SpaceFormat;
import finch.space.format.Suggestions;
import finch.space.format.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a search config. All mistakes of a file are reported together, those of overrides included. */
public final class ConfigReader {
    private static final Map<String, String> RUNTIMES = ConfigKeys.RUNTIMES.stream().collect(Collectors.toMap(r -> r, r -> r));

    private final Catalog catalog;
    private final Path folder;
    private final Problems problems;
    private final SourceNode root;

    private ConfigReader(Catalog catalog, Path folder, SourceNode root) {
        this.catalog = catalog;
        this.folder = folder;
        this.root = root;
        this.problems = root.problems();
    }

    /**
     * Reads a file.
     *
     * @param overrides {@code key=value} pairs, keys dotted, values YAML; applied before anything is checked
     * @throws InvalidFileException with every mistake of the file
     */
    public static SearchConfig read(Path file, List<String> overrides, Catalog catalog) throws IOException {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return parse(file.toString(), TextFile.read(file), folder, overrides, catalog);
    }

    /** {@link #read(Path, List, Catalog)} with the shipped spaces and references. */
    public static SearchConfig read(Path file, List<String> overrides) throws IOException {
        return read(file, overrides, new ShippedCatalog());
    }

    /**
     * Reads a text.
     *
     * @param name   how messages call it
     * @param folder what paths in it are relative to
     */
    public static SearchConfig parse(String name, String text, Path folder, List<String> overrides, Catalog catalog) {
        SourceNode root = SourceReader.parse(name, text);
        for (String override : overrides) {
            root = overridden(root, override);
        }
        return new ConfigReader(catalog, folder, root).config(overrides);
    }

    /** The keys of a config that name images to train and test on, where one set of images is to take the place of all. */
    public static List<String> dataKeys(String name, String text, List<String> overrides) {
        SourceNode root = SourceReader.parse(name, text);
        for (String override : overrides) {
            root = overridden(root, override);
        }
        List<String> keys = new ArrayList<>();
        String type = root.get("accuracy").filter(n -> n.kind() == SourceNode.Kind.MAPPING).flatMap(n -> n.get("type")).map(n -> n.asText("")).orElse("");
        boolean supernet = type.equals("supernet");
        if (supernet || type.equals("proxy") || type.equals("ensemble")) {
            keys.add("accuracy.data");
        }
        // final trainings take those of the super-network if they name none
        root.get("finals").filter(n -> n.kind() == SourceNode.Kind.MAPPING && (!supernet || n.get("data").isPresent())).ifPresent(n -> keys.add("finals.data"));
        return keys;
    }

    private static SourceNode overridden(SourceNode root, String override) {
        int equals = override.indexOf('=');
        String key = equals < 0 ? "" : override.substring(0, equals).strip();
        String value = equals < 0 ? "" : override.substring(equals + 1).strip();
        if (key.isEmpty() || value.isEmpty()) {
            throw new InvalidFileException(List.of(new Problem("--set " + override, 0, "",
                    "must be key=value, e.g. --set algorithm.population=60")));
        }
        try {
            return root.with(key, SourceReader.parse("--set " + key, value));
        } catch (IllegalArgumentException e) {
            throw new InvalidFileException(List.of(new Problem("--set " + override, 0, key, e.getMessage())));
        }
    }

    private SearchConfig config(List<String> overrides) {
        only(root, ConfigKeys.ROOT);
        root.require("schema", "version of the format, " + SearchConfig.SCHEMA).ifPresent(this::schema);
        String name = root.require("name", "what the run folder is called").map(this::name).orElse("unnamed");
        long seed = root.get("seed").map(n -> n.asLong(0, Long.MAX_VALUE, SearchConfig.DEFAULT_SEED)).orElse(SearchConfig.DEFAULT_SEED);
        Optional<SpaceChoice> space = root.require("space", "a shipped space (" + String.join(", ", catalog.spaceNames())
                + "), a space file, or a space written inline").flatMap(this::space);
        Device device = root.get("device").map(this::device).orElse(Device.DEFAULT);
        Accuracy accuracy = root.get("accuracy").map(new AccuracyReader(folder)::accuracy).orElse(Accuracy.DEFAULT);
        List<Objective> objectives = root.get("objectives").map(this::objectives).orElse(SearchConfig.defaultObjectives(accuracy));
        BoundReader bounds = new BoundReader(this::network);
        List<Bound> constraints = root.get("constraints").map(bounds::bounds).orElse(List.of());
        Algorithm algorithm = root.get("algorithm").map(new AlgorithmReader(bounds, this::network)::algorithm).orElse(Algorithm.DEFAULT);
        StoppingRule stop = root.get("stop").map(n -> stop(n, bounds, objectives, constraints)).orElse(SearchConfig.defaultStop(algorithm));
        List<SeedNetwork> seedWith = root.get("seed-with").map(this::seedWith).orElse(List.of());
        FrontTiming front = root.get("front").map(this::front).orElse(FrontTiming.DEFAULT);
        Optional<FinalTrainings> finals = root.get("finals").flatMap(n -> new TrainingReader(folder).finals(n, accuracy, this::network,
                seedWith.stream().map(SeedNetwork::network).toList()));
        Export export = root.get("export").map(this::export).orElse(Export.DEFAULT);
        space.ifPresent(chosen -> root.get("algorithm").ifPresent(n -> Compatibility.ofAlgorithm(algorithm, objectives, chosen.space()).ifPresent(n::problem)));
        root.get("algorithm").ifPresent(n -> Compatibility.ofLadder(algorithm, accuracy).ifPresent(n::problem));
        root.get("objectives").ifPresent(n -> Compatibility.ofObjectives(objectives, accuracy).ifPresent(n::problem));
        root.get("constraints").flatMap(n -> n.get(Objective.TOP1.formatName())).ifPresent(n -> Compatibility.ofBounds(List.of(Objective.TOP1), accuracy).ifPresent(n::problem));
        space.ifPresent(chosen -> root.get("seed-with").ifPresent(n -> checkInside(n, seedWith, chosen.space())));
        List<String> recorded = new ArrayList<>(root.get("set").map(n -> n.items().stream().map(i -> i.asText("")).toList()).orElse(List.of()));
        recorded.addAll(overrides);
        problems.throwIfAny();
        return new SearchConfig(name, seed, space.orElseThrow(), device, accuracy, objectives, constraints, algorithm, stop,
                seedWith, front, finals, export, recorded);
    }

    static void only(SourceNode node, List<String> keys) {
        node.onlyKeys(keys.toArray(String[]::new));
    }

    private void schema(SourceNode node) {
        if (node.kind() == SourceNode.Kind.NUMBER && node.text().matches("[0-9]{1,9}") && Integer.parseInt(node.text()) > SearchConfig.SCHEMA) {
            node.problem("is " + node.text() + ", which a newer Finch reads; this one reads " + SearchConfig.SCHEMA + ". Use a Finch that is at least as new as the file.");
        } else {
            node.asLong(SearchConfig.SCHEMA, SearchConfig.SCHEMA, SearchConfig.SCHEMA);
        }
    }

    private String name(SourceNode node) {
        String name = node.asText("unnamed");
        if (!name.matches(ConfigKeys.NAME_PATTERN)) {
            node.problem(node.describe() + " must be letters, digits, dots and dashes, since it names the run folder");
            return "unnamed";
        }
        return name;
    }

    private Optional<SpaceChoice> space(SourceNode node) {
        return switch (node.kind()) {
            case MAPPING -> inline(node, node);
            case TEXT -> catalog.spaceNames().contains(node.text())
                    ? Optional.of(new SpaceChoice(catalog.space(node.text()), new SpaceChoice.Source.Named(node.text())))
                    : spaceFile(node);
            case SEQUENCE, NUMBER, BOOLEAN, NULL -> {
                node.problem("must be the name of a space, a space file or a mapping, not " + node.describe());
                yield Optional.empty();
            }
        };
    }

    private Optional<SpaceChoice> spaceFile(SourceNode node) {
        Path file = folder.resolve(node.text());
        if (!Files.isRegularFile(file)) {
            node.problem(node.describe() + " is neither a shipped space nor a file. "
                    + Suggestions.nearest(node.text(), catalog.spaceNames()).map(n -> "Maybe you meant " + n + ". ").orElse("")
                    + "Shipped spaces: " + String.join(", ", catalog.spaceNames()) + ".");
            return Optional.empty();
        }
        try {
            return inline(SourceReader.read(file), node);
        } catch (IOException e) {
            node.problem("cannot be read: " + e.getMessage());
        } catch (InvalidFileException e) {
            adopt(e, node);
        }
        return Optional.empty();
    }

    private Optional<SpaceChoice> inline(SourceNode content, SourceNode at) {
        try {
            SearchSpace space = catalog.space(content);
            if (content.problems() != problems) {
                content.problems().throwIfAny();
            }
            return Optional.of(new SpaceChoice(space, new SpaceChoice.Source.Inline(YamlText.of(movable(content, space)))));
        } catch (InvalidFileException e) {
            adopt(e, at);
        } catch (IllegalArgumentException e) {
            at.problem(e.getMessage());
        }
        return Optional.empty();
    }

    /** The space so that it means the same in another folder: its base as an absolute path, its name spelled out. */
    private SourceNode movable(SourceNode content, SearchSpace space) {
        if (content.get("base").isPresent()) {
            return withAbsoluteBase(content);
        }
        return content.get("name").isPresent() || content.get("stages").isEmpty() ? content
                : content.with("name", SourceReader.parse("name", YamlText.quoted(space.name())));
    }

    private SourceNode withAbsoluteBase(SourceNode content) {
        Optional<SourceNode> base = content.get("base");
        return base.filter(b -> b.kind() == SourceNode.Kind.MAPPING).map(b -> content.with("base", withAbsoluteBase(b)))
                .or(() -> base.flatMap(b -> SpaceFormat.file(b, folder)).map(file -> content.with("base", SourceReader.parse("base", YamlText.quoted(file.toString())))))
                .orElse(content);
    }

    /** Mistakes of a file that this one names are told with it, once each. */
    private void adopt(InvalidFileException mistakes, SourceNode at) {
        List<Problem> known = problems.list();
        for (Problem problem : mistakes.problems()) {
            if (problem.file().equals(problems.file())) {
                if (!known.contains(problem)) {
                    problems.add(problem.line(), problem.key(), problem.message());
                }
            } else {
                at.problem("in " + problem);
            }
        }
    }

    private Device device(SourceNode node) {
        only(node, ConfigKeys.DEVICE);
        return new Device(
                node.get("runtime").map(n -> n.asChoice(RUNTIMES, Device.DEFAULT.runtime()))
                        .orElse(Device.DEFAULT.runtime()),
                node.get("threads").map(n -> n.asInt(1, ConfigKeys.MAX_INFERENCE_THREADS, 1)).orElse(Device.DEFAULT.threads()),
                node.get("profile").flatMap(n -> file(n, folder, "a device profile, as finch calibrate -o writes it")),
                node.get("calibration-budget").map(n -> duration(n, Device.DEFAULT.calibrationBudget())).orElse(Device.DEFAULT.calibrationBudget()));
    }

    private List<Objective> objectives(SourceNode node) {
        Set<Objective> objectives = new LinkedHashSet<>();
        for (SourceNode item : node.itemsOrSelf()) {
            Objective objective = item.asChoice(Objective.byName(), null);
            if (objective != null && !objectives.add(objective)) {
                item.problem(item.describe() + " is given twice; keep one");
            }
        }
        if (node.itemsOrSelf().isEmpty()) {
            node.problem("needs at least one of " + String.join(", ", Objective.byName().keySet()));
        }
        return objectives.isEmpty() ? SearchConfig.DEFAULT_OBJECTIVES : List.copyOf(objectives);
    }

    private StoppingRule stop(SourceNode node, BoundReader bounds, List<Objective> objectives, List<Bound> constraints) {
        int before = problems.count();
        only(node, ConfigKeys.STOP);
        List<StoppingRule> rules = new ArrayList<>();
        node.get("evaluations").ifPresent(n -> rules.add(new StoppingRule.Evaluations(n.asLong(1, Long.MAX_VALUE, 1))));
        node.get("generations").ifPresent(n -> rules.add(new StoppingRule.Generations(n.asInt(0, Integer.MAX_VALUE, 1))));
        node.get("wall-clock").ifPresent(n -> rules.add(new StoppingRule.WallClock(duration(n, Duration.ofMinutes(1)))));
        node.get("stagnation").ifPresent(n -> rules.add(new StoppingRule.Stagnation(n.asInt(1, Integer.MAX_VALUE, 1))));
        node.get("target").ifPresent(n -> bounds.target(n, q -> objectives.contains(q) || constraints.stream().anyMatch(b -> b.quantity() == q))
                .ifPresent(rules::add));
        node.get("failed-share").ifPresent(n -> rules.add(new StoppingRule.FailedShare(n.asDouble(0, 1, 1))));
        // a rule with a mistake is told by that
        if (rules.isEmpty() && node.kind() == SourceNode.Kind.MAPPING && problems.count() == before) {
            node.problem("needs at least one of " + String.join(", ", ConfigKeys.STOP) + "; the first that fires ends the search");
        }
        return new StoppingRule.AnyOf(rules);
    }

    private List<SeedNetwork> seedWith(SourceNode node) {
        List<SeedNetwork> seeds = new ArrayList<>();
        for (SourceNode item : node.itemsOrSelf()) {
            if (item.kind() == SourceNode.Kind.MAPPING) {
                only(item, ConfigKeys.SEED_NETWORK);
                boolean required = item.get("if-outside").map(n -> n.asChoice(Map.of("error", true, "skip", false), true)).orElse(true);
                item.require("network", "a reference name or an architecture file").flatMap(this::network)
                        .ifPresent(network -> seeds.add(new SeedNetwork(network, required)));
            } else {
                network(item).ifPresent(network -> seeds.add(new SeedNetwork(network, true)));
            }
        }
        return seeds;
    }

    /** A required seed network that the space does not have is a mistake of the file. */
    private static void checkInside(SourceNode node, List<SeedNetwork> seeds, SearchSpace space) {
        List<SourceNode> items = node.itemsOrSelf();
        for (int i = 0; i < seeds.size() && seeds.size() == items.size(); i++) {
            SeedNetwork seed = seeds.get(i);
            try {
                space.encode(seed.network().architecture());
            } catch (NotInSpaceException e) {
                if (seed.required()) {
                    items.get(i).problem(seed.network().spec() + " is " + e.getMessage() + ". Use another space, or write { network: "
                            + seed.network().spec() + ", if-outside: skip }.");
                }
            }
        }
    }

    private FrontTiming front(SourceNode node) {
        only(node, ConfigKeys.FRONT);
        FrontTiming d = FrontTiming.DEFAULT;
        return new FrontTiming(node.get("measure").map(n -> n.asBoolean(d.measure())).orElse(d.measure()),
                node.get("top").map(n -> n.asInt(1, ConfigKeys.MAX_TOP, d.top())).orElse(d.top()),
                node.get("runs").map(n -> n.asInt(1, ConfigKeys.MAX_RUNS, d.runs())).orElse(d.runs()));
    }

    private Export export(SourceNode node) {
        only(node, ConfigKeys.EXPORT);
        String pick = node.get("pick").map(n -> n.asText("best")).orElse(Export.DEFAULT.pick());
        if (!pick.matches(ConfigKeys.PICK_PATTERN)) {
            node.get("pick").ifPresent(n -> n.problem(n.describe() + " is not known. Allowed: best, knee, front/1, front/2, …, none."));
        }
        return new Export(pick, node.get("weight-seed").map(n -> n.asLong(0, Long.MAX_VALUE, 1)).orElse(Export.DEFAULT.weightSeed()));
    }

    private Optional<NetworkReference> network(SourceNode node) {
        if (!node.isScalar()) {
            node.problem("must be a reference name or an architecture file, not " + node.describe());
            return Optional.empty();
        }
        String spec = BoundReader.networkName(node);
        Path file = folder.resolve(spec);
        String resolved = Files.isRegularFile(file) ? file.toString() : spec;
        try {
            Architecture architecture = catalog.network(resolved);
            return Optional.of(new NetworkReference(resolved, architecture));
        } catch (InvalidFileException e) {
            adopt(e, node);
        } catch (RuntimeException e) {
            node.problem(e.getMessage());
        }
        return Optional.empty();
    }

    /** A file beside the config. @param what it must be */
    static Optional<Path> file(SourceNode node, Path folder, String what) {
        Path file = folder.resolve(node.asText(""));
        if (!Files.isRegularFile(file)) {
            node.problem(file + (Files.isDirectory(file) ? " is a folder" : " is not there") + "; it must be " + what);
            return Optional.empty();
        }
        return Optional.of(file.toAbsolutePath().normalize());
    }

    /** @param fallback where it is none, which is reported */
    static Duration duration(SourceNode node, Duration fallback) {
        try {
            Duration duration = Duration.parse(node.text());
            if (node.isScalar() && duration.isPositive()) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // reported below
        }
        node.problem(node.describe() + " is no duration. Write it as ISO 8601, e.g. PT45S or PT30M.");
        return fallback;
    }
}
