package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferencesTest {
    private static final Path FOLDER = Path.of(System.getProperty("finch.root", ".."), "configs", "architectures");

    /** What was found here, and published nowhere; ShippedConfigsTest holds these. */
    private static final List<String> FOUND = List.of("finch-large", "finch-small");

    @Test
    void every_file_of_the_folder_is_a_reference_or_was_found_and_every_reference_a_file() throws IOException {
        List<String> known = Stream.concat(References.names().stream(), FOUND.stream()).toList();
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".yaml")).map(f -> f.replace(".yaml", "")))
                    .containsExactlyInAnyOrderElementsOf(known);
        }
    }

    @Test
    void every_file_is_what_the_writer_writes_below_a_comment_with_its_source() throws IOException {
        for (String name : References.names()) {
            String text = Files.readString(FOLDER.resolve(name + ".yaml"));
            Architecture reference = References.resolve(name);
            assertThat(text).startsWith("# ").endsWith("\n" + ArchitectureFormat.toYaml(reference));
            assertThat(reference.name()).isEqualTo(name);
        }
    }

    @Test
    void at_width_one_every_source_but_those_that_differ_there_gives_the_file() {
        for (String name : References.names()) {
            for (String source : References.sources(name)) {
                if (!source.equals("paddle")) {
                    assertThat(References.resolve(name + ":" + source).anonymous()).as(name + ":" + source)
                            .isEqualTo(References.resolve(name).anonymous());
                }
            }
        }
    }

    @Test
    void all_parts_of_a_spec_are_optional_and_the_name_is_the_shortest_spec() {
        assertThat(Stream.of("mobilenetv1", "mobilenetv1@1.0", "mobilenetv1@/224", "mobilenetv1@0.50/160", "mobilenetv2@/160",
                "mobilenetv3-large@0.75:tfslim", "mobilenetv3-large@0.75:keras", "mobilenetv3-small:torchvision", "fbnet-c@/192",
                "mobilenetv3-small@.35/48x192:paddle").map(spec -> References.resolve(spec).name()))
                .containsExactly("mobilenetv1", "mobilenetv1", "mobilenetv1", "mobilenetv1@0.5/160", "mobilenetv2@/160",
                        "mobilenetv3-large@0.75", "mobilenetv3-large@0.75:keras", "mobilenetv3-small:torchvision", "fbnet-c@/192",
                        "mobilenetv3-small@0.35/48x192:paddle");
        assertThat(References.resolve("mobilenetv3-small@0.35/48x192").resolution()).isEqualTo(new Extent(48, 192));
    }

    @Test
    void a_name_resolves_to_the_network_it_came_from() {
        for (String spec : List.of("mobilenetv1@0.3/96:keras", "mobilenetv3-large@1.25/256:paddle", "mobilenetv2@1.4:timm")) {
            Architecture first = References.resolve(spec);
            assertThat(References.resolve(first.name())).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "mobilenetv3-larg | \"mobilenetv3-larg\" is no reference architecture. Maybe you meant mobilenetv3-large. Known: mobilenetv1, ",
        "resnet50 | \"resnet50\" is no reference architecture. Known: mobilenetv1, ",
        "mobilenetv1@0.5:torchvision | mobilenetv1@0.5:torchvision: the rounding of \"torchvision\" is not known for mobilenetv1. Known: tfslim, keras.",
        "mobilenetv3-small@0.5:torchvison | Maybe you meant torchvision.",
        "fbnet-c@0.5 | fbnet-c@0.5: fbnet-c was published at width 1 only",
        "fbnet-c:timm | fbnet-c was published at width 1 only, in one form",
        "mobilenetv1@wide | the width must be a number from 0.01 to 16, e.g. 0.75, not \"wide\"",
        "mobilenetv1@0 | the width must be a number from 0.01",
        "mobilenetv1@NaN | the width must be a number from 0.01",
        "mobilenetv1@0.5f | the width must be a number from 0.01 to 16, e.g. 0.75, not",
        "mobilenetv1@1d/224 | the width must be a number from 0.01 to 16, e.g. 0.75, not",
        "mobilenetv1@0x1p-1 | the width must be a number from 0.01 to 16, e.g. 0.75, not",
        "mobilenetv1@+1 | the width must be a number from 0.01 to 16, e.g. 0.75, not",
        "mobilenetv1@1e-300 | the width must be a number from 0.01 to 16, e.g. 0.75, not",
        "mobilenetv1@0.009 | the width must be a number from 0.01 to 16, e.g. 0.75, not",
        "mobilenetv1@1/big | the resolution must be pixels from 1 to 16384, e.g. 160 or 48x192, not \"big\"",
        "mobilenetv1@1/99999 | the resolution must be pixels from 1 to 16384",
        "mobilenetv1@1/ | the resolution must be pixels",
        "mobilenetv1@ | is not NAME@WIDTH/RESOLUTION:SOURCE",
        "mobilenetv1/160 | is not NAME@WIDTH/RESOLUTION:SOURCE",
    })
    void a_spec_that_means_nothing_is_refused_with_what_is_known(String spec, String message) {
        assertThatThrownBy(() -> References.resolve(spec)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void a_spec_of_a_reference_is_told_from_other_texts() {
        assertThat(References.knows("mobilenetv3-large@0.75/160:keras")).isTrue();
        assertThat(References.knows("mobilenetv3-large@wrong")).isTrue();
        assertThat(References.knows("net.yaml")).isFalse();
        assertThat(References.knows("runs/a:best")).isFalse();
    }

    @Test
    void channels_of_mobilenetv1_round_down_and_not_to_eights() {
        assertThat(References.resolve("mobilenetv1@0.3").blocks()).extracting(Block::out).startsWith(19, 38, 38, 76);
        assertThat(References.resolve("mobilenetv1@0.1").stem().out()).isEqualTo(8);
        assertThat(References.resolve("mobilenetv1@0.1:keras").stem().out()).isEqualTo(3);
    }

    /** Widths at which the rounding of one source differs from that of the others: parameters as keras.applications and torchvision count them. */
    @ParameterizedTest
    @CsvSource({"mobilenetv2@0.28:keras,1560088", "mobilenetv2@0.56:keras,2082888", "mobilenetv2@0.745:keras,2627464", "mobilenetv2@0.84:keras,2950408",
        "mobilenetv2@1.12:keras,4127144", "efficientnet-b0@0.33:torchvision,919066", "efficientnet-b0@1.01:torchvision,5288548"})
    void a_source_rounds_as_its_own_code_does(String spec, long params) {
        assertThat(Network.of(References.resolve(spec)).params()).isEqualTo(params);
    }

    /** PaddleClas at its widths: parameters in millions and multiply-adds in millions, three and one decimal. */
    @ParameterizedTest
    @CsvSource({"large,0.35,2.104,37.2", "large,0.5,2.673,66.7", "large,0.75,3.912,143.8", "large,1.25,7.443,350.0",
        "small,0.35,1.666,13.2", "small,0.5,1.903,20.8", "small,0.75,2.375,43.0", "small,1.25,3.627,95.4"})
    void paddle_rounding_gives_the_published_figures(String size, String width, String params, String macs) {
        Network network = Network.of(References.resolve("mobilenetv3-" + size + "@" + width + ":paddle"));

        assertThat(String.format(Locale.ROOT, "%.3f", network.params() / 1e6)).isEqualTo(params);
        assertThat(String.format(Locale.ROOT, "%.1f", network.macs() / 1e6)).isEqualTo(macs);
    }

    @Test
    void paddle_keeps_the_first_expansion_gates_steeper_and_has_no_hidden_bias() {
        Architecture paddle = References.resolve("mobilenetv3-small:paddle");

        assertThat(paddle.head().hiddenBias()).isFalse();
        assertThat(paddle.head().hidden()).isEqualTo(1280);
        assertThat(paddle.blocks().getFirst()).isInstanceOfSatisfying(Block.InvertedResidual.class, block -> {
            assertThat(block.forceExpand()).isTrue();
            assertThat(block.squeeze().orElseThrow().channels()).isEqualTo(4);
            assertThat(block.squeeze().orElseThrow().gate()).isEqualTo(new Gate.HardSigmoid(0.2));
        });
    }

    @Test
    void timm_narrow_networks_keep_a_stem_of_16() {
        assertThat(References.resolve("mobilenetv3-small@0.5:timm").stem().out()).isEqualTo(16);
        assertThat(References.resolve("mobilenetv3-small@0.75:timm").stem().out()).isEqualTo(16);
        assertThat(References.resolve("mobilenetv3-large@1.25:timm").stem().out()).isEqualTo(24);
    }
}
