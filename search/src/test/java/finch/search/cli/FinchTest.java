package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import finch.search.run.RunFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    void every_command_shows_an_example_that_it_takes() {
        for (String command : commands()) {
            List<String> examples = run(command, "--help").out().lines().dropWhile(line -> !line.equals("Examples:")).skip(1).map(String::strip)
                    .filter(line -> !line.isEmpty()).toList();
            assertThat(examples).as(command).isNotEmpty().allMatch(line -> line.contains("finch " + command));
            for (String example : examples) {
                List<String> words = Documents.words(example.substring(example.indexOf("finch ") + 6)).stream().takeWhile(w -> !List.of(">", "|", ")").contains(w))
                        .map(w -> w.replace(")", "")).toList();
                Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), System.out, System.err, folder, false);
                assertThatCode(() -> Finch.commandLine(terminal).parseArgs(words.toArray(String[]::new))).as(example).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void the_version_names_java_and_the_vector_width_too() {
        assertThat(run("--version").out()).startsWith("finch ").contains("Java " + Runtime.version()).contains(System.getProperty("java.vendor"))
                .containsPattern("kernels (vector-(128|256|512)|scalar)");
        assertThat(run("show", "--version").out()).isEqualTo(run("--version").out());
    }

    /** The launcher gives them none, since they start faster without. */
    @Test
    void commands_that_run_no_network_do_not_miss_the_vector_api() throws Exception {
        for (List<String> command : List.of(List.of("list", "architectures"), List.of("show", "mobilenetv3-small"), List.of("report", Documents.ROOT.resolve("runs/none").toString()))) {
            List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                    System.getProperty("java.class.path"), Finch.class.getName()));
            line.addAll(command);
            Process process = new ProcessBuilder(line).directory(folder.toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(err).as(command.toString()).doesNotContain("Scalar kernels");
        }
    }

    @Test
    void quiet_leaves_results_and_errors() {
        CommandLineRun told = run("export", "mobilenetv3-small@0.35/96", "--format", "json", "-o", "a.json");
        CommandLineRun quiet = run("export", "mobilenetv3-small@0.35/96", "--format", "json", "-o", "b.json", "--quiet");

        assertThat(told.err()).contains("wrote a.json");
        assertThat(quiet.err()).isEmpty();
        assertThat(quiet.code()).isZero();
        assertThat(run("show", "nonsense", "--quiet").err()).contains("nonsense");
    }

    @Test
    void colours_need_a_terminal_and_no_wish_for_none() {
        assertThat(Finch.colours(Map.of("FINCH_OUTPUT_TERMINAL", "true"))).isTrue();
        assertThat(Finch.colours(Map.of("FINCH_OUTPUT_TERMINAL", "true", "NO_COLOR", ""))).as("https://no-color.org: not empty").isTrue();
        assertThat(Finch.colours(Map.of("FINCH_OUTPUT_TERMINAL", "true", "NO_COLOR", "1"))).isFalse();
        assertThat(Finch.colours(Map.of("FINCH_OUTPUT_TERMINAL", "false"))).isFalse();
        assertThat(Finch.colours(Map.of("FINCH_TERMINAL", "true"))).as("a terminal for messages is none for results").isFalse();
        assertThat(Finch.colours(Map.of())).isFalse();
    }

    @Test
    void a_summary_is_coloured_on_a_terminal_and_plain_elsewhere() throws IOException {
        RunFolder example = new RunFolder(Documents.ROOT.resolve("runs/example"));
        String plain = summary(example, false);
        String coloured = summary(example, true);

        assertThat(plain).contains("best").doesNotContain("\u001b");
        assertThat(coloured.lines()).anyMatch(line -> line.startsWith("\u001b[1;36m") && line.contains("  best"))
                .anyMatch(line -> line.startsWith("\u001b[33m") && line.contains("reference"));
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(plain);
    }

    private String summary(RunFolder run, boolean colours) throws IOException {
        return new RunSummary(new Terminal(new ByteArrayInputStream(new byte[0]), System.out, System.err, folder, true, colours, false), run).text();
    }

    @Test
    void completion_scripts_know_every_command() {
        for (String shell : List.of("bash", "zsh")) {
            CommandLineRun run = run("completion", shell);
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out()).contains(commands().toArray(String[]::new)).contains("--quiet");
        }
        assertThat(run("completion", "fish").err()).contains("bash").contains("zsh");
    }

    @Test
    void no_command_at_all_shows_the_help_as_a_message() {
        CommandLineRun run = run();

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: finch");
    }

    @Test
    void what_cannot_be_the_name_of_a_file_is_wrong_usage() {
        CommandLineRun run = run("show", "a\0b.yaml");

        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains("no file can be called that (Nul character not allowed)").doesNotContain("should not happen", "Exception");
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
    void an_argument_that_is_wanted_twice_says_so() {
        CommandLineRun run = run("compare", "quickstart");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("finch: finch compare needs RUN at least twice");
    }

    @Test
    void an_option_without_its_value_is_told_what_it_lacks() {
        for (String[] command : new String[][] {{"estimate", "mobilenetv2", "--device"}, {"estimate", "mobilenetv2", "--device", "--json"}}) {
            CommandLineRun run = run(command);
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("finch: --device needs a value: --device FILE\n");
        }
        assertThat(run("fit", "table.csv", "-o").err()).contains("finch: -o needs a value: -o FILE\n");
        assertThat(run("fit", "table.csv").err()).contains("finch: finch fit needs --output\n");
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
