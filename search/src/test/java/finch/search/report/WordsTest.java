package finch.search.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({"latency at-most 1.0 x ../../configs/small/v3-small-0.5.yaml, latency at-most 1.0 x v3-small-0.5", "latency at-most 0.9 x /home/an x/my nets/a.b.json, latency at-most 0.9 x a.b",
            "latency at-most 1.0 x C:\\nets\\a.yml, latency at-most 1.0 x a", "size at-most 1.0 x small.onnx, size at-most 1.0 x small", "latency at-most 1.0 x mobilenetv3-small, latency at-most 1.0 x mobilenetv3-small",
            "macs at-most 219M, macs at-most 219M"})
    void a_constraint_names_files_without_their_folders(String text, String expected) {
        assertThat(Words.constraint(text)).isEqualTo(expected);
    }
}
