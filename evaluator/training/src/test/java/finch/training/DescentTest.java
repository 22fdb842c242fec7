package finch.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescentTest {
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void a_gradient_that_is_no_number_is_found_wherever_it_stands(float value) {
        for (int length = 1; length < 12; length++) {
            for (int at = 0; at < length; at++) {
                float[] gradient = new float[length];
                gradient[at] = value;
                assertThat(descent(gradient).hasFiniteGradients()).as("%s at %d of %d", value, at, length).isFalse();
            }
        }
    }

    @Test
    void the_largest_numbers_are_numbers() {
        assertThat(descent(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f, 1, 2, 3}).hasFiniteGradients()).isTrue();
        assertThat(descent(new float[0]).hasFiniteGradients()).isTrue();
    }

    private static Descent descent(float[] gradient) {
        return new Descent(List.of(new Descent.Weight(new float[gradient.length], gradient, true)), List.of(), Recipe.usual(1, 0.1, 1), 1);
    }
}
