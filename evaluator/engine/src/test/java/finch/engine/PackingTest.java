package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackingTest {
    private static final int START = ArenaLayout.align(40);

    @Test
    void spans_that_are_live_together_are_apart() {
        Random random = new Random(3);
        for (int trial = 0; trial < 300; trial++) {
            List<Packing.Span> spans = new ArrayList<>();
            int count = random.nextInt(1, 40);
            for (int i = 0; i < count; i++) {
                int first = random.nextInt(30);
                spans.add(new Packing.Span(random.nextInt(1, 2000), first, first + random.nextInt(6)));
            }
            Packing.Result result = Packing.of(spans, START);
            for (int i = 0; i < count; i++) {
                int at = result.offsets()[i];
                assertThat(at).isGreaterThanOrEqualTo(START).isEqualTo(ArenaLayout.align(at));
                int end = at + spans.get(i).floats();
                assertThat(end).isLessThanOrEqualTo(result.end());
                for (int j = 0; j < i; j++) {
                    boolean together = spans.get(i).first() <= spans.get(j).last() && spans.get(j).first() <= spans.get(i).last();
                    int other = result.offsets()[j];
                    assertThat(together && at < other + spans.get(j).floats() && other < end).as("trial %d, spans %d and %d overlap", trial, i, j).isFalse();
                }
            }
        }
    }

    /** The largest first takes 368 floats here, where 272 are live at once. */
    @Test
    void what_the_largest_first_misses_is_found() {
        List<Packing.Span> spans = List.of(new Packing.Span(96, 2, 3), new Packing.Span(144, 0, 1), new Packing.Span(128, 0, 2), new Packing.Span(144, 3, 4));
        assertThat(Packing.of(spans, 12).end()).isEqualTo(12 + 272);
    }

    @Test
    void nothing_takes_nothing() {
        assertThat(Packing.of(List.of(), START).end()).isEqualTo(START);
    }

    @Test
    void more_floats_than_an_int_counts_are_refused() {
        int third = Integer.MAX_VALUE / 3;
        assertThatThrownBy(() -> Packing.of(List.of(new Packing.Span(third, 0, 1), new Packing.Span(third, 1, 2), new Packing.Span(third, 0, 2)), 12))
                .isInstanceOf(ArithmeticException.class);
    }
}
