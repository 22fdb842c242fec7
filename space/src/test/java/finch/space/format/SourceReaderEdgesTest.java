package finch.space.format;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers and texts in forms that YAML allows and few people expect. */
class SourceReaderEdgesTest {
    @ParameterizedTest
    @ValueSource(strings = {".inf", "-.inf", ".nan", "0x1F", "0o17", "1e400", "99999999999999999999", "1_0_", "+", "-", "1:30", "2001-01-01", "!!int x",
        "&a 1", "*a", "|", "[", "{", "\"", "'", "%", "@", "`", "? a", "!", "{a: {b: {c: d}}}", "[[[[1]]]]", "\u0000", "\uFEFF", "\u0085"})
    void odd_scalars_are_refused_with_a_line(String scalar) {
        for (String key : new String[] {"channels", "resolution", "head"}) {
            assertThatThrownBy(() -> ArchitectureFormat.parse("odd", "format: finch-architecture/1\n" + key + ": " + scalar
                    + "\nstem: { out: 0 }\nblocks: [ { type: depthwise-separable, out: 8, squeeze: 2, gate-slope: " + scalar + " } ]\n"))
                    .isInstanceOf(InvalidFileException.class).hasMessageStartingWith("odd:");
        }
    }
}
