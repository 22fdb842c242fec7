package finch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static Options options(String... arguments) {
        return Options.of(arguments, "runs", "threads", "finch-jvm");
    }

    @Test
    void options_and_words_may_stand_in_any_order() {
        Options options = options("a", "runs=7", "b@/320");
        assertThat(options.words()).containsExactly("a", "b@/320");
        assertThat(options.number("runs", 1)).isEqualTo(7);
        assertThat(options.number("threads", 3)).isEqualTo(3);
        assertThat(options("runs=7").wordsOr(List.of("all"))).containsExactly("all");
    }

    @Test
    void lists_are_separated_by_commas() {
        assertThat(options("threads=1, 2").numbers("threads", "4")).containsExactly(1, 2);
        assertThat(options().numbers("threads", "4,8")).containsExactly(4, 8);
    }

    @Test
    void options_of_a_jvm_may_come_at_once_or_one_by_one_and_hold_equals_signs() {
        assertThat(options("finch-jvm=-XX:+UseParallelGC -Xmx1g", "finch-jvm=-Dfinch.vectorBits=256").jvm("finch-jvm"))
                .containsExactly("-XX:+UseParallelGC", "-Xmx1g", "-Dfinch.vectorBits=256");
        assertThat(options().jvm("finch-jvm")).isEmpty();
    }

    @Test
    void mistakes_say_what_is_known() {
        assertThatThrownBy(() -> options("run=7")).hasMessageContaining("run=7").hasMessageContaining("finch-jvm, runs, threads");
        assertThatThrownBy(() -> options("runs=many").number("runs", 1)).hasMessageContaining("runs=many");
        assertThatThrownBy(() -> options("runs=-1").number("runs", 1)).hasMessageContaining("runs=-1");
        assertThatThrownBy(() -> options("word").noWords()).hasMessageContaining("word");
    }
}
