package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {
    @TempDir
    Path folder;

    @Test
    void its_commands_do_what_they_are_to_train() throws IOException {
        List<Integer> codes = new ArrayList<>();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        for (List<String> command : WarmUp.kernelCommands(folder)) {
            Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), out, out, folder, false);
            codes.add(Finch.execute(terminal, command.toArray(String[]::new)));
        }

        assertThat(codes).as(said.toString(StandardCharsets.UTF_8))
                .containsExactly(ExitCode.NOTHING_FEASIBLE, ExitCode.DONE, ExitCode.DONE, ExitCode.DONE);
        assertThat(folder.resolve("runs/found/front.json")).exists();
        assertThat(folder.resolve("runs/found/measured.json")).doesNotExist();
    }

    @Test
    void it_loads_nothing_that_runs_a_network() throws Exception {
        Path log = folder.resolve("classes.log");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "-Xlog:class+load:file=\"" + log + "\"", "-cp", System.getProperty("java.class.path"),
                WarmUp.class.getName(), "kernels").redirectErrorStream(true).redirectOutput(folder.resolve("out.log").toFile()).start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ends").isTrue();

        assertThat(process.exitValue()).as(Files.readString(folder.resolve("out.log"))).isZero();
        List<String> engine = Files.readAllLines(log).stream().filter(line -> line.contains(" finch.engine.")).toList();
        assertThat(engine).anyMatch(line -> line.contains("finch.engine.FinchRuntime "))
                .noneMatch(line -> line.contains("finch.engine.Plan") || line.contains("finch.engine.Inference")
                        || line.contains("VectorMatmul") || line.contains("VectorDepthwise") || line.contains("VectorTiles"));
    }
}
