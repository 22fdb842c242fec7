package finch.search.config;

import finch.space.format.InvalidFileException;
import finch.space.format.SourceNode;
import finch.space.format.TextFile;
import finch.training.RecipeReader;
import finch.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads what a config says of trainings: {@code accuracy.train}, {@code finals} and the recipes in them. */
final class TrainingReader {
    private static final String FORMAT = "format: " + TrainingConfig.FORMAT;
    private static final String RECIPE = "a recipe file, or the keys of a recipe, with base: FILE if they change one";

    private final Path folder;

    /** @param folder what files are relative to */
    TrainingReader(Path folder) {
        this.folder = folder;
    }

    Optional<SharedTraining> shared(SourceNode node) {
        ConfigReader.only(node, ConfigKeys.TRAIN);
        Optional<TrainingConfig> recipe = node.require("recipe", RECIPE).flatMap(this::recipe);
        int random = node.get("random").map(n -> n.asInt(0, ConfigKeys.MAX_RANDOM, SharedTraining.DEFAULT_RANDOM)).orElse(SharedTraining.DEFAULT_RANDOM);
        return recipe.map(r -> new SharedTraining(r, random));
    }

    /**
     * @param accuracy whose images are taken if there are no others
     * @param network  reads one
     * @param seedWith the baselines if there are no others
     */
    Optional<FinalTrainings> finals(SourceNode node, Accuracy accuracy, Function<SourceNode, Optional<NetworkReference>> network, List<NetworkReference> seedWith) {
        ConfigReader.only(node, ConfigKeys.FINALS);
        Optional<String> data = node.get("data").map(n -> data(n.asText(""), folder)).or(() -> accuracy instanceof Accuracy.Supernet s ? Optional.of(s.data()) : Optional.empty());
        if (data.isEmpty() && node.kind() == SourceNode.Kind.MAPPING) {
            node.problem("needs data: the images to train on, a path or a name such as fashion-mnist");
        }
        Optional<TrainingConfig> recipe = node.require("recipe", RECIPE).flatMap(this::recipe);
        int seeds = node.get("seeds").map(n -> n.asInt(1, ConfigKeys.MAX_SEEDS, FinalTrainings.DEFAULT_SEEDS)).orElse(FinalTrainings.DEFAULT_SEEDS);
        int candidates = node.get("candidates").map(n -> n.asInt(1, ConfigKeys.MAX_CANDIDATES, FinalTrainings.DEFAULT_CANDIDATES)).orElse(FinalTrainings.DEFAULT_CANDIDATES);
        List<NetworkReference> baselines = new ArrayList<>();
        Optional<SourceNode> list = node.get("baselines");
        if (list.isPresent()) {
            for (SourceNode item : list.get().itemsOrSelf()) {
                network.apply(item).ifPresent(reference -> {
                    if (baselines.stream().anyMatch(b -> b.name().equals(reference.name()))) {
                        item.problem("is the second network that is called " + reference.name() + "; give it another name in its file");
                    } else {
                        baselines.add(reference);
                    }
                });
            }
        } else {
            seedWith.stream().filter(s -> baselines.stream().noneMatch(b -> b.name().equals(s.name()))).forEach(baselines::add);
        }
        return data.isPresent() && recipe.isPresent() ? Optional.of(new FinalTrainings(data.get(), recipe.get(), seeds, candidates, baselines)) : Optional.empty();
    }

    /** A file, or keys; {@code base} names a file whose keys they change. */
    private Optional<TrainingConfig> recipe(SourceNode node) {
        try {
            if (node.kind() == SourceNode.Kind.TEXT) {
                Optional<Path> file = ConfigReader.file(node, folder, "a recipe, as those in configs/recipes");
                return file.isEmpty() ? Optional.empty() : Optional.of(RecipeReader.parse(file.get().toString(), TextFile.read(file.get()), Map.of()));
            }
            if (!node.isMapping()) {
                return Optional.empty();
            }
            Map<String, String> keys = new LinkedHashMap<>();
            node.entries().forEach((key, value) -> {
                if (!key.equals("base")) {
                    keys.put(key, YamlText.flow(value));
                }
            });
            Optional<SourceNode> base = node.get("base");
            if (base.isEmpty()) {
                return Optional.of(RecipeReader.parse(node.problems().file(), FORMAT, keys));
            }
            Optional<Path> file = ConfigReader.file(base.get(), folder, "a recipe, as those in configs/recipes");
            return file.isEmpty() ? Optional.empty() : Optional.of(RecipeReader.parse(file.get().toString(), TextFile.read(file.get()), keys));
        } catch (InvalidFileException e) {
            e.problems().forEach(problem -> node.problem(problem.key().isEmpty() ? problem.message() : problem.key() + " " + problem.message()));
        } catch (IOException e) {
            node.problem("cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** What is there beside the config is named in full, since a resolved config stands elsewhere; else it is a name. */
    static String data(String text, Path folder) {
        try {
            Path path = folder.resolve(text);
            return !text.isEmpty() && Files.exists(path) ? path.toAbsolutePath().normalize().toString() : text;
        } catch (InvalidPathException e) {
            return text;
        }
    }
}
