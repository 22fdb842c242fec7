package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Extent;
import finch.space.staged.StagedSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpaceFormatTest {
    private static final String GOOD = """
            format: finch-space/1
            resolution: 32
            stem: { out: 16, activation: relu }
            stages:
              - { depth: 2, out: 16, kernel: 3, expand: 3, activation: relu }
            """;

    private static List<String> mistakes(String text) {
        InvalidFileException e = catchThrowableOfType(InvalidFileException.class, () -> SpaceFormat.parse("my.yaml", text));
        assertThat(e).as("accepted: " + text).isNotNull();
        return e.problems().stream().map(Problem::toString).toList();
    }

    private static Map<String, List<String>> decisions(StagedSpace space) {
        return space.decisions().stream().collect(Collectors.toMap(Decision::name, Decision::choices));
    }

    @Test
    void a_single_value_is_frozen_and_a_list_is_a_decision() {
        StagedSpace space = SpaceFormat.parse("folder/my.yaml", GOOD);
        assertThat(space.name()).isEqualTo("my");
        assertThat(space.decisions()).isEmpty();
        assertThat(space.size()).isEqualTo(1);
        assertThat(space.fixed()).containsEntry("stage1.expand", "3").containsEntry("stage1.block1.stride", "1")
                .containsEntry("stem.kernel", "3").doesNotContainKey("head.activation");
        assertThat(decisions(SpaceFormat.parse("my.yaml", GOOD.replace("kernel: 3", "kernel: [3, 5]"))))
                .isEqualTo(Map.of("stage1.kernel", List.of("3", "5")));
    }

    @Test
    void a_property_is_taken_from_the_nearest_place_that_gives_it() {
        StagedSpace space = SpaceFormat.parse("my.yaml", """
                format: finch-space/1
                resolution: { from: 32, to: 48, step: 8 }
                stem: { out: 16, activation: relu }
                defaults: { depth: [1, 2], activation: [relu, swish], kernel: [3, 5], per-block: { expand: [2, 3] } }
                stages:
                  - { out: 16 }
                  - { out: [16, 24], stride: [1, 2], expand: [4, 5], per-block: { kernel: [5, 7] } }
                  - { blocks: [ { out: 32, expand: [1, 2] }, { out: [40, 48], kernel: 3, activation: linear } ] }
                """);
        assertThat(decisions(space)).isEqualTo(Map.ofEntries(
                Map.entry("resolution", List.of("32", "40", "48")),
                Map.entry("stage1.depth", List.of("1", "2")), Map.entry("stage1.activation", List.of("relu", "swish")),
                Map.entry("stage1.kernel", List.of("3", "5")), Map.entry("stage1.block1.expand", List.of("2", "3")),
                Map.entry("stage1.block2.expand", List.of("2", "3")),
                Map.entry("stage2.depth", List.of("1", "2")), Map.entry("stage2.out", List.of("16", "24")),
                Map.entry("stage2.stride", List.of("1", "2")), Map.entry("stage2.expand", List.of("4", "5")),
                Map.entry("stage2.activation", List.of("relu", "swish")),
                Map.entry("stage2.block1.kernel", List.of("5", "7")), Map.entry("stage2.block2.kernel", List.of("5", "7")),
                Map.entry("stage3.block1.expand", List.of("1", "2")), Map.entry("stage3.kernel", List.of("3", "5")),
                Map.entry("stage3.activation", List.of("relu", "swish")), Map.entry("stage3.block2.out", List.of("40", "48")),
                Map.entry("stage3.block2.expand", List.of("2", "3"))));
    }

    @Test
    void decisions_stand_in_the_order_of_the_network() {
        StagedSpace space = SpaceFormat.parse("my.yaml", GOOD.replace("resolution: 32", "resolution: [32, 64]\nwidth: [0.5, 1.0]")
                .replace("depth: 2", "depth: [1, 2]").replace("expand: 3", "per-block: { expand: [3, 4], kernel: [3, 5] }")
                .replace("kernel: 3,", "squeeze: [none, 0.25 of expanded],") + "head: { conv: [none, 64], activation: relu }\n");
        assertThat(space.decisions().stream().map(Decision::name)).containsExactly("resolution", "width", "stage1.depth",
                "stage1.squeeze", "stage1.block1.kernel", "stage1.block1.expand", "stage1.block2.kernel", "stage1.block2.expand",
                "head.conv");
    }

    @Test
    void rectangles_are_written_as_text_or_as_pairs() {
        StagedSpace space = SpaceFormat.parse("my.yaml", GOOD.replace("32", "[48x192, [64, 32]]").replace("kernel: 3,", "kernel: [[3, 1], 1x3],"));
        assertThat(space.definition().resolution().values()).containsExactly(new Extent(48, 192), new Extent(64, 32));
        assertThat(decisions(space)).containsEntry("resolution", List.of("48x192", "64x32")).containsEntry("stage1.kernel", List.of("3x1", "1x3"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "kernel: 3 | kernel: 4 | my.yaml:5: stages[0].kernel: 4 is even; a kernel must be odd. Maybe use 3, 5 or 7.",
            "kernel: 3 | kernel: [] | my.yaml:5: stages[0].kernel: has no choices.",
            "kernel: 3 | kernel: [3, 5, 3] | my.yaml:5: stages[0].kernel[2]: \"3\" is among the choices already",
            "expand: 3 | expand: [3, 3.0] | my.yaml:5: stages[0].expand[1]: \"3.0\" is among the choices already",
            "kernel: 3 | kernal: 3 | my.yaml:5: stages[0].kernal: unknown key. Maybe you meant kernel.",
            "kernel: 3, | `` | my.yaml:5: stages[0].kernel: is missing for block 1",
            "out: 16, kernel | kernel | my.yaml:5: stages[0].out: is missing for block 1",
            "depth: 2 | depth: [0] | my.yaml:5: stages[0].depth: leaves the stage no block at all.",
            "depth: 2 | depth: 65 | my.yaml:5: stages[0].depth: must be a whole number from 0 to 64, not 65",
            "depth: 2, | `` | my.yaml:5: stages[0].depth: is missing",
            "depth: 2 | depth: 2, blocks: [{ out: 8 }] | my.yaml:5: stages[0].blocks: has 1 entries, but the stage has up to 2 blocks",
            "depth: 2 | depth: 2, per-block: { kernel: 5 } | my.yaml:5: stages[0].per-block.kernel: is chosen once for the whole stage already (line 5)",
            "expand: 3 | expand: three | my.yaml:5: stages[0].expand: must be a ratio of the input channels such as 6, or a count such as 72 channels, not \"three\"",
            "expand: 3 | expand: 3, squeeze: 0.25 | my.yaml:5: stages[0].squeeze: must be none, 0.25 of expanded",
            "expand: 3 | expand: 3, gate: tanh | my.yaml:5: stages[0].gate: \"tanh\" is not a gate.",
            "expand: 3 | expand: 3, type: inverted-residul | my.yaml:5: stages[0].type: \"inverted-residul\" is not known. Maybe you meant inverted-residual.",
            "expand: 3 | expand: 3, type: [{ kernel: 3 }] | my.yaml:5: stages[0].type[0].type: is missing",
            "expand: 3 | expand: 3, stride: 9 | my.yaml:5: stages[0].stride: must be a whole number from 1 to 8, not 9",
            "activation: relu } | activation: gelu } | my.yaml:3: stem.activation: \"gelu\" is not known.",
            "finch-space/1 | finch-space/2 | my.yaml:1: format: is of finch-space/2, which a newer Finch wrote; this one reads finch-space/1.",
            "resolution: 32 | resolution: 0 | my.yaml:2: resolution: must be a whole number from 1 to 16384, not 0",
            "resolution: 32 | resolution: { from: 32, to: 50, step: 8 } | my.yaml:2: resolution: does not reach 50 from 32 in steps of 8. Maybe to: 48.",
            "resolution: 32 | width: [0.5, 0] | my.yaml:2: width[1]: must be a number from 0.01 to 16.0, not 0",
            "resolution: 32 | rounding: { out: up } | my.yaml:2: rounding.out: must be down, or a whole number",
            "resolution: 32 | scaling: { out: sometimes } | my.yaml:2: scaling.out: \"sometimes\" is not known.",
            "out: 16, kernel: 3, expand: 3 | out: 16384, kernel: 3, expand: 64 | my.yaml:5: stages[0].expand: block 2 can have 1048576 channels inside, and an architecture has at most 1000000.",
            "out: 16, kernel: 3, expand: 3 | out: 16384, kernel: 3, expand: 16, squeeze: 64 of input | my.yaml:5: stages[0].squeeze: block 2 can have 1048576 squeezed channels",
            "expand: 3 | expand: 3, gate: hard-sigmoid 0.0000001 | my.yaml:5: stages[0].gate: the slope must be from 0.000001 to 1000000, as in an architecture file, not 0.0000001",
            "resolution: 32 | head: { conv: 64 } | my.yaml:2: head.activation: is missing",
            "resolution: 32 | head: { hidden: 6 of input, activation: relu } | my.yaml:2: head.hidden: must be none, a whole number such as 1280, not",
    })
    void each_mistake_is_named_with_its_line_and_a_way_out(String good, String bad, String message) {
        assertThat(GOOD).contains(good);
        assertThat(mistakes(GOOD.replace(good, bad == null ? "" : bad))).anyMatch(m -> m.startsWith(message));
    }

    @Test
    void all_mistakes_of_a_file_are_reported_once_and_in_order() {
        assertThat(mistakes("""
                format: finch-space/1
                resolution: [224, 224]
                stem: { out: 0, activation: relu }
                defaults:
                  per-block: { kernel: [3, 6] }
                stages:
                  - { depth: [2, 3], out: 16, expand: 3, activation: relu }
                  - { depth: [2, 3], out: 24, expand: 3 }
                  - { depth: [2, 3], aut: 24, expand: 3, activation: relu }
                """)).satisfiesExactly(
                m -> assertThat(m).startsWith("my.yaml:2: resolution[1]: "),
                m -> assertThat(m).startsWith("my.yaml:3: stem.out: must be a whole number from 1 to 16384, not 0"),
                m -> assertThat(m).startsWith("my.yaml:5: defaults.per-block.kernel[1]: 6 is even"),
                m -> assertThat(m).startsWith("my.yaml:8: stages[1].activation: is missing for block 1"),
                m -> assertThat(m).startsWith("my.yaml:9: stages[2].aut: unknown key. Maybe you meant out."),
                m -> assertThat(m).startsWith("my.yaml:9: stages[2].out: is missing for block 1"));
    }

    @Test
    void nothing_that_is_no_space_gets_an_exception_of_another_kind() {
        for (String text : List.of("[]", "3", "x: y", "format: finch-space/1\nstages: 3\nstem: []\nhead: 2\ndefaults: x\nresolution: {}",
                "format: finch-space/1\nstages: [1, {}, {blocks: 3}, {per-block: 1}, {depth: {from: 3}}, {type: [[]]}]", "stages: [[]]")) {
            assertThat(mistakes(text)).isNotEmpty();
        }
    }

    @Test
    void a_value_of_another_file_names_a_space_or_a_file_or_freezes_a_base(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("mine.yaml"), GOOD.replace("kernel: 3", "kernel: [3, 5]"));
        String config = folder.resolve("config.yaml").toString();
        assertThat(value(config, "space: mobilenetv2").name()).isEqualTo("mobilenetv2");
        assertThat(value(config, "space: mine.yaml").name()).isEqualTo("mine");
        assertThat(value(config, "space: { base: mine.yaml, freeze: { stage1.kernel: 5 } }").fixed()).containsEntry("stage1.kernel", "5");
        StagedSpace frozen = value(config, "space: { base: once-for-all, freeze: { 'stage*.kernel': 3, resolution: [192, 224], '*.depth': [2] } }");
        assertThat(frozen.decisions().stream().map(Decision::name)).contains("stage2.block1.expand").noneMatch(n -> n.endsWith("kernel"));
        assertThat(frozen.size()).isEqualTo(2 * (long) Math.pow(3, 10));
    }

    private static StagedSpace value(String file, String text) {
        return SpaceFormat.of(SourceReader.parse(file, text).get("space").orElseThrow());
    }

    @Test
    void a_base_that_leads_back_is_named(@TempDir Path folder) throws IOException {
        Path own = Files.writeString(folder.resolve("own.yaml"), "base: own.yaml\nfreeze: { stage1.kernel: 3 }\n");
        Files.writeString(folder.resolve("one.yaml"), "freeze: { stage1.kernel: 3 }\nbase: two.yaml\n");
        Path two = Files.writeString(folder.resolve("two.yaml"), "base: one.yaml\n");
        Files.writeString(folder.resolve("good.yaml"), GOOD);
        Path twice = Files.writeString(folder.resolve("twice.yaml"), "base: { base: good.yaml }\n");

        assertThat(catchThrowableOfType(InvalidFileException.class, () -> SpaceFormat.read(own))).hasMessageContaining("own.yaml:1: base: leads back to own.yaml");
        assertThat(catchThrowableOfType(InvalidFileException.class, () -> SpaceFormat.read(two))).hasMessageContaining("two.yaml:1: base: the space file has a mistake")
                .hasMessageContaining("one.yaml:2: base: leads back to two.yaml");
        // a text under a name of no file that is there: the ring is found one turn later
        assertThat(catchThrowableOfType(InvalidFileException.class, () -> value(folder.resolve("config.yaml").toString(), "space: own.yaml")))
                .hasMessageContaining("own.yaml:1: base: leads back to own.yaml");
        assertThat(SpaceFormat.read(twice).size()).isEqualTo(1);
    }

    @Test
    void a_head_of_too_many_channels_is_told_at_its_convolution_and_steep_gates_are_taken() {
        assertThat(mistakes(GOOD.replace("out: 16, kernel", "out: 16384, kernel") + "head: { conv: 64 of input, activation: relu }\n"))
                .containsExactly("my.yaml:6: head.conv: it can have 1048576 channels, and an architecture has at most 1000000."
                        + " Use a smaller ratio, fewer channels before it or a smaller width.");
        StagedSpace steep = SpaceFormat.parse("my.yaml", GOOD.replace("expand: 3", "expand: 3, squeeze: 4 channels, gate: [hard-sigmoid 25, hard-sigmoid 1000000]"));
        Architecture found = steep.decode(steep.largest());
        assertThat(ArchitectureFormat.parse("json", ArchitectureFormat.toJson(found))).isEqualTo(found);
    }

    @Test
    void mistakes_in_freeze_stand_at_their_line_with_a_suggestion() {
        String config = """
                space:
                  base: once-for-all
                  freeze:
                    stage2.blok1.kernel: 3
                    stage2.block1.kernel: [3, 9]
                    resolution: []
                """;
        InvalidFileException e = catchThrowableOfType(InvalidFileException.class, () -> value("search.yaml", config));
        assertThat(e.problems().stream().map(Problem::toString)).satisfiesExactly(
                m -> assertThat(m).startsWith("search.yaml:4: space.freeze.stage2.blok1.kernel: no decision of this space")
                        .endsWith("Maybe you meant stage2.block1.kernel."),
                m -> assertThat(m).startsWith("search.yaml:5: space.freeze.stage2.block1.kernel: \"9\" is not a choice. Choices: 3, 5, 7."),
                m -> assertThat(m).startsWith("search.yaml:6: space.freeze.resolution: keeps no choice"));
        assertThat(catchThrowableOfType(InvalidFileException.class, () -> value("search.yaml", "space: mobilenetv4")).problems())
                .first().asString().contains("search.yaml:1: space: no space is called mobilenetv4. Maybe you meant mobilenetv");
        assertThat(catchThrowableOfType(InvalidFileException.class, () -> value("search.yaml", "space: nowhere.yaml")).problems())
                .first().asString().contains("cannot read the space file nowhere.yaml");
    }

    @Test
    void an_unknown_name_is_refused_with_the_known_ones() {
        assertThatIllegalArgumentException().isThrownBy(() -> SpaceFormat.named("mobilenetv33"))
                .withMessageContaining("Maybe you meant mobilenetv3.").withMessageContaining("once-for-all");
        assertThatIllegalArgumentException().isThrownBy(() -> SpaceFormat.named("../spaces/mobilenetv3"));
    }

    @Test
    void the_examples_of_the_documentation_are_valid() throws IOException {
        String text = Files.readString(Path.of(System.getProperty("finch.root", ".."), "configs", "spaces", "README.md"));
        String[] fences = text.split("```yaml\n");
        StagedSpace space = SpaceFormat.parse("README.md", fences[1].substring(0, fences[1].indexOf("```")));
        assertThat(space.decisions().stream().map(Decision::name)).contains("resolution", "width", "stage2.depth", "stage3.out",
                "stage3.block2.kernel", "stage4.block2.out", "head.hidden");
        assertThat(value("README.md", fences[2].substring(0, fences[2].indexOf("```"))).fixed()).containsEntry("resolution", "224");
    }
}
