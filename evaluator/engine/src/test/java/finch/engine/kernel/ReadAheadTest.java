package finch.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class ReadAheadTest {
    /** Which rows a window reads, tap by tap. */
    private static int lastRead(ConvGeometry g, int outRows) {
        int end = 0;
        for (int row = 0; row < outRows; row++) {
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                int in = row * g.strideHeight() - g.top() + ky * g.dilationHeight();
                if (in >= 0 && in < g.inHeight()) {
                    end = Math.max(end, in + 1);
                }
            }
        }
        return end;
    }

    @Test
    void rows_read_ahead_are_those_that_the_window_reads() {
        for (ConvCase c : ConvCase.depthwise(8)) {
            ConvGeometry g = c.geometry();
            for (int rows = 0; rows <= g.outHeight(); rows++) {
                // a window that lies in the padding altogether reads nothing
                assertThat(ReadAhead.end(g, rows)).as("%s, %d rows", c, rows).isBetween(lastRead(g, rows), g.inHeight());
                if (g.strideHeight() <= g.kernelHeight() && g.dilationHeight() == 1) {
                    assertThat(ReadAhead.end(g, rows)).as("%s, %d rows", c, rows).isEqualTo(lastRead(g, rows));
                }
            }
        }
    }

    @Test
    void rows_of_a_batch_stay_within_the_tensor() {
        ConvGeometry g = ConvCase.depthwise(8).getFirst().geometry();
        float[] two = new float[2 * g.inPixels() * g.inChannels()];
        for (int row = 0; row < 2 * g.outHeight(); row++) {
            int from = row;
            assertThatCode(() -> ReadAhead.rows(g, two, 0, from, from + 1)).doesNotThrowAnyException();
        }
    }
}
