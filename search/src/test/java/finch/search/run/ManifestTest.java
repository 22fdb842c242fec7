package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    @ParameterizedTest
    @CsvSource({"-XX:AOTCache=/home/somebody/finch/finch-25.aot, -XX:AOTCache=finch-25.aot", "-XX:AOTCache=C:\\some body\\finch.aot, -XX:AOTCache=finch.aot",
            "-Xlog:gc*:file=/var/log/gc.log:time, -Xlog:gc*:file=gc.log:time", "--add-modules=jdk.incubator.vector, --add-modules=jdk.incubator.vector",
            "-XX:+UseParallelGC, -XX:+UseParallelGC"})
    void tells_flags_of_the_jvm_without_the_folders_of_the_machine(String flag, String told) {
        assertThat(Manifest.withoutFolders(flag)).isEqualTo(told);
    }
}
