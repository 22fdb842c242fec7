package finch.search.cli;

import finch.space.format.Suggestions;
import finch.space.format.TextFile;
import finch.training.RecipeReader;
import finch.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that say how to train: a recipe file, and single keys of it. Their values are read as those of the file are. */
final class RecipeOptions {
    private static final String FOLDER = "configs/recipes";

    @Option(names = "--recipe", paramLabel = "FILE", description = "A recipe file (.yaml), or the name of a shipped one; it holds all that follows, and options override it.")
    private String recipe;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the images. Default: 20.")
    private String epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Images of a step. Default: 64.")
    private String batch;

    @Option(names = "--resolution", paramLabel = "N|HxW", description = "Input size. Default: that of the images where all have one and it is smaller than the network's.")
    private String resolution;

    @Option(names = "--channels", paramLabel = "N", description = "Input channels. Default: 1 if all images are grey, else 3.")
    private String channels;

    @Option(names = "--output-stride", paramLabel = "N", description = "For small images: at most so many pixels a side become one of the last map; the first strides become 1 until it is so.")
    private String outputStride;

    @Option(names = "--optimizer", paramLabel = "NAME", description = "sgd (Nesterov, 0.9), rmsprop or adamw. Default: sgd.")
    private String optimizer;

    @Option(names = "--learning-rate", paramLabel = "X", description = "The largest. Default: 0.05 for sgd, 0.01 for rmsprop, 0.002 for adamw.")
    private String learningRate;

    @Option(names = "--schedule", paramLabel = "NAME", description = "cosine, exponential or constant, after a warm-up. Default: cosine.")
    private String schedule;

    @Option(names = "--weight-decay", paramLabel = "X", description = "Of kernels. Default: 5e-4.")
    private String weightDecay;

    @Option(names = "--label-smoothing", paramLabel = "X", description = "Default: 0.1.")
    private String labelSmoothing;

    @Option(names = "--ema", paramLabel = "X", description = "Decay of the average of the weights that becomes the result, e.g. 0.999. Default: 0, none.")
    private String ema;

    @Option(names = "--augment", paramLabel = "LIST", description = "none, or of flip, pad-crop: PIXELS, cutout: SIZE, random-resized-crop: SMALLEST-AREA, colour-jitter: STRENGTH,"
            + " separated by commas. Default: pad-crop: 2.")
    private String augment;

    @Option(names = "--validation", paramLabel = "X", description = "Share of the images held out where the data brings no validation images. Default: 0.1.")
    private String validation;

    @Option(names = "--seed", paramLabel = "N", description = "Of weights, order, augmentation and what is held out. Default: 1.")
    private String seed;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any other key of a recipe, e.g. --set mixup=0.2.")
    private List<String> more = new ArrayList<>();

    /** @throws finch.space.format.InvalidFileException with every mistake of file and options */
    TrainingConfig config(Terminal terminal) throws IOException {
        Map<String, String> overrides = new LinkedHashMap<>();
        for (String pair : more) {
            int equals = pair.indexOf('=');
            if (equals < 1 || equals == pair.length() - 1) {
                throw new UsageException("--set " + pair + " must be key=value, e.g. --set mixup=0.2");
            }
            overrides.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        }
        put(overrides, "epochs", epochs);
        put(overrides, "batch", batch);
        put(overrides, "resolution", resolution == null || !resolution.matches("[0-9]+x[0-9]+") ? resolution : "[" + resolution.replace("x", ", ") + "]");
        put(overrides, "channels", channels);
        put(overrides, "output-stride", outputStride);
        put(overrides, "optimizer", optimizer);
        put(overrides, "learning-rate", learningRate);
        put(overrides, "schedule", schedule);
        put(overrides, "weight-decay", weightDecay);
        put(overrides, "label-smoothing", labelSmoothing);
        put(overrides, "ema", ema);
        put(overrides, "augment", augment == null ? null : augment.equals("none") ? "[]" : "[" + augment + "]");
        put(overrides, "validation", validation);
        put(overrides, "seed", seed);
        if (recipe == null) {
            return RecipeReader.parse("options", "format: " + TrainingConfig.FORMAT, overrides);
        }
        Path file = file(terminal);
        return RecipeReader.parse(terminal.relative(file), TextFile.read(file), overrides);
    }

    private static void put(Map<String, String> overrides, String key, String value) {
        if (value != null) {
            overrides.put(key, value);
        }
    }

    /** The file named, here or in Finch's own folder, or the shipped recipe of that name. */
    private Path file(Terminal terminal) throws IOException {
        Path here = terminal.resolve(Path.of(recipe));
        Optional<Path> found = Stream.concat(Stream.of(here), Home.folder().stream().flatMap(home -> Stream.of(home.resolve(recipe), home.resolve(FOLDER).resolve(recipe + ".yaml"))))
                .filter(Files::isRegularFile).findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        List<String> names = shipped();
        throw new UsageException(recipe + ": there is no such recipe" + (names.isEmpty() ? "" : ". " + Suggestions.nearest(Home.baseName(Path.of(recipe)), names)
                .map(n -> "Maybe you meant " + n + ". ").orElse("") + "Shipped recipes: " + String.join(", ", names)));
    }

    private static List<String> shipped() throws IOException {
        Optional<Path> folder = Home.folder().map(home -> home.resolve(FOLDER)).filter(Files::isDirectory);
        if (folder.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.get())) {
            return files.filter(file -> file.toString().endsWith(".yaml")).map(Home::baseName).sorted().toList();
        }
    }
}
