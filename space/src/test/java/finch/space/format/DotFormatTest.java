package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.network.Network;
import org.junit.jupiter.api.Test;

class DotFormatTest {
    @Test
    void a_small_network_is_drawn_with_operations_shapes_and_edges() {
        Network network = Network.of(ArchitectureFormat.parse("a.yaml", """
                format: finch-architecture/1
                name: a "small" net
                resolution: 8
                classes: 2
                stem: { out: 4, activation: relu6 }
                blocks:
                  - { type: inverted-residual, expanded: 8, out: 4, squeeze: 2, activation: hard-swish }
                """));

        assertThat(DotFormat.write(network)).isEqualTo("""
                digraph "a \\"small\\" net" {
                  node [shape=box, style=rounded, fontname="sans-serif"];
                  t0 [label="input\\n8x8x3", shape=plain];
                  t1 [label="stem\\nconv 3 stride 2, clip\\n4x4x4"];
                  subgraph "cluster_block1" {
                    label="block1";
                    t2 [label="block1.expand\\npointwise 1, hard-swish\\n4x4x8"];
                    t3 [label="block1.depthwise\\ndepthwise 3, hard-swish\\n4x4x8"];
                    t4 [label="block1.squeeze.pool\\nglobal-average-pool\\n1x1x8"];
                    t5 [label="block1.squeeze.reduce\\npointwise 1, relu\\n1x1x2"];
                    t6 [label="block1.squeeze.expand\\npointwise 1, hard-sigmoid\\n1x1x8"];
                    t7 [label="block1.squeeze.scale\\nscale\\n4x4x8"];
                    t8 [label="block1.project\\npointwise 1\\n4x4x4"];
                    t9 [label="block1.add\\nadd\\n4x4x4"];
                  }
                  t10 [label="head.pool\\nglobal-average-pool\\n1x1x4"];
                  t11 [label="classifier\\ndense\\n1x1x2"];
                  t0 -> t1;
                  t1 -> t2;
                  t2 -> t3;
                  t3 -> t4;
                  t4 -> t5;
                  t5 -> t6;
                  t3 -> t7;
                  t6 -> t7;
                  t7 -> t8;
                  t1 -> t9;
                  t8 -> t9;
                  t9 -> t10;
                  t10 -> t11;
                }
                """);
    }
}
