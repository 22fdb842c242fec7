package finch.space.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Decision;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Genome;
import finch.space.GenomeKey;
import finch.space.Head;
import finch.space.NotInSpaceException;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import finch.space.format.SpaceFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EncodeAndRestrictTest {
    private static final StagedSpace SPACE = SpaceFormat.parse("toy.yaml", """
            format: finch-space/1
            resolution: [32, 48x64]
            classes: 10
            stem: { out: 16, activation: relu }
            stages:
              - { depth: [2, 3], out: 24, stride: 2, kernel: [3, 5], activation: relu, per-block: { expand: [3, 6] } }
              - { depth: 1, out: 40, stride: 2, kernel: 3, activation: [relu, hard-swish], expand: 6, squeeze: [none, 0.25 of expanded] }
            head: { conv: 64, activation: relu }
            """);

    private static Block block(int kernel, int stride, int expanded, int out) {
        return new Block.InvertedResidual(Extent.square(kernel), Extent.square(stride), expanded, out, Optional.empty(),
                Activation.RELU, false, true);
    }

    private static Architecture network(Block... blocks) {
        return new Architecture("net", Extent.square(32), 3, 10, Padding.SYMMETRIC,
                new Stem(16, Extent.square(3), Extent.square(2), Activation.RELU), List.of(blocks), new Head(64, 0, true, Activation.RELU));
    }

    private static List<String> reasons(Architecture architecture) {
        NotInSpaceException e = catchThrowableOfType(NotInSpaceException.class, () -> SPACE.encode(architecture));
        assertThat(e).isNotNull().hasMessageStartingWith("not in the space toy: ");
        return e.reasons();
    }

    @Test
    void what_has_no_effect_does_not_matter() throws NotInSpaceException {
        Block noSkipWhereNoneCanBe = new Block.InvertedResidual(Extent.square(3), Extent.square(2), 48, 24, Optional.empty(),
                Activation.RELU, true, false);
        Architecture architecture = network(noSkipWhereNoneCanBe, block(3, 1, 72, 24), block(3, 2, 144, 40));
        assertThat(SPACE.encode(architecture)).isEqualTo(SPACE.encode(network(block(3, 2, 48, 24), block(3, 1, 72, 24), block(3, 2, 144, 40))));
    }

    @Test
    void a_property_outside_the_choices_is_named_with_what_was_found_and_what_is_allowed() {
        assertThat(reasons(network(block(3, 2, 48, 24), block(3, 1, 96, 24), block(7, 2, 144, 40)))).containsExactly(
                "block 2: stage1.block2.expand is 96 channels expanded from 24 (a ratio of 4); choices are 3, 6",
                "block 3: stage2.kernel is 7; the space has only 3");
    }

    @Test
    void one_choice_of_a_stage_that_would_have_to_be_two_is_named() {
        assertThat(reasons(network(block(3, 2, 48, 24), block(5, 1, 72, 24), block(3, 2, 144, 40)))).containsExactly(
                "stage1.kernel is one choice for all blocks of the stage, but no choice fits them all; choices are 3, 5");
    }

    @Test
    void too_few_and_too_many_blocks_are_named() {
        assertThat(reasons(network(block(3, 2, 48, 24), block(3, 2, 144, 40))))
                .containsExactly("stage1.depth is 1; choices are 2, 3");
        assertThat(reasons(network(block(3, 2, 48, 24), block(3, 1, 72, 24), block(3, 2, 144, 40), block(3, 1, 240, 40))))
                .hasSize(1).first().asString().startsWith("block 4 is one too many");
    }

    @Test
    void everything_around_the_blocks_is_checked_too() {
        Architecture other = new Architecture("", Extent.square(33), 1, 5, Padding.TENSORFLOW,
                new Stem(8, Extent.square(3), Extent.square(2), Activation.SWISH),
                network(block(3, 2, 24, 24), block(3, 1, 72, 24), block(3, 2, 144, 40)).blocks(), new Head(32, 16, true, Activation.RELU));
        assertThat(reasons(other)).contains("channels is 1; the space has 3", "classes is 5; the space has 10",
                "padding is tensorflow; the space has symmetric", "resolution is 33; choices are 32, 48x64",
                "stem.out is 8; the space has only 16", "stem.activation is swish; the space has only relu",
                "head.conv is 32; the space has only 64", "head.hidden is 16; the space has only none");
    }

    @Test
    void another_kind_of_block_and_another_gate_are_named() {
        Block fused = new Block.FusedInvertedResidual(Extent.square(3), Extent.square(1), 72, 24, Optional.empty(), Activation.RELU, true);
        Block gated = new Block.InvertedResidual(Extent.square(3), Extent.square(2), 144, 40,
                Optional.of(new SqueezeExcite(40, Gate.SIGMOID)), Activation.RELU, false, true);
        List<String> found = reasons(network(block(3, 2, 48, 24), fused, gated));
        assertThat(found).hasSize(2);
        assertThat(found.getFirst()).isEqualTo("block 2: stage1.type is fused-inverted-residual; the space has only inverted-residual");
        assertThat(found.getLast()).startsWith("block 3: stage2.gate is ").endsWith("the space has only hard-sigmoid");
    }

    @Test
    void a_restricted_space_keeps_the_choices_asked_for() throws NotInSpaceException {
        StagedSpace restricted = SPACE.restrict(Map.of("stage*.block*.expand", List.of("6"), "resolution", List.of("48x64"),
                "stage2.squeeze", List.of("none", "0.25 of expanded")));
        assertThat(restricted.decisions().stream().map(Decision::name))
                .containsExactly("stage1.depth", "stage1.kernel", "stage2.squeeze", "stage2.activation");
        assertThat(restricted.fixed()).containsEntry("stage1.block2.expand", "6").containsEntry("resolution", "48x64");
        assertThat(restricted.size()).isEqualTo(2 * 2 * 2 * 2);
        for (Genome genome : restricted.canonicalGenomes().toList()) {
            assertThat(SPACE.decode(SPACE.encode(restricted.decode(genome)))).isEqualTo(restricted.decode(genome));
        }
    }

    @Test
    void a_smaller_depth_drops_the_decisions_of_the_slots_it_leaves_out() {
        StagedSpace restricted = SPACE.restrict(Map.of("*.depth", List.of("1", "2")));
        assertThat(restricted.decisions().stream().map(Decision::name)).doesNotContain("stage1.block3.expand", "stage1.depth");
    }

    @Test
    void all_mistakes_of_a_restriction_are_named() {
        assertThatIllegalArgumentException().isThrownBy(() -> SPACE.restrict(Map.of("stage9.kernel", List.of("3"),
                        "stage1.kernel", List.of("7"), "resolution", List.of())))
                .withMessageContaining("stage9.kernel: no decision of this space has this name")
                .withMessageContaining("stage1.kernel: \"7\" is not a choice. Choices: 3, 5.")
                .withMessageContaining("resolution: keeps no choice");
    }

    @Test
    void genomes_of_another_space_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SPACE.decode(Genome.of(0)))
                .withMessageContaining("a genome of toy has 8 choices, not 1");
        assertThatIllegalArgumentException().isThrownBy(() -> SPACE.canonical(Genome.of(0, 0, 0, 2, 0, 0, 0, 0)))
                .withMessageContaining("stage1.block1.expand has choices 0 to 1, not 2");
        assertThatIllegalStateException().isThrownBy(() -> SpaceFormat.named("once-for-all").canonicalGenomes())
                .withMessageContaining("Freeze some decisions");
    }

    @Test
    void keys_of_genomes_differ_when_packed_and_when_hashed() {
        List<Decision> few = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            few.add(new Decision("d" + i, List.of("a", "b", "c")));
        }
        Set<GenomeKey> packed = new HashSet<>();
        for (int n = 0; n < 6561; n++) {
            int[] choices = new int[8];
            for (int i = 0, rest = n; i < 8; i++, rest /= 3) {
                choices[i] = rest % 3;
            }
            assertThat(packed.add(GenomeKey.of(few, Genome.of(choices)))).isTrue();
        }
        List<Decision> many = new ArrayList<>(few);
        for (int i = 0; i < 120; i++) {
            many.add(new Decision("e" + i, List.of("a", "b", "c", "d", "e")));
        }
        Genome base = Genome.of(new int[128]);
        Set<GenomeKey> hashed = new HashSet<>(Set.of(GenomeKey.of(many, base)));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 128; i++) {
            for (int c = 1; c < many.get(i).size(); c++) {
                assertThat(hashed.add(GenomeKey.of(many, base.with(i, c)))).isTrue();
                int j = random.nextInt(8, 128);
                assertThat(hashed.add(GenomeKey.of(many, base.with(i, c).with(j == i ? 127 - i : j, 1)))).isNotNull();
            }
        }
        assertThat(hashed.stream().map(GenomeKey::low).distinct()).hasSameSizeAs(hashed);
        assertThat(hashed.stream().map(GenomeKey::high).distinct()).hasSameSizeAs(hashed);
    }
}
