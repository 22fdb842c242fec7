package finch.space.staged;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import finch.space.format.SpaceFormat;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagedSpaceTest {
    private static final String FRAME = "format: finch-space/1\nname: small\nresolution: 32\n";
    private static final String STEM = "stem: { out: 16, activation: relu }\n";

    private static StagedSpace space(String text) {
        return SpaceFormat.parse("small.yaml", FRAME + text);
    }

    /** Spaces small enough to go through, each with another way to spell one network twice. */
    @ParameterizedTest
    @ValueSource(strings = {
            // dropped blocks
            STEM + """
            stages:
              - { depth: [1, 2, 3], out: [16, 24], stride: [1, 2], activation: relu, per-block: { kernel: [3, 5], expand: [3, 6] } }
            """,
            // neighbouring stages that allow the same blocks, and stages that may be left out
            STEM + """
            defaults: { kernel: 3, expand: [2, 3], activation: relu }
            stages:
              - { depth: [0, 1, 2], out: [16, 24] }
              - { depth: [0, 1, 2], out: [16, 24, 32] }
              - { depth: [1, 2], out: [24, 32], stride: [1, 2] }
            """,
            // width multipliers and ratios that round to the same channels
            """
            stem: { out: [8, 16, 20], activation: [relu, hard-swish] }
            width: [0.25, 0.5, 0.9, 1.0, 1.1]
            stages:
              - { depth: [1, 2], out: [16, 24], activation: relu, kernel: 3, per-block: { expand: [1, 1.5, 1.6, 3, 24 channels], squeeze: [none, 0.25 of expanded, 0.25 of input, 8 channels] } }
            head: { conv: [none, 64, 4 of input], hidden: [none, 32], activation: [relu, hard-swish] }
            """,
            // identities anywhere, alone in a stage too, with a stride that makes them convolutions
            STEM + """
            defaults: { kernel: 3, activation: relu, per-block: { type: [identity, inverted-residual, conv, depthwise-separable], expand: [2, 4] } }
            stages:
              - { depth: [1, 2, 3], out: [16, 24], stride: [1, 2] }
              - { depth: [0, 2], out: 24 }
            """,
            // one choice for all blocks of a stage, in which some are identities
            STEM + """
            stages:
              - depth: [1, 2, 3]
                out: 16
                kernel: [3, 5]
                expand: [1, 2, 3]
                activation: [relu, swish]
                squeeze: [none, 0.5 of expanded]
                gate: [hard-sigmoid, sigmoid, hard-sigmoid 0.2]
                per-block: { type: [inverted-residual, identity] }
              - { depth: [0, 1], out: [16, 24], type: [identity, fused-inverted-residual], kernel: [3, 5], expand: 2, activation: relu }
            """,
            // bundles that say the same as others, skips and expansions by 1 that are or are not there
            STEM + """
            stages:
              - depth: [1, 2]
                out: [16, 24]
                stride: [1, 2]
                activation: relu
                skip: [true, false]
                per-block:
                  kernel: [3, 5]
                  expand: [1, 3]
                  force-expand: [false, true]
                  type:
                    - inverted-residual
                    - { type: inverted-residual, kernel: 5, expand: 3 }
                    - { name: fused, type: fused-inverted-residual, expand: 2, squeeze: 0.25 of expanded, gate: sigmoid }
            """,
            // the kind itself is shared by a stage, beside properties only some kinds have
            STEM + """
            stages:
              - { depth: [1, 2], out: 16, type: [identity, conv, inverted-residual], kernel: [1, 3], expand: [1, 2], activation: [linear, relu] }
              - { depth: [1, 2], out: [16, 24], per-block: { type: [identity, conv], kernel: [1, 3], activation: [linear, relu] } }
            """,
            // block by block
            STEM + """
            stages:
              - depth: [1, 3]
                activation: relu
                kernel: 3
                blocks:
                  - { out: [16, 24], expand: [1, 2], stride: [1, 2] }
                  - { out: [16, 24], expand: [1, 2], kernel: [3, 5] }
                  - { out: 24, expand: [3, 4], stride: [1, 2] }
            """})
    void equal_architectures_and_equal_canonical_genomes_are_one_and_the_same(String text) throws NotInSpaceException {
        StagedSpace space = space(text);
        assertThat(space.genomes().intValueExact()).isBetween(100, 1_000_000);
        Map<Architecture, Genome> canonicalOf = new HashMap<>();
        int[] sizes = space.decisions().stream().mapToInt(Decision::size).toArray();
        int[] genome = new int[sizes.length];
        boolean more = true;
        while (more) {
            Genome g = Genome.of(genome);
            Architecture architecture = space.decode(g);
            Genome canonical = space.canonical(g);
            Genome known = canonicalOf.putIfAbsent(architecture, canonical);
            assertThat(canonical).isEqualTo(known == null ? canonical : known);
            more = false;
            for (int i = sizes.length - 1; i >= 0 && !more; i--) {
                genome[i] = (genome[i] + 1) % sizes[i];
                more = genome[i] != 0;
            }
        }
        assertThat(canonicalOf.values()).doesNotHaveDuplicates();
        assertThat(space.size()).isEqualTo(canonicalOf.size());
        for (Map.Entry<Architecture, Genome> e : canonicalOf.entrySet()) {
            assertThat(space.decode(e.getValue())).isEqualTo(e.getKey());
            assertThat(space.encode(e.getKey())).isEqualTo(e.getValue());
        }
        assertThat(space.canonicalGenomes()).containsExactlyInAnyOrderElementsOf(canonicalOf.values());
    }
}
