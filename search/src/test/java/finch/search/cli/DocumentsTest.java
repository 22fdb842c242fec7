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
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents tell people to type and to write works. */
class DocumentsTest {
    /** Commands that end in a moment and need nothing of this machine. */
    private static final Set<String> CHEAP = Set.of("show", "show-space", "list", "reproduce", "export", "completion", "help", "--help", "--version");

    private static final Pattern PROFILE = Pattern.compile("<profile>\\s*(?:<!--.*?-->\\s*)?<id>([^<]+)</id>", Pattern.DOTALL);
    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>\\s*<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>\\s*<version>(.*?)</version>");
    /** To another file of the checkout. */
    private static final Pattern LINK = Pattern.compile("]\\(([^):#\\s]+)(?:#[^)]*)?\\)");

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

    /** One that trains takes hours, and one that times minutes. */
    private static boolean isCheap(List<String> arguments) {
        return !arguments.isEmpty() && CHEAP.contains(arguments.getFirst()) && !arguments.contains("training") && !arguments.contains("latency");
    }

    /** Neither a run nor a file that only a reader has. */
    private boolean isHere(String argument) {
        boolean file = argument.matches(".*\\.(yaml|json|onnx|finch)") && !argument.startsWith("-");
        boolean written = argument.matches("[a-z0-9._-]+\\.(onnx|yaml|json|py|dot)");
        return !argument.equals("-") && !argument.matches(".*:(best|knee|front/.*)")
                && (!file || written || Files.exists(folder.resolve(argument)));
    }

    @Test
    void every_other_program_is_one_whose_commands_a_test_reads() throws IOException {
        assertThat(Documents.calls()).extracting(call -> call.words().getFirst()).contains("mvn", "java")
                // TrainerGuideTest's; SecurityTest's, of the cluster
                .isSubsetOf("./finch", "mvn", "java", "printf", "python3", "export", "keytool");
    }

    @Test
    void maven_is_asked_for_modules_profiles_and_tests_that_are_there() throws IOException {
        Set<String> profiles = new HashSet<>();
        for (String pom : List.of("pom.xml", "search/pom.xml", "evaluator/pom.xml", "evaluator/bench/pom.xml")) {
            for (Matcher id = PROFILE.matcher(Files.readString(Documents.ROOT.resolve(pom))); id.find();) {
                profiles.add(id.group(1));
            }
        }
        assertThat(profiles).contains("external", "bench");
        for (Documents.Call call : Documents.calls()) {
            if (call.words().getFirst().equals("mvn")) {
                String modules = after("-pl", call.words());
                for (String module : modules.split(",")) {
                    assertThat(Documents.ROOT.resolve(module).resolve("pom.xml")).as(call.toString()).exists();
                }
                for (String word : call.words()) {
                    if (word.startsWith("-P")) {
                        assertThat(profiles).as(call.toString()).contains(word.substring(2).split(","));
                    } else if (word.startsWith("-Dtest=")) {
                        for (String test : word.substring("-Dtest=".length()).split(",")) {
                            assertThat(isSource(Path.of(modules).resolve("src/test/java"), test.split("#", 2)[0])).as(call.toString()).isTrue();
                        }
                    }
                }
            }
        }
    }

    private static String after(String option, List<String> words) {
        int at = words.indexOf(option);
        return at < 0 ? "" : words.get(at + 1);
    }

    private static boolean isSource(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(Documents.ROOT.resolve(folder))) {
            return files.anyMatch(file -> file.getFileName().toString().equals(name + ".java"));
        }
    }

    @Test
    void java_is_asked_for_programs_that_are_there() throws IOException {
        for (Documents.Call call : Documents.calls()) {
            if (call.words().getFirst().equals("java")) {
                String program = call.words().stream().filter(word -> word.startsWith("finch.") || word.startsWith("org.openjdk.jmh.")).findFirst().orElseThrow(() -> new AssertionError(call));
                if (program.startsWith("finch.")) {
                    assertThat(Documents.ROOT.resolve("evaluator/bench/src/main/java").resolve(program.replace('.', '/') + ".java")).as(call.toString())
                            .content().contains("public static void main(String[]");
                }
            }
        }
    }

    @Test
    void the_coordinates_of_the_modules_are_those_of_the_build() throws IOException {
        String pom = Files.readString(Documents.ROOT.resolve("pom.xml"));
        String version = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));
        List<String> dependencies = new ArrayList<>();
        for (Documents.Block block : Documents.blocks()) {
            if (block.language().equals("xml")) {
                DEPENDENCY.matcher(block.text()).results().forEach(d -> dependencies.add(d.group(1) + ":" + d.group(2) + ":" + d.group(3)));
            }
        }
        assertThat(dependencies).isNotEmpty().allMatch(d -> List.of("space", "engine", "search").stream().anyMatch(module -> d.equals("finch:finch-" + module + ":" + version)));
    }

    @Test
    void every_link_leads_to_a_file() throws IOException {
        int links = 0;
        for (Path file : Documents.files(".md")) {
            for (Matcher link = LINK.matcher(Files.readString(file)); link.find(); links++) {
                assertThat(file.resolveSibling(link.group(1))).as("link in %s", file).exists();
            }
        }
        assertThat(links).isPositive();
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
    private void read(Documents.Block block) throws IOException {
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
            // what a reader has made before: a space, and a super-network, which the config only names
            Files.copy(Documents.ROOT.resolve("evaluator/training/fashion-mnist-space.yaml"), folder.resolve("my-space.yaml"), StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(folder.resolve("my.supernet"), "");
            Path base = block.text().contains("my-space.yaml") ? folder : Documents.ROOT.resolve("configs");
            ConfigReader.parse(name, config + block.text(), base, List.of(), new ShippedCatalog());
        }
    }

    @Test
    void lines_are_split_as_a_shell_splits_them() {
        assertThat(Documents.words("./finch show 'a b' --json | jq .macs # not this")).containsExactly("./finch", "show", "a b", "--json", "|", "jq", ".macs");
        assertThat(Documents.words("a && b>c; d")).containsExactly("a", "&&", "b", ">", "c", ";", "d");
    }
}
