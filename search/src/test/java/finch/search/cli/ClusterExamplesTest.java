package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The examples of the cluster are what they say, and their commands are ones that the program takes. */
class ClusterExamplesTest {
    private static final Path EXAMPLES = Documents.ROOT.resolve("search/cluster/examples");
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");

    @TempDir
    private Path folder;

    private void assertTaken(List<String> arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, folder, false);
        assertThatCode(() -> Finch.commandLine(terminal).parseArgs(arguments.toArray(String[]::new))).as("finch %s", arguments).doesNotThrowAnyException();
        assertThat(arguments).as("nothing beyond this machine without certificates").contains("--keys", "--trust");
    }

    /** The commands of a script, its variables put in. */
    private static List<List<String>> commands(String script, String program) {
        Map<String, String> variables = new HashMap<>();
        List<List<String>> commands = new ArrayList<>();
        for (String line : script.replace("\\\n", " ").lines().map(String::strip).filter(l -> !l.startsWith("#")).toList()) {
            Matcher assignment = Pattern.compile("(\\w+)=(\"?)([^\"]*)\\2").matcher(line);
            if (assignment.matches()) {
                variables.put(assignment.group(1), assignment.group(3));
                continue;
            }
            List<String> words = Documents.words(VARIABLE.matcher(line).replaceAll(found -> Matcher.quoteReplacement(variables.getOrDefault(found.group(1), found.group()))));
            int at = words.indexOf(program);
            if (at >= 0) {
                commands.add(words.subList(at + 1, words.size()).stream().filter(word -> !word.equals("&")).toList());
            }
        }
        return commands;
    }

    @Test
    void the_manifest_of_kubernetes_is_whole_and_its_commands_are_taken() throws Exception {
        Map<String, JsonNode> objects = new HashMap<>();
        try (MappingIterator<JsonNode> documents = YAMLMapper.builder().build().readerFor(JsonNode.class).readValues(EXAMPLES.resolve("kubernetes.yaml").toFile())) {
            documents.forEachRemaining(object -> objects.put(object.path("kind").asString() + " " + object.path("metadata").path("name").asString(), object));
        }
        assertThat(objects).containsOnlyKeys("Service finch-search", "PersistentVolumeClaim finch-runs", "Job finch-search", "Job finch-worker", "NetworkPolicy finch-search");
        assertThat(objects.values()).allMatch(object -> object.path("apiVersion").isString() && object.path("spec").isObject());

        JsonNode search = objects.get("Job finch-search").path("spec").path("template");
        JsonNode worker = objects.get("Job finch-worker").path("spec").path("template");
        for (JsonNode pod : List.of(search, worker)) {
            List<String> volumes = new ArrayList<>();
            pod.path("spec").path("volumes").forEach(volume -> volumes.add(volume.path("name").asString()));
            pod.path("spec").path("containers").path(0).path("volumeMounts").forEach(mount -> assertThat(volumes).contains(mount.path("name").asString()));
        }
        assertThat(search.path("metadata").path("labels")).isEqualTo(objects.get("Service finch-search").path("spec").path("selector"));
        assertThat(objects.get("NetworkPolicy finch-search").at("/spec/ingress/0/from/0/podSelector/matchLabels")).isEqualTo(worker.path("metadata").path("labels"));

        List<String> words = new ArrayList<>();
        worker.path("spec").path("containers").path(0).path("args").forEach(word -> words.add(word.asString()));
        assertTaken(words);
        assertThat(words).contains("finch-search:" + objects.get("Service finch-search").at("/spec/ports/0/port").asInt());
        List<List<String>> commands = commands(search.path("spec").path("containers").path(0).path("args").path(0).asString(), "/opt/finch/finch");
        assertThat(commands).extracting(List::getFirst).containsExactly("resume", "search");
        commands.forEach(this::assertTaken);
    }

    @Test
    void the_script_of_slurm_is_one_that_bash_reads_and_its_commands_are_taken() throws Exception {
        Path script = EXAMPLES.resolve("finch.slurm");
        Process bash = new ProcessBuilder("bash", "-n", script.toString()).redirectErrorStream(true).start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
        assertThat(bash.waitFor()).isZero();

        String text = Files.readString(script);
        assertThat(text.lines().filter(line -> line.startsWith("#SBATCH ")).toList()).as("behind the first line, before any command").hasSizeGreaterThan(3)
                .allMatch(line -> line.matches("#SBATCH --[a-z-]+=\\S+")).isEqualTo(text.lines().skip(1).takeWhile(line -> line.startsWith("#SBATCH ")).toList());
        List<List<String>> commands = commands(text.replace("\"$finch\"", "the-program"), "the-program");
        assertThat(commands).extracting(List::getFirst).containsExactly("worker", "resume", "search");
        commands.forEach(this::assertTaken);
    }
}
