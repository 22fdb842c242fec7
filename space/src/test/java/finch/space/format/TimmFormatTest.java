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
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimmFormatTest {
    private static final Pattern STRING = Pattern.compile("'([a-z]+_r[^']*)'");

    private static List<String> strings(String text) {
        Matcher matcher = STRING.matcher(text);
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void mobilenetv3_is_written_as_timm_defines_it() {
        assertThat(strings(TimmFormat.write(References.resolve("mobilenetv3-small")))).containsExactly(
                "ds_r1_k3_s2_e1_c16_se0.25_nre", "ir_r1_k3_s2_e4.5_c24_nre", "ir_r1_k3_s1_e3.67_c24_nre",
                "ir_r1_k5_s2_e4_c40_se0.25", "ir_r2_k5_s1_e6_c40_se0.25", "ir_r2_k5_s1_e3_c48_se0.25",
                "ir_r3_k5_s2_e6_c96_se0.25", "cn_r1_k1_s1_c576");
        assertThat(strings(TimmFormat.write(References.resolve("mobilenetv3-large")))).contains(
                "ir_r3_k5_s2_e3_c40_se0.25_nre", "ir_r1_k3_s2_e6_c80", "ir_r1_k3_s1_e2.5_c80", "ir_r2_k3_s1_e2.3_c80");
    }

    @Test
    void other_families_are_written_as_timm_defines_them() {
        assertThat(strings(TimmFormat.write(References.resolve("mobilenetv1")))).containsExactly(
                "dsa_r1_k3_s1_c64", "dsa_r2_k3_s2_c128", "dsa_r2_k3_s2_c256", "dsa_r6_k3_s2_c512", "dsa_r2_k3_s2_c1024");
        assertThat(strings(TimmFormat.write(References.resolve("mnasnet-small")))).containsExactly(
                "ds_r1_k3_s1_e1_c8", "ir_r1_k3_s2_e3_c16", "ir_r2_k3_s2_e6_c16", "ir_r4_k5_s2_e6_c32_se0.25",
                "ir_r3_k3_s1_e6_c32_se0.25", "ir_r3_k5_s2_e6_c88_se0.25", "ir_r1_k3_s1_e6_c144");
        assertThat(strings(TimmFormat.write(References.resolve("fbnet-c")))).startsWith("ir_r1_k3_s1_e1_c16");
    }

    @Test
    void the_file_builds_the_model_in_python() {
        assertThat(TimmFormat.write(References.resolve("mobilenetv3-small@0.5/160").withClasses(10))).endsWith("""
                name = "mobilenetv3-small@0.5/160"
                input_size = (3, 160, 160)
                arch_def = [
                    ['ds_r1_k3_s2_e1_c8_se0.25_nre'],
                    ['ir_r1_k3_s2_e5_c16_nre', 'ir_r1_k3_s1_e3.5_c16_nre'],
                    ['ir_r1_k5_s2_e4_c24_se0.25', 'ir_r2_k5_s1_e6_c24_se0.25', 'ir_r1_k5_s1_e3_c24_se0.25', 'ir_r1_k5_s1_e3_c24_se0.25'],
                    ['ir_r3_k5_s2_e6_c48_se0.25'],
                    ['cn_r1_k1_s1_c288'],
                ]
                model = MobileNetV3(
                    decode_arch_def(arch_def),
                    num_classes=10,
                    in_chans=3,
                    stem_size=8,
                    num_features=1024,
                    head_bias=True,
                    act_layer=get_act_layer('hard_swish'),
                    se_layer=partial(SqueezeExcite, gate_layer='hard_sigmoid', force_act_layer=get_act_layer('relu'), rd_round_fn=round_channels),
                    se_from_exp=True,
                )
                """.replace("'ir_r1_k5_s1_e3_c24_se0.25', 'ir_r1_k5_s1_e3_c24_se0.25'", "'ir_r2_k5_s1_e3_c24_se0.25'"));
    }

    @Test
    void every_reference_at_every_source_and_width_survives_where_timm_can_say_it() {
        for (String name : References.names()) {
            for (String source : References.sources(name)) {
                for (String width : List.of("0.25", "0.35", "0.5", "0.75", "1", "1.25", "1.4")) {
                    String spec = name + "@" + width + "/192:" + source;
                    Architecture architecture = References.resolve(spec);
                    if (source.equals("paddle")) {
                        assertThatThrownBy(() -> TimmFormat.write(architecture)).hasMessageContaining("a gate of slope 0.2");
                    } else if (name.equals("mobilenet-edgetpu")) {
                        assertThatThrownBy(() -> TimmFormat.write(architecture)).hasMessageContaining("block 1: linear (there is no such suffix)");
                    } else {
                        assertSurvives(architecture);
                    }
                }
            }
        }
        for (String name : List.of("proxylessnas-cpu", "proxylessnas-gpu", "proxylessnas-mobile", "proxylessnas-mobile-1.4", "fbnet-c")) {
            assertSurvives(References.resolve(name));
        }
    }

    @Test
    void all_published_networks_survive() throws IOException {
        for (PublishedArchitecturesTest.Published record : PublishedArchitecturesTest.records().values()) {
            if (!record.architecture().name().startsWith("mobilenet_edgetpu")) { // its first block is linear, which no suffix says
                assertSurvives(record.architecture());
            }
        }
    }

    @Test
    void random_architectures_survive_or_are_refused_with_a_reason() {
        int written = 0;
        for (long seed = 0; seed < 4000; seed++) {
            Architecture architecture = expressible(RandomArchitectures.of(seed), seed);
            try {
                TimmFormat.write(architecture);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage().lines().skip(1)).isNotEmpty();
                continue;
            }
            written++;
            assertSurvives(architecture);
        }
        assertThat(written).isGreaterThan(500);
    }

    /** Most random architectures have something that timm lacks; take away the usual reasons. */
    private static Architecture expressible(Architecture a, long seed) {
        Activation stem = a.stem().activation() == Activation.LINEAR ? Activation.RELU6 : a.stem().activation();
        List<Block> blocks = new ArrayList<>();
        for (Block block : a.blocks()) {
            Extent kernel = Extent.square(block.kernel().height());
            Extent stride = Extent.square(block.stride().height());
            Activation activation = block.activation() == Activation.LINEAR ? Activation.SWISH : block.activation();
            blocks.add(switch (block) {
                case Block.InvertedResidual b -> new Block.InvertedResidual(kernel, stride, (b.expanded() + 7) / 8 * 8, b.out(),
                        sigmoid(b.squeeze()), activation, b.forceExpand(), b.skip());
                case Block.FusedInvertedResidual b -> new Block.FusedInvertedResidual(kernel, stride, (b.expanded() + 7) / 8 * 8, b.out(),
                        sigmoid(b.squeeze()), activation, b.skip());
                case Block.DepthwiseSeparable b -> new Block.DepthwiseSeparable(kernel, stride, b.out(), sigmoid(b.squeeze()), activation);
                case Block.Convolution b -> new Block.Convolution(kernel, stride, b.out(), activation);
            });
        }
        return new Architecture(a.name(), a.resolution(), a.channels(), a.classes(), a.padding(),
                new Stem(a.stem().out(), Extent.square(3), Extent.square(2), stem), blocks,
                new Head(a.head().conv(), a.head().hidden(), a.head().hiddenBias(), stem));
    }

    private static Optional<SqueezeExcite> sigmoid(Optional<SqueezeExcite> squeeze) {
        return squeeze.map(se -> new SqueezeExcite(se.channels(), Gate.SIGMOID));
    }

    private static void assertSurvives(Architecture architecture) {
        String text = TimmFormat.write(architecture);
        Architecture read = TimmFormat.parse(architecture.name(), text);
        assertThat(read.anonymous()).as(text).isEqualTo(architecture.anonymous());
        assertThat(read.name()).isEqualTo(architecture.name());
    }

    @Test
    void what_timm_cannot_say_is_refused_with_every_block_and_reason() {
        Architecture architecture = ArchitectureFormat.parse("a.yaml", """
                format: finch-architecture/1
                name: odd
                stem: { out: 8, kernel: [3, 5], stride: [2, 1], activation: relu }
                blocks:
                  - { type: inverted-residual, kernel: [3, 1], expanded: 16, out: 16, stride: [2, 1] }
                  - { type: inverted-residual, expanded: 64, out: 16, squeeze: 4, gate-slope: 0.2 }
                  - { type: conv, out: 16, stride: 4, activation: linear }
                head: { conv: 64, activation: hard-swish }
                """);

        assertThatThrownBy(() -> TimmFormat.write(architecture)).isInstanceOf(IllegalArgumentException.class).message()
                .satisfies(m -> assertThat(m.lines()).containsExactly("timm block strings cannot express odd exactly:",
                        "  stem: kernel 3x5 (square ones only)", "  stem: stride 2x1 (timm's stems have 2)",
                        "  head: hard-swish beside relu in the stem (they share act_layer)",
                        "  block 1: kernel 3x1 (timm reads two numbers as mixed kernels)", "  block 1: stride 2x1 (timm has 1 and 2)",
                        "  block 3: stride 4 (timm has 1 and 2)", "  block 3: linear (there is no such suffix)",
                        "  blocks: a gate of slope 0.2 (timm's is 1/6)"));
        assertThatThrownBy(() -> TimmFormat.write(ArchitectureFormat.parse("a.yaml", """
                format: finch-architecture/1
                stem: { out: 8 }
                blocks:
                  - { type: inverted-residual, expanded: 20, out: 16 }
                """))).hasMessageContaining("block 1: expanded 20 from 8 channels (timm rounds to multiples of 8)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ir_r1_k3_s1_e6_c40_nrelu | 2: arch_def: ir_r1_k3_s1_e6_c40_nrelu: the token \"nrelu\" is not known for ir. Known: r, k, s, e, c, se, nre",
        "ir_r1_k3_s1_e6_c40_cc4 | the token \"cc4\" is not known for ir",
        "ir_r1_k3_s1_e6_c40_x2 | the token \"x2\" is not known",
        "ir_r1_k3_s1_e6_c40_ | the token \"\" is not known",
        "ir_r1_k3.5_s1_e6_c40 | k must be a whole number from 1 to 255, not 3.5",
        "ir_r1_k3_s3_e6_c40 | s must be a whole number from 1 to 2, not 3",
        "ir_r1_k4_s1_e6_c40 | the kernel must be odd, not 4",
        "ir_r1_k3_s1_c40 | the token e is missing",
        "ds_r1_k3_s1_e6_c40 | ds does not expand; its e must be 1. Use ir for 6.",
        "cn_r1_k3_s1_c40_skip | the token \"skip\" is not known for cn",
        "uir_r1_k3_s1_e4_c40 | the block type \"uir\" is not known here. Known: ir, er, ds, dsa, cn.",
        "ir_r1_r2_k3_s1_e4_c40 | r is given twice",
        "er_r1_k3_s1_e0_c40 | the expansion ratio must be above 0",
    })
    void an_unknown_token_is_a_mistake_that_names_it(String string, String message) {
        assertThatThrownBy(() -> TimmFormat.parse("m.py", """
                input_size = (3, 224, 224)
                arch_def = [['%s']]
                model = EfficientNet(decode_arch_def(arch_def))
                """.formatted(string))).isInstanceOf(InvalidFileException.class).hasMessageContaining("m.py:2: ").hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "model = MobileNetV3(decode_arch_def(a), num_feature=3) | num_feature: MobileNetV3 has no such argument here. Maybe you meant num_features.",
        "model = EfficientNet(decode_arch_def(a), se_from_exp=True) | se_from_exp: EfficientNet has no such argument here.",
        "model = EfficientNet(decode_arch_def(a), in_chans=1) | in_chans: 1 is not the 3 of input_size",
        "model = EfficientNet(decode_arch_def(a), act_layer=get_act_layer('mish')) | act_layer: must be get_act_layer('…') of one of relu",
        "model = EfficientNet(a) | must start with decode_arch_def(arch_def)",
        "model = ResNet(decode_arch_def(a)) | model = MobileNetV3(…) or model = EfficientNet(…) is missing",
        "model = EfficientNet(decode_arch_def(a), pad_type='valid') | pad_type: must be '' (symmetric) or 'same'",
        "model = EfficientNet(decode_arch_def(a), stem_kernel_size=4) | must be odd, not 4",
        "print(1) | only imports and assignments NAME = VALUE are understood",
        "depth = 1.2 | nothing uses this",
        "model = EfficientNet(decode_arch_def([['ir_r1_k3_s1_e6_c40', 'ir_r1_k3_s2_e6_c40']])) | only the first block of a stage may have a stride",
        "model = EfficientNet(decode_arch_def(a), num_classes='ten') | num_classes: must be a whole number from 1",
        "model = EfficientNet(decode_arch_def(a), se_layer=partial(SqueezeExcite, gate_layer='relu')) | gate_layer: must be 'sigmoid' or 'hard_sigmoid'",
        "x = 'open | the text has no closing '",
    })
    void what_is_not_understood_is_a_mistake_with_its_line(String line, String message) {
        assertThatThrownBy(() -> TimmFormat.parse("m.py", "input_size = (3, 224, 224)\na = [['ir_r1_k3_s1_e6_c40']]\n" + line + "\n"))
                .isInstanceOf(InvalidFileException.class).hasMessageContaining("m.py:3: ").hasMessageContaining(message);
    }

    @Test
    void definitions_written_by_hand_are_read() {
        Architecture read = TimmFormat.parse("m.py", """
                from functools import partial
                import torch.nn as nn
                # EdgeTPU's first expansion counts from another input
                arch_def = [
                    # stage 0
                    ["er_r1_k3_s1_e4_c24_fc24_noskip"],
                    ["ir_r2_k5_s2_e8_c48_se0.25_nhs",],
                ]
                input_size = (3, 96, 128)
                model = EfficientNet(decode_arch_def(arch_def), num_features=0, stem_size=30, pad_type='same',
                    round_chs_fn=partial(round_channels, multiplier=0.75),
                    se_layer=partial(SqueezeExcite, gate_layer='hard_sigmoid', force_act_layer=nn.ReLU))
                """);

        assertThat(read).isEqualTo(ArchitectureFormat.parse("a.yaml", """
                format: finch-architecture/1
                resolution: [96, 128]
                padding: tensorflow
                stem: { out: 24, activation: relu }
                blocks:
                  - { type: fused-inverted-residual, expanded: 96, out: 24, skip: false, activation: relu }
                  - { type: inverted-residual, kernel: 5, stride: 2, expanded: 192, out: 40, squeeze: 6, activation: hard-swish }
                  - { type: inverted-residual, kernel: 5, expanded: 320, out: 40, squeeze: 10, activation: hard-swish }
                """));
        assertThat(read.padding()).isEqualTo(Padding.TENSORFLOW);
    }
}
