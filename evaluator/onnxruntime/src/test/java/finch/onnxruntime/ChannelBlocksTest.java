package finch.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelBlocksTest {
    @ParameterizedTest
    @CsvSource({
        "amd64, 'flags : fma avx2 avx512f avx512vl', 16",
        "x86_64, 'flags : fma avx2 avx512f', 16",
        "amd64, 'flags : fma avx2 avx512_but_not_f', 8",
        "amd64, '', 8",
        "aarch64, 'Features : fp asimd', 16"
    })
    void blocks_are_as_wide_as_vectors(String architecture, String cpuInfo, int block) {
        assertThat(ChannelBlocks.of(architecture, cpuInfo)).isEqualTo(block);
    }
}
