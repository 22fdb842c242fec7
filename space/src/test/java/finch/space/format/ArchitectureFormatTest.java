package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArchitectureFormatTest {
    private static final String EVERYTHING = """
            format: finch-architecture/1
            name: "a name: with colon"
            resolution: [48, 192]
            channels: 1
            classes: 2
            padding: tensorflow
            stem: { out: 8, kernel: [5, 3], stride: [2, 1], activation: hard-swish }
            blocks:
              - { type: inverted-residual, kernel: [1, 5], expanded: 8, out: 8, stride: [2, 1], squeeze: 2, gate-slope: 0.2, activation: relu6, force-expand: true, skip: false }
              - { type: fused-inverted-residual, kernel: 3, expanded: 16, out: 8, stride: 1, squeeze: 4, gate: sigmoid, activation: swish }
              - { type: depthwise-separable, kernel: 7, out: 16, stride: 2, squeeze: 0, activation: linear }
              - { type: conv, kernel: 1, out: 12, stride: 1, activation: relu }
            head: { conv: 24, hidden: 32, hidden-bias: false, activation: hard-swish }
            """;

    private static final Architecture EVERYTHING_READ = new Architecture("a name: with colon", new Extent(48, 192), 1, 2,
            Padding.TENSORFLOW, new Stem(8, new Extent(5, 3), new Extent(2, 1), Activation.HARD_SWISH),
            List.of(new Block.InvertedResidual(new Extent(1, 5), new Extent(2, 1), 8, 8,
                            Optional.of(new SqueezeExcite(2, new Gate.HardSigmoid(0.2))), Activation.RELU6, true, false),
                    new Block.FusedInvertedResidual(Extent.square(3), Extent.square(1), 16, 8,
                            Optional.of(new SqueezeExcite(4, Gate.SIGMOID)), Activation.SWISH, true),
                    new Block.DepthwiseSeparable(Extent.square(7), Extent.square(2), 16, Optional.empty(), Activation.LINEAR),
                    new Block.Convolution(Extent.square(1), Extent.square(1), 12, Activation.RELU)),
            new Head(24, 32, false, Activation.HARD_SWISH));

    @Test
    void every_key_is_read() {
        assertThat(ArchitectureFormat.parse("a.yaml", EVERYTHING)).isEqualTo(EVERYTHING_READ);
    }

    @Test
    void yaml_is_written_with_one_block_a_line() {
        assertThat(ArchitectureFormat.toYaml(EVERYTHING_READ)).isEqualTo(EVERYTHING);
    }

    @Test
    void json_is_one_line_and_reads_back() {
        String json = ArchitectureFormat.toJson(EVERYTHING_READ);

        assertThat(json).startsWith("{\"format\":\"finch-architecture/1\",\"name\":").doesNotContain("\n");
        assertThat(ArchitectureFormat.parse("a.json", json)).isEqualTo(EVERYTHING_READ);
    }

    @Test
    void what_is_left_out_has_its_default() {
        Architecture read = ArchitectureFormat.parse("a.yaml", """
                format: finch-architecture/1
                stem: { out: 8 }
                blocks:
                  - { type: conv, out: 8 }
                """);

        assertThat(read).isEqualTo(new Architecture("", Extent.square(224), 3, 1000, Padding.SYMMETRIC,
                new Stem(8, Extent.square(3), Extent.square(2), Activation.RELU),
                List.of(new Block.Convolution(Extent.square(3), Extent.square(1), 8, Activation.RELU)), Head.plain()));
    }

    @Test
    void all_mistakes_are_reported_at_once_each_with_line_key_value_and_what_is_allowed() {
        String text = """
                format: finch-architecture/1
                resolutoin: 224
                classes: 0
                stem: { kernel: 4, activation: hardswish }
                blocks:
                  - { type: inverted-residual, kernel: 3, expanded: 16.5, out: 16, activation: relu }
                  - { type: inverted, out: 16 }
                  - { type: conv, out: 16, squeeze: 4 }
                  - { type: inverted-residual, kernel: [3], expanded: 16, out: 16, stride: two, skip: maybe }
                  - { kernel: 3 }
                  - { type: depthwise-separable, out: 8, squeeze: 2, gate: sigmoid, gate-slope: 0.2 }
                """;

        assertThatThrownBy(() -> ArchitectureFormat.parse("net.yaml", text)).isInstanceOf(InvalidFileException.class)
                .message().satisfies(message -> assertThat(message.lines()).satisfiesExactly(
                        l -> assertThat(l).startsWith("net.yaml:2: resolutoin: unknown key. Maybe you meant resolution."),
                        l -> assertThat(l).startsWith("net.yaml:3: classes: must be a whole number from 1").endsWith("not 0"),
                        l -> assertThat(l).startsWith("net.yaml:4: stem.out: is missing"),
                        l -> assertThat(l).startsWith("net.yaml:4: stem.kernel: must be odd, not 4. Maybe use 3, 5 or 7."),
                        l -> assertThat(l).startsWith("net.yaml:4: stem.activation: \"hardswish\" is not known. Maybe you meant hard-swish."),
                        l -> assertThat(l).startsWith("net.yaml:6: blocks[0].expanded: must be a whole number").endsWith("not 16.5"),
                        l -> assertThat(l).startsWith("net.yaml:7: blocks[1].type: \"inverted\" is not known.").contains("depthwise-separable"),
                        l -> assertThat(l).startsWith("net.yaml:8: blocks[2].squeeze: unknown key."),
                        l -> assertThat(l).startsWith("net.yaml:9: blocks[3].kernel: must be one number or [height, width]"),
                        l -> assertThat(l).startsWith("net.yaml:9: blocks[3].stride: must be a whole number from 1 to 8 or [height, width], not \"two\""),
                        l -> assertThat(l).startsWith("net.yaml:9: blocks[3].skip: must be true or false"),
                        l -> assertThat(l).startsWith("net.yaml:10: blocks[4].type: is missing"),
                        l -> assertThat(l).startsWith("net.yaml:11: blocks[5].gate-slope: a sigmoid gate has no slope")));
    }

    @Test
    void a_missing_or_other_format_is_an_error() {
        assertThatThrownBy(() -> ArchitectureFormat.parse("a.yaml", "stem: { out: 8 }\nblocks: []"))
                .hasMessageContaining("a.yaml:1: format: is missing: write format: finch-architecture/1");
        assertThatThrownBy(() -> ArchitectureFormat.parse("a.yaml", "format: finch-architecture/2\nstem: { out: 8 }\nblocks: []"))
                .hasMessageContaining("a.yaml:1: format: is of finch-architecture/2, which a newer Finch wrote; this one reads finch-architecture/1");
        assertThatThrownBy(() -> ArchitectureFormat.parse("a.yaml", "- 1")).hasMessageContaining("must be a mapping");
    }

    @Test
    void a_resolution_too_small_for_the_strides_is_an_error_that_tells_the_smallest() {
        assertThatThrownBy(() -> ArchitectureFormat.parse("a.yaml", """
                format: finch-architecture/1
                resolution: [4, 3]
                stem: { out: 8 }
                blocks:
                  - { type: conv, out: 8, stride: 2 }
                  - { type: conv, out: 8, stride: [2, 1] }
                """)).hasMessage("a.yaml:2: resolution: resolution 4x3 is too small for the strides: block2.conv steps by 2x1 over "
                + "1x1. Use at least 5x3.");
    }

    @Test
    void a_character_beyond_the_basic_plane_is_one_escape_in_yaml_and_in_python_and_two_in_json() {
        Architecture named = EVERYTHING_READ.named("\ud83d\ude00");

        assertThat(ArchitectureFormat.toYaml(named)).contains("name: \"\\U0001F600\"\n");
        assertThat(ArchitectureFormat.toJson(named)).contains("\"\\ud83d\\ude00\"");
        Architecture timm = References.resolve("mobilenetv2").named("a \ud83d\ude00 b");
        assertThat(TimmFormat.write(timm)).contains("name = \"a \\U0001F600 b\"");
        assertThat(TimmFormat.parse("timm", TimmFormat.write(timm)).name()).isEqualTo(timm.name());
    }

    @Test
    void half_of_a_character_is_refused() {
        assertThatThrownBy(() -> ArchitectureFormat.parse("a.json", "{\"format\": \"finch-architecture/1\",\n\"name\": \"a\\ud800\"}")).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("a.json:2: name: holds half of a character");
    }

    @Test
    void names_of_any_characters_survive() {
        for (String name : List.of("true", "null", "1e5", "0.5", "#x", "a: b", "- a", "\"quoted\" \\ back", "Füchse 狐 🦊", "tab\tline\nend",
                "\u0007\u0085\u2028", "@0.75/160:keras", "v3@0.75/160:keras", "a,b", "[a]", "{a}", "y", "No", " a ")) {
            Architecture named = EVERYTHING_READ.named(name);
            assertThat(ArchitectureFormat.parse("yaml", ArchitectureFormat.toYaml(named)).name()).isEqualTo(name);
            assertThat(ArchitectureFormat.parse("json", ArchitectureFormat.toJson(named)).name()).isEqualTo(name);
        }
    }
}
