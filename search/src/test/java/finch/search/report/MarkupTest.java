package finch.search.report;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Small parts of pages. */
class MarkupTest {
    @ParameterizedTest
    @EnumSource(Activation.class)
    void the_legend_of_blocks_explains_every_activation(Activation activation) {
        assertThat(BlockDiagram.LEGEND).containsPattern("(^|[ :;,])" + BlockDiagram.shortly(activation) + "[,:]");
    }

    @Test
    void a_table_that_scrolls_is_called_by_its_caption() {
        assertThat(new HtmlTable("Points & errors", "A").toString()).contains("aria-label=\"Points &amp; errors\"").contains("<caption>Points &amp; errors</caption>");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            runs/mobilenetv3-small-2:best | runs/mobilenetv3-small-2:best
            runs/my net                   | 'runs/my net'
            runs/$HOME                    | 'runs/$HOME'
            it's                          | 'it'\\''s'
            """)
    void a_word_stays_one_word_in_a_shell(String word, String typed) throws Exception {
        assertThat(ShellWord.of(word)).isEqualTo(typed);
        Process shell = new ProcessBuilder("sh", "-c", "printf '<%s>' " + typed).start();
        assertThat(shell.inputReader().readLine()).isEqualTo("<" + word + ">");
    }
}
