package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.search.evolve.Evaluation;
import finch.search.evolve.Violation;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalLineTest {
    /** Letters of one to four bytes, in what stands before the timing and in what stands behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"too large", "größer als 8 ms …", "\u5927\u304D\u3044 \uD83D\uDC26"})
    void the_check_is_that_of_the_line_without_its_timing_in_any_letters(String reason) {
        Map<Objective, Estimate> values = Map.of(Objective.TOP1, new Estimate(70.25, 69, 71));
        for (Evaluation evaluation : List.of(new Evaluation.Infeasible(values, List.of(new Violation("latency", 0.5, reason))), new Evaluation.Failed(reason))) {
            JournalEntry entry = new JournalEntry(3, 1, List.of(0L, 2L), "crossover", "0120", "00ff", evaluation, 25, 1234);

            String line = JournalLine.of(entry);

            assertThat(JournalLine.parse(line)).isEqualTo(entry);
            String checked = line.substring(0, line.lastIndexOf(",\"check\""));
            CRC32 crc = new CRC32();
            crc.update(checked.replaceFirst(",\"timing\":\\{[^}]*", "").getBytes(StandardCharsets.UTF_8));
            assertThat(line).endsWith(",\"check\":\"" + HexFormat.of().toHexDigits((int) crc.getValue()) + "\"}");
            String changed = line.replace(reason, reason.substring(0, reason.length() - 1) + "x");
            assertThatThrownBy(() -> JournalLine.parse(changed)).hasMessage("its checksum is wrong");
        }
    }
}
