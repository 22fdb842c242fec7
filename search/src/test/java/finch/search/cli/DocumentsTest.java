package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import finch.search.config.ConfigReader;
import finch.search.config.ShippedCatalog;
import finch.space.format.ArchitectureFormat;
import finch.space.format.SpaceFormat;
import finch.training.RecipeReader;
import finch.training.TrainingConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents tell people to type and to write works. */
class DocumentsTest {
    /** Commands that end in a moment and need nothing of this machine. */
    private static final Set<String> CHEAP = Set.of("show", "show-space", "list", "reproduce", "export", "completion", "help", "--help", "--version");

    @TempDir
    private Path folder;

    @BeforeEach
    void start_from_the_checkout() {
        System.setProperty("finch.home", Documents.ROOT.toString());
    }

    @AfterEach
    void forget_the_checkout() {
        System.clearProperty("finch.home");
    }

    @Test
    void every_command_line_is_one_that_the_program_takes() throws IOException {
        assertThat(Documents.commands()).extracting(command -> String.join(" ", command.arguments())).as("of a block, a table and a config")
                .contains("completion zsh", "serve runs/mobilenetv3-small", "show-space mobilenetv3").anyMatch(command -> command.startsWith("search configs/"));
        for (Documents.Command command : Documents.commands()) {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, folder, false);
            assertThatCode(() -> Finch.commandLine(terminal).parseArgs(command.arguments().toArray(String[]::new)))
                    .as(command.toString()).doesNotThrowAnyException();
        }
    }

    @Test
    void every_shipped_file_that_a_command_names_is_there() throws IOException {
        for (Documents.Command command : Documents.commands()) {
            for (String argument : command.arguments()) {
                if (argument.startsWith("configs/")) {
                    assertThat(Documents.ROOT.resolve(argument)).as(command.toString()).exists();
                }
            }
        }
    }

    @Test
    void the_cheap_commands_really_run() throws IOException {
        for (Documents.Command command : Documents.commands()) {
            List<String> arguments = command.arguments();
            if (isCheap(arguments) && arguments.stream().allMatch(this::isHere)) {
                CommandLineRun run = CommandLineRun.of(folder, arguments.toArray(String[]::new));
                assertThat(run.code()).as(command + "\n" + run.err()).isZero();
            }
        }
    }

    /** One that trains takes hours. */
    private static boolean isCheap(List<String> arguments) {
        return !arguments.isEmpty() && CHEAP.contains(arguments.getFirst()) && !arguments.contains("training");
    }

    /** Neither a run nor a file that only a reader has. */
    private boolean isHere(String argument) {
        boolean file = argument.matches(".*\\.(yaml|json|onnx|finch)") && !argument.startsWith("-");
        boolean written = argument.matches("[a-z0-9._-]+\\.(onnx|yaml|json|py|dot)");
        return !argument.equals("-") && !argument.matches(".*:(best|knee|front/.*)")
                && (!file || written || Files.exists(folder.resolve(argument)));
    }

    @Test
    void every_shipped_config_is_valid_and_may_be_overridden_as_its_comments_say() throws IOException {
        assertThat(Documents.configs()).isNotEmpty();
        for (Path config : Documents.configs()) {
            boolean table = Files.readString(config).contains("--set accuracy.table=");
            if (!table) {
                assertThatCode(() -> ConfigReader.read(config, List.of(), new ShippedCatalog())).as(config.toString()).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void every_yaml_block_is_what_it_says() throws IOException {
        for (Documents.Block block : Documents.blocks()) {
            if (block.language().equals("yaml")) {
                assertThatCode(() -> read(block)).as(block.file() + ":" + block.line()).doesNotThrowAnyException();
            }
        }
    }

    /** A block without a format of its own is a part of a search config. */
    private static void read(Documents.Block block) {
        String name = block.file() + ":" + block.line();
        if (block.text().contains(ArchitectureFormat.ID)) {
            ArchitectureFormat.parse(name, block.text());
        } else if (block.text().contains(TrainingConfig.FORMAT)) {
            RecipeReader.parse(name, block.text(), Map.of());
        } else if (block.text().contains(SpaceFormat.ID)) {
            SpaceFormat.parse(name, block.text());
        } else {
            StringBuilder config = new StringBuilder();
            List.of("schema: 1", "name: example", "space: mobilenetv3").forEach(line -> {
                String key = line.substring(0, line.indexOf(':') + 1);
                if (block.text().lines().noneMatch(l -> l.startsWith(key))) {
                    config.append(line).append('\n');
                }
            });
            ConfigReader.parse(name, config + block.text(), Documents.ROOT.resolve("configs"), List.of(), new ShippedCatalog());
        }
    }

    @Test
    void lines_are_split_as_a_shell_splits_them() {
        assertThat(Documents.words("./finch show 'a b' --json | jq .macs # not this")).containsExactly("./finch", "show", "a b", "--json", "|", "jq", ".macs");
        assertThat(Documents.words("a && b>c; d")).containsExactly("a", "&&", "b", ">", "c", ";", "d");
    }
}
