package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CalibrationSourceTest {
    private static List<CalibrationSource.Draw> draws(int count, List<Architecture> references) {
        CalibrationSource source = new CalibrationSource(RandomArchitectures.drawn(1), references, List.of(), 2);
        List<CalibrationSource.Draw> draws = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            draws.add(source.next());
        }
        return draws;
    }

    private static Set<Extent> depthwiseKernels(Network network) {
        return network.layers().stream().filter(l -> l instanceof Layer.Convolution c && c.isDepthwise())
                .map(l -> ((Layer.Convolution) l).window().kernel()).collect(Collectors.toSet());
    }

    @Test
    void the_stream_depends_on_the_seed_only() {
        assertThat(draws(50, List.of())).isEqualTo(draws(50, List.of()));
    }

    @Test
    void a_quarter_is_held_out_at_many_resolutions() {
        List<CalibrationSource.Draw> heldOut = draws(160, List.of()).stream().filter(CalibrationSource.Draw::heldOut).toList();
        assertThat(heldOut).hasSize(40);
        Set<Integer> sides = new HashSet<>();
        heldOut.forEach(draw -> sides.add(draw.network().input().height()));
        assertThat(sides).hasSizeGreaterThan(5).allMatch(side -> side >= 96 && side <= 320);
    }

    @Test
    void one_of_eight_sees_a_small_image_and_is_fitted() {
        List<CalibrationSource.Draw> small = draws(160, List.of()).stream().filter(draw -> draw.network().input().height() < 96).toList();
        assertThat(small).hasSize(20).noneMatch(CalibrationSource.Draw::heldOut);
        assertThat(small).extracting(draw -> draw.network().input().height()).allMatch(side -> side >= 32 && side % 16 == 0).contains(32, 48, 64, 80);
    }

    @Test
    void a_network_of_too_many_strides_sees_the_next_larger_image() {
        Architecture five = RandomArchitectures.one(new Random(3));
        List<Block> blocks = new ArrayList<>(five.blocks());
        Block.InvertedResidual last = (Block.InvertedResidual) blocks.getLast();
        blocks.add(new Block.InvertedResidual(last.kernel(), Extent.square(2), last.expanded(), last.out(), last.squeeze(), last.activation(), false, true));
        Architecture six = new Architecture("", five.resolution(), five.channels(), five.classes(), five.padding(), five.stem(), blocks, five.head());
        CalibrationSource source = new CalibrationSource(Stream.generate(() -> six).iterator(), List.of(), List.of(), 2);
        Set<Integer> small = new HashSet<>();
        for (int i = 0; i < 160; i++) {
            int side = source.next().network().input().height();
            if (side < 96) {
                small.add(side);
            }
        }
        assertThat(small).containsExactlyInAnyOrder(48, 64, 80);
    }

    @Test
    void a_long_calibration_holds_out_more() {
        List<CalibrationSource.Draw> draws = draws(600, List.of());
        assertThat(draws.subList(0, 280).stream().filter(CalibrationSource.Draw::heldOut)).hasSize(70);
        assertThat(draws.subList(280, 600).stream().filter(CalibrationSource.Draw::heldOut)).hasSize(160);
    }

    @Test
    void extremes_are_fitted_but_never_held_out() {
        List<CalibrationSource.Draw> uniform = draws(160, List.of()).stream()
                .filter(draw -> depthwiseKernels(draw.network()).size() == 1).toList();
        assertThat(uniform).hasSizeGreaterThan(15);
        assertThat(uniform.stream().filter(CalibrationSource.Draw::heldOut)).hasSizeLessThan(3);
    }

    @Test
    void references_are_held_out_once_each_and_names_are_unique() {
        Architecture reference = RandomArchitectures.one(new Random(3));
        List<CalibrationSource.Draw> draws = draws(40, List.of(reference.named("a"), reference.named("b"), reference.named("a"), reference));

        assertThat(draws).extracting(draw -> draw.network().name()).doesNotHaveDuplicates().contains("a", "b", "a'", "reference");
        assertThat(draws.stream().filter(draw -> !draw.network().name().startsWith("random"))).hasSize(4).allMatch(CalibrationSource.Draw::heldOut);
    }

    @Test
    void references_to_fit_are_not_held_out() {
        Architecture one = RandomArchitectures.one(new Random(3));
        CalibrationSource source = new CalibrationSource(RandomArchitectures.drawn(1), List.of(one.named("checked")), List.of(one.named("fitted")), 2);
        List<CalibrationSource.Draw> references = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            CalibrationSource.Draw draw = source.next();
            if (source.isReference(draw.network().name())) {
                references.add(draw);
            }
        }
        assertThat(references).extracting(draw -> draw.network().name()).containsExactly("fitted", "checked");
        assertThat(references).extracting(CalibrationSource.Draw::heldOut).containsExactly(false, true);
    }

    @Test
    void references_come_even_when_the_candidates_run_out() {
        CalibrationSource source = new CalibrationSource(Collections.emptyIterator(), List.of(RandomArchitectures.one(new Random(3))), List.of(), 1);
        assertThat(source.hasNext()).isTrue();
        assertThat(source.next().heldOut()).isTrue();
        assertThat(source.hasNext()).isFalse();
    }
}
