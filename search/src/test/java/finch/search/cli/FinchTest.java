package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FinchTest {
    @TempDir
    private Path folder;

    private CommandLineRun run(String... args) {
        return CommandLineRun.of(folder, args);
    }

    @Test
    void help_goes_to_standard_output_and_names_every_command() {
        CommandLineRun run = run("--help");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Usage: finch").contains(commands().toArray(String[]::new));
    }

    @Test
    void every_command_explains_itself_in_both_ways() {
        for (String command : commands()) {
            CommandLineRun help = run(command, "--help");
            assertThat(help.code()).as(command).isZero();
            assertThat(help.out()).as(command).startsWith("Usage: finch " + command);
            assertThat(run("help", command).out()).as(command).isEqualTo(help.out());
        }
    }

    @Test
    void no_help_line_is_wider_than_a_hundred_columns() {
        for (String command : commands()) {
            assertThat(run(command, "--help").out().lines()).as(command).allMatch(line -> line.length() <= 100);
        }
    }

    @Test
    void the_version_names_java_too() {
        assertThat(run("--version").out()).startsWith("finch ").contains("Java " + Runtime.version());
    }

    @Test
    void no_command_at_all_shows_the_help_as_a_message() {
        CommandLineRun run = run();

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: finch");
    }

    @Test
    void a_mistyped_command_is_corrected() {
        CommandLineRun run = run("shwo", "mobilenetv2");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("unknown command \"shwo\"").contains("Maybe you meant show");
    }

    @Test
    void a_mistyped_option_is_corrected() {
        CommandLineRun run = run("show", "mobilenetv2", "--jsn");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("unknown option --jsn of finch show").contains("Maybe you meant --json").contains("finch show --help");
    }

    @Test
    void a_missing_argument_is_named() {
        CommandLineRun run = run("show");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("finch show needs ARCH");
    }

    @Test
    void a_value_of_the_wrong_kind_is_told_with_its_option() {
        CommandLineRun run = run("measure", "mobilenetv2", "--runs", "many");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--runs").contains("many").doesNotContain("\tat ");
    }

    private static List<String> commands() {
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), System.out, System.err, Path.of(""), false);
        CommandLine line = Finch.commandLine(terminal);
        return List.copyOf(line.getSubcommands().keySet());
    }
}
