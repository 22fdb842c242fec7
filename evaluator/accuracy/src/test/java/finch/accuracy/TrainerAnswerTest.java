package finch.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerAnswerTest {
    private static TrainerAnswer parse(String output) {
        return TrainerAnswer.parse(output, "id");
    }

    @Test
    void a_byte_order_mark_before_the_answer_is_none_of_it() {
        assertThat(parse("\uFEFF{\"top1\": 70}\r\n").top1()).isEqualTo(70);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "-1e999"})
    void a_metric_beyond_all_numbers_is_refused(String value) {
        assertThat(parse("{\"top1\": 70, \"metrics\": {\"loss\": 1e300}}").metrics()).containsEntry("loss", 1e300);
        assertThatIllegalArgumentException().isThrownBy(() -> parse("{\"top1\": 70, \"metrics\": {\"loss\": " + value + "}}"))
                .withMessage("answered metrics.loss, which is a number beyond ±1.7976931348623157E308; leave it out, or answer a finite one");
    }

    @Test
    void a_whole_number_of_many_digits_is_refused_likewise() {
        String many = "1" + "0".repeat(400);
        assertThatIllegalArgumentException().isThrownBy(() -> parse("{\"top1\": 70, \"metrics\": {\"loss\": " + many + "}}")).withMessageStartingWith("answered metrics.loss, which is");
        assertThatIllegalArgumentException().isThrownBy(() -> parse("{\"top1\": " + many + "}")).withMessageStartingWith("answered top1 1000").withMessageEndingWith("…, which is no percentage from 0 to 100");
    }

    @Test
    void what_a_terminal_would_obey_is_spelled_out() {
        List<String> answers = List.of("\u001b[2Jgone\u0007", "[\"\u009b2J\"]", "{\"top1\": 70, \"\\u001b[2J\": 1}", "{\"top1\": 70, \"metrics\": {\"\\u001b\": \"x\"}}",
                "{\"top1\": 70, \"metrics\": {\"\\u001b\": 1e999}}", "{\"top1\": \"\u009b\"}", "{\"top1\": 70, \"id\": \"\u009b\"}", "{\"top1\": 70, \"artefact\": [\"\u009b\"]}");
        assertThat(answers).allSatisfy(answer -> assertThatIllegalArgumentException().isThrownBy(() -> parse(answer))
                .matches(e -> e.getMessage().chars().noneMatch(Character::isISOControl), "no control").matches(e -> e.getMessage().contains("\\u00"), "spelled out"));
    }
}
