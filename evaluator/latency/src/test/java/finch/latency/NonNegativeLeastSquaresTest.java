package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NonNegativeLeastSquaresTest {
    @Test
    void an_answer_inside_the_constraint_is_the_ordinary_one() {
        double[][] rows = {{1, 0}, {0, 1}, {1, 1}};
        // normal equations: 2x + y = 5, x + 2y = 6 up to the ridge
        double[] x = NonNegativeLeastSquares.solve(rows, new double[] {1, 2, 4}, 0);
        assertThat(x[0]).isCloseTo(4 / 3.0, within(1e-8));
        assertThat(x[1]).isCloseTo(7 / 3.0, within(1e-8));
    }

    @Test
    void a_variable_that_would_be_negative_is_zero_and_the_others_make_up_for_it() {
        double[][] rows = {{1, 1}, {1, 2}, {1, 3}};
        // ordinary answer: 4 − x; best constant: 2
        double[] x = NonNegativeLeastSquares.solve(rows, new double[] {3, 2, 1}, 0);
        assertThat(x[1]).isZero();
        assertThat(x[0]).isCloseTo(2, within(1e-8));
    }

    @Test
    void columns_of_zeros_get_no_price() {
        double[] x = NonNegativeLeastSquares.solve(new double[][] {{2, 0}, {4, 0}}, new double[] {1, 2}, 1e-9);
        assertThat(x).containsExactly(new double[] {0.5, 0}, within(1e-6));
    }

    @Test
    void no_feasible_direction_improves_the_answer() {
        Random random = new Random(8);
        for (int trial = 0; trial < 50; trial++) {
            int n = 12;
            double[][] rows = new double[30][n];
            double[] b = new double[30];
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < n; j++) {
                    // columns of very different scale, some nearly equal
                    rows[i][j] = Math.pow(10, j % 4) * random.nextDouble() + (j > 8 ? rows[i][j - 8] : 0);
                }
                b[i] = random.nextGaussian() + 1;
            }
            double[] x = NonNegativeLeastSquares.solve(rows, b, 0);
            for (int j = 0; j < n; j++) {
                double slope = 0;
                double length = 0;
                for (int i = 0; i < rows.length; i++) {
                    double residual = b[i];
                    for (int k = 0; k < n; k++) {
                        residual -= rows[i][k] * x[k];
                    }
                    slope += rows[i][j] * residual;
                    length += rows[i][j] * rows[i][j];
                }
                slope /= Math.sqrt(length);
                assertThat(x[j]).isNotNegative();
                if (x[j] > 0) {
                    assertThat(slope).as("a free variable is at its optimum").isCloseTo(0, within(1e-5));
                } else {
                    assertThat(slope).as("growing a fixed variable does not help").isLessThan(1e-5);
                }
            }
        }
    }
}
