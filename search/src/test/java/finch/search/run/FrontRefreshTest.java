package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.evolve.Evaluation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FrontRefreshTest {
    private static final Evaluation EVALUATION = new Evaluation.Measured(Map.of());

    private final AtomicInteger heard = new AtomicInteger();
    private final AtomicInteger written = new AtomicInteger();

    private RunListener listener(Duration interval, FrontRefresh.Writing writing) {
        FrontRefresh refresh = new FrontRefresh(interval);
        refresh.begin(writing);
        return refresh.listening(new RunListener() {
            @Override
            public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
                heard.incrementAndGet();
            }
        });
    }

    @Test
    void a_front_is_written_when_it_is_time_and_not_before() {
        listener(Duration.ZERO, written::incrementAndGet).evaluated(1, 0, 0, 1, EVALUATION);
        assertThat(written).hasValue(1);
        listener(Duration.ofHours(1), written::incrementAndGet).evaluated(2, 0, 0, 1, EVALUATION);
        assertThat(written).hasValue(1);
        assertThat(heard).hasValue(2);
    }

    @Test
    void an_empty_front_is_not_written() {
        listener(Duration.ZERO, written::incrementAndGet).evaluated(1, 0, 0, 0, EVALUATION);
        assertThat(written).hasValue(0);
    }

    @Test
    void writing_takes_a_hundredth_of_the_time() {
        RunListener listener = listener(Duration.ZERO, () -> {
            written.incrementAndGet();
            long end = System.nanoTime() + 20_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        });
        for (int i = 0; i < 5; i++) {
            listener.evaluated(i, 0, 0, 1, EVALUATION);
        }
        assertThat(written).as("the next one is due after two seconds").hasValue(1);
    }

    @Test
    void a_full_disk_ends_the_run() {
        RunListener listener = listener(Duration.ZERO, () -> {
            throw new IOException("no space left");
        });
        assertThatThrownBy(() -> listener.evaluated(1, 0, 0, 1, EVALUATION)).isInstanceOf(UncheckedIOException.class)
                .hasMessage("the front as it stands cannot be written (no space left). The journal is kept: make room, then go on with finch resume.");
    }
}
