package finch.space.staged;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Architecture;
import finch.space.Block;
import finch.space.Genome;
import finch.space.SqueezeExcite;
import finch.space.format.SpaceFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where blocks stand, and that every network of a space has room in what the space says is the largest of each part. */
class CapacityTest {
    @ParameterizedTest
    @ValueSource(strings = {"mobilenetv1", "mobilenetv2", "mobilenetv3", "nas-bench-macro", "once-for-all"})
    void every_network_fits(String name) {
        StagedSpace space = SpaceFormat.named(name);
        Capacity capacity = space.capacity();
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 300; i++) {
            Genome genome = i == 0 ? space.largest() : i == 1 ? space.smallest() : space.random(random);
            Architecture architecture = space.decode(genome);
            List<Place> places = space.places(genome);
            assertThat(places).hasSameSizeAs(architecture.blocks()).doesNotHaveDuplicates();
            assertThat(architecture.stem().out()).isLessThanOrEqualTo(capacity.stem());
            assertThat(capacity.stemKernels()).contains(architecture.stem().kernel());
            int in = architecture.stem().out();
            for (int b = 0; b < places.size(); b++) {
                Block block = architecture.blocks().get(b);
                Place place = places.get(b);
                BlockKind kind = kind(block);
                Capacity.Part part = capacity.parts().stream().filter(p -> p.place().equals(place) && p.kind() == kind).findFirst().orElseThrow();
                assertThat(part.kernels()).contains(block.kernel());
                assertThat(in).isLessThanOrEqualTo(part.in());
                assertThat(block.inside(in)).isLessThanOrEqualTo(part.inside());
                assertThat(block.squeeze().map(SqueezeExcite::channels).orElse(0)).isLessThanOrEqualTo(part.squeeze());
                assertThat(block.out()).isLessThanOrEqualTo(part.out());
                in = block.out();
            }
            assertThat(in).isLessThanOrEqualTo(capacity.in());
            assertThat(architecture.head().conv()).isLessThanOrEqualTo(capacity.conv());
            assertThat(architecture.head().hidden()).isLessThanOrEqualTo(capacity.hidden());
        }
        // and no room is left over at the top
        Architecture largest = space.decode(space.largest());
        assertThat(largest.stem().out()).isEqualTo(capacity.stem());
        assertThat(largest.blocks().getLast().out()).isEqualTo(capacity.in());
        assertThat(largest.head().conv()).isEqualTo(capacity.conv());
    }

    private static BlockKind kind(Block block) {
        return switch (block) {
            case Block.InvertedResidual _ -> BlockKind.INVERTED_RESIDUAL;
            case Block.FusedInvertedResidual _ -> BlockKind.FUSED_INVERTED_RESIDUAL;
            case Block.DepthwiseSeparable _ -> BlockKind.DEPTHWISE_SEPARABLE;
            case Block.Convolution _ -> BlockKind.CONV;
        };
    }
}
