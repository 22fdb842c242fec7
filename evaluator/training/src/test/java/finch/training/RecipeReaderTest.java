package finch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.data.Augmentation;
import finch.space.Extent;
import finch.space.format.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RecipeReaderTest {
    private static final Path RECIPES = Path.of(System.getProperty("finch.root", "../.."), "configs", "recipes");
    private static final String FULL = """
            format: finch-recipe/1
            epochs: 12
            batch: 96
            resolution: [48, 192]
            channels: 3
            output-stride: 4
            optimizer: { type: rmsprop, momentum: 0.8 }
            learning-rate: 0.016
            schedule: { type: exponential, factor: 0.97, epochs: 2.4 }
            warm-up: 2
            weight-decay: 1e-5
            decay-all: true
            label-smoothing: 0.05
            dropout: 0.2
            clip: 5
            ema: 0.999
            batch-norm-momentum: 0.05
            augment: [random-resized-crop: { area: 0.2 }, flip, colour-jitter: [0.4, 0.3, 0.2], cutout: 8]
            mixup: 0.2
            validation: 0.2
            seed: 7
            """;

    private static TrainingConfig parse(String text) {
        return RecipeReader.parse("r.yaml", text, Map.of());
    }

    @Test
    void every_key_means_what_it_says() {
        TrainingConfig config = parse(FULL);
        assertThat(config).isEqualTo(new TrainingConfig(12, 96, Optional.of(new Extent(48, 192)), OptionalInt.of(3), OptionalInt.of(4), new Optimizer.RmsProp(0.9, 0.8, 0.002),
                0.016, new TrainingConfig.Rates.Exponential(0.97, 2.4), 2, 1e-5, true, 0.05, 0.2, 5, 0.999, 0.05,
                List.of(new Augmentation.RandomResizedCrop(0.2, 0.75), new Augmentation.Flip(), new Augmentation.ColourJitter(0.4, 0.3, 0.2), new Augmentation.Cutout(8)), 0.2, 0.2, 7));
        assertThat(config.recipe().schedule()).isEqualTo(new Schedule.WarmUp(2, new Schedule.Exponential(0.016, 0.97, 2.4)));
        assertThat(RecipeKeys.ROOT).as("the test has them all").allMatch(key -> FULL.contains(key + ":"));
    }

    @Test
    void what_is_recorded_reads_back_as_the_same() {
        for (TrainingConfig config : List.of(parse(FULL), RecipeReader.defaults(), parse("format: finch-recipe/1\noptimizer: adamw\nschedule: constant\naugment: []\nwarm-up: 0"))) {
            assertThat(parse(JsonTree.write(config.tree()))).isEqualTo(config);
        }
    }

    @Test
    void defaults_follow_the_optimizer() {
        assertThat(RecipeReader.defaults().learningRate()).isEqualTo(0.05);
        assertThat(RecipeReader.defaults().augment()).containsExactly(new Augmentation.PadCrop(2));
        assertThat(RecipeReader.defaults().recipe()).isEqualTo(Recipe.usual(20, 0.05, 1));
        assertThat(parse("{\"format\": \"finch-recipe/1\", \"optimizer\": \"adamw\"}").learningRate()).isEqualTo(0.002);
    }

    @Test
    void options_override_the_file_and_get_the_same_checks() {
        Map<String, String> overrides = new LinkedHashMap<>();
        overrides.put("epochs", "3");
        overrides.put("warm-up", "1");
        overrides.put("augment", "[pad-crop: 4, flip]");
        overrides.put("optimizer.momentum", "0.5");
        TrainingConfig config = RecipeReader.parse("r.yaml", FULL, overrides);
        assertThat(config.epochs()).isEqualTo(3);
        assertThat(config.augment()).containsExactly(new Augmentation.PadCrop(4), new Augmentation.Flip());
        assertThat(config.optimizer()).isEqualTo(new Optimizer.RmsProp(0.9, 0.5, 0.002));
        assertThatThrownBy(() -> RecipeReader.parse("r.yaml", FULL, Map.of("epochs", "many"))).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("epochs: must be a whole number from 1 to 100000, not \"many\"");
    }

    /** A shipped recipe, tried for one epoch. */
    @Test
    void a_warm_up_to_the_end_of_a_cosine_is_refused_since_nothing_would_be_trained() {
        String recipe = "format: finch-recipe/1\nepochs: 20\nwarm-up: 1\n";
        assertThatThrownBy(() -> RecipeReader.parse("r.yaml", recipe, Map.of("epochs", "1"))).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("r.yaml:3: warm-up: must be below the number of epochs, 1, not 1: the rate would stay at 0, where the cosine ends. Write 0 for none");
        assertThat(RecipeReader.parse("r.yaml", recipe, Map.of("epochs", "2")).recipe().schedule().at(1.5)).isPositive();
        assertThat(RecipeReader.parse("r.yaml", recipe, Map.of("epochs", "1", "warm-up", "0")).warmUp()).isZero();
        assertThat(RecipeReader.parse("r.yaml", recipe, Map.of("epochs", "1", "schedule", "constant")).recipe().schedule().at(0.5)).isPositive();
    }

    @Test
    void all_mistakes_are_told_at_once() {
        assertThatThrownBy(() -> parse("""
                epoch: 3
                batch: 1
                optimizer: { type: sdg }
                learning-rate: -0.1
                schedule: { type: cosine, last: 0.5 }
                augment: [flop, pad-crop: 0, flip, random-resized-crop]
                mixup: 0.001
                """)).isInstanceOf(InvalidFileException.class).hasMessageContainingAll("r.yaml:1: epoch: unknown key. Maybe you meant epochs.", "format: is missing",
                "r.yaml:2: batch: must be a whole number from 2", "r.yaml:3: optimizer.type: \"sdg\" is not known. Maybe you meant sgd.", "r.yaml:4: learning-rate: must be a number",
                "schedule.last: must be a number from 0.0 to 0.05", "r.yaml:6: augment[0]: \"flop\" is no augmentation. Allowed: flip, pad-crop: PIXELS",
                "augment[1].pad-crop: must be a whole number", "augment[3]: must be the first", "mixup: must be 0 or at least 0.01");
    }

    @Test
    void a_space_that_is_missing_after_a_colon_is_told() {
        assertThatThrownBy(() -> RecipeReader.parse("r.yaml", FULL, Map.of("augment", "[pad-crop:2, flip]"))).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("augment[0]: \"pad-crop:2\" is no augmentation. Maybe you meant pad-crop: 2, with a space after the colon. Allowed: flip, pad-crop: PIXELS");
        assertThatThrownBy(() -> RecipeReader.parse("r.yaml", FULL, Map.of("augment", "[crop:2]"))).hasMessageContaining("\"crop:2\" is no augmentation. Allowed: ");
        assertThatThrownBy(() -> RecipeReader.parse("r.yaml", FULL, Map.of("augment", "[pad-crop]"))).hasMessageContaining("\"pad-crop\" is no augmentation. Allowed: ");
    }

    /** To make it anew after a change, run the test with {@code -Dfinch.test.jvmArgs=-Dfinch.golden=write}. */
    @Test
    void the_schema_is_up_to_date_and_knows_every_key_of_the_shipped_recipes() throws IOException {
        Path file = RECIPES.resolve("finch-recipe.schema.json");
        if ("write".equals(System.getProperty("finch.golden"))) {
            Files.writeString(file, RecipeSchema.json());
        }
        assertThat(Files.readString(file)).isEqualTo(RecipeSchema.json());
        JsonNode properties = new JsonMapper().readTree(RecipeSchema.json()).get("properties");
        assertThat(properties.propertyNames()).containsExactlyElementsOf(RecipeKeys.ROOT);
        try (Stream<Path> recipes = Files.list(RECIPES)) {
            List<Path> files = recipes.filter(f -> f.toString().endsWith(".yaml")).toList();
            assertThat(files).hasSizeGreaterThanOrEqualTo(2);
            for (Path recipe : files) {
                String text = Files.readString(recipe);
                assertThat(text).startsWith("# yaml-language-server: $schema=finch-recipe.schema.json");
                assertThat(RecipeReader.parse(recipe.toString(), text, Map.of()).epochs()).isPositive();
            }
        }
    }
}
