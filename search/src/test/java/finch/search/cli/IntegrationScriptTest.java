package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .ci/run} where programs from outside are missing, with stand-ins for Maven, dpkg and apt. */
class IntegrationScriptTest {
    /** Of the stand-in for Maven where the script has gone on to the slow tests. */
    private static final int WENT_ON = 33;

    @TempDir
    private Path programs;

    @BeforeEach
    void stand_in() throws IOException {
        program("mvn", "case \"$*\" in *-Pslow*) exit " + WENT_ON + ";; *) echo mvn \"$@\";; esac");
        program("dpkg-query", "exit 1");
        program("apt-get", "exit 100");
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private record Answer(int code, String output) {}

    private Answer run(String requireExternal) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", Documents.ROOT.resolve(".ci/run").toString()).redirectErrorStream(true);
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        builder.environment().remove("FINCH_CI_REQUIRE_EXTERNAL");
        if (requireExternal != null) {
            builder.environment().put("FINCH_CI_REQUIRE_EXTERNAL", requireExternal);
        }
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), output);
    }

    @Test
    void programs_that_cannot_be_installed_fail_it_where_they_are_required() throws Exception {
        Answer answer = run("true");
        assertThat(answer.code()).as(answer.output()).isEqualTo(1);
        assertThat(answer.output()).contains("apt-get could not install chromium").contains("FINCH_CI_REQUIRE_EXTERNAL=true").doesNotContain("-Pexternal");
    }

    @Test
    void elsewhere_it_goes_on_without_them_and_says_so() throws Exception {
        for (String variable : new String[] {null, "", "false"}) {
            Answer answer = run(variable);
            assertThat(answer.code()).as(answer.output()).isEqualTo(WENT_ON);
            assertThat(answer.output()).contains("NOT RUN").contains("chromium").doesNotContain("-Pexternal");
        }
    }

    @Test
    void programs_that_are_there_are_used() throws Exception {
        program("dpkg-query", "echo 'install ok installed'");
        Answer answer = run(null);
        assertThat(answer.code()).as(answer.output()).isEqualTo(WENT_ON);
        assertThat(answer.output()).contains("-Pexternal").doesNotContain("NOT RUN");
    }
}
