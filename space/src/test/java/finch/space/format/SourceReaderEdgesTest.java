package finch.space.format;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers and texts in forms that YAML allows and few people expect. */
class SourceReaderEdgesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "a:\\n\\t- { b: 1 } | that cannot start any token",
        "a: \"b\\nc: d | found unexpected end of stream",
        "a: { b: 1 }}\\nc: 2 | but found '}'",
        "{ \"a\": NaN } | 'NaN' is no value of JSON",
        "{ \"a\": 1 /* one */ } | JSON has no comments",
    })
    void what_is_not_well_formed_is_told_by_what_was_found(String text, String words) {
        assertThatThrownBy(() -> SourceReader.parse("odd", text.translateEscapes())).isInstanceOf(InvalidFileException.class)
                .hasMessageStartingWith("odd:").hasMessageContaining("not well-formed: ").hasMessageContaining(words.translateEscapes())
                .hasMessageNotContainingAny("while", "enable", "Feature", "ALLOW");
    }

    @Test
    void a_number_of_very_many_digits_is_told_in_whole_sentences() {
        assertThatThrownBy(() -> SourceReader.parse("odd", "{ \"a\": " + "1".repeat(2000) + " }")).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("(2000) exceeds the maximum allowed (1000)").hasMessageNotContaining("from");
    }

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
