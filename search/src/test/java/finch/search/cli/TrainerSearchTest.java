package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole search on a trainer that crashes, hangs and lies now and then. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the mock trainer is a shell script")
class TrainerSearchTest {
    private static final int EVALUATIONS = 26;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** What becomes of a candidate depends on its id alone; its first digit decides, the last two are the accuracy's decimals. */
    private static final String TRAINER = """
            read -r request
            id=$(printf '%s' "$request" | sed 's/.*"id":"\\([0-9a-f]*\\)".*/\\1/')
            echo "training $id for $GREETING" >&2
            case $id in
              [0-3]*) echo "out of memory" >&2; exit 3 ;;
              4*) sleep 600 ;;
              5*) echo '{"top1": 999}' ;;
              6*) echo '{"top1": 99.9}'; kill -9 $$ ;;
              *) echo "{\\"top1\\": 70.$(printf '%s' "$id" | tr -dc '0-9' | tail -c 2), \\"standardError\\": 0.1}" ;;
            esac
            """;
    private static final String CONFIG = """
            schema: 1
            name: trained
            space: nas-bench-macro
            accuracy:
              type: command
              run: [sh, train.sh]
              timeout: PT4S
              retries: 1
              parallel: 4
              environment: { GREETING: science }
            objectives: [top1, macs]
            constraints: { top1: { at-least: 10 %% } }
            stop: { evaluations: %d }
            front: { measure: false }
            export: { pick: none }
            """.formatted(EVALUATIONS);

    /** Takes for ever while there is a file {@code hold}, once as many candidates are answered as it says. */
    private static final String HELD_TRAINER = """
            read -r request
            id=$(printf '%s' "$request" | sed 's/.*"id":"\\([0-9a-f]*\\)".*/\\1/')
            if [ -e "$HOLD" ] && [ "$(ls ../*/answer.json 2>/dev/null | wc -l)" -ge "$(cat "$HOLD")" ]; then
              touch held
              sleep 600
            fi
            echo "{\\"top1\\": 70.$(printf '%s' "$id" | tr -dc '0-9' | tail -c 2), \\"metrics\\": {\\"loss\\": 1.25, \\"ended\\": $(date +%s%N)}, \\"artefact\\": \\"weights.pt\\"}"
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("train.sh"), TRAINER);
        Files.writeString(folder.resolve("c.yaml"), CONFIG);
    }

    private List<JsonNode> journal(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("journal.jsonl")).stream().map(JSON::readTree).toList();
    }

    private List<String> withoutTiming(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("journal.jsonl")).stream()
                .map(line -> line.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList();
    }

    @Test
    void a_search_on_a_bad_trainer_ends_right() throws IOException {
        CommandLineRun run = CommandLineRun.of(folder, "search", "c.yaml", "--out", "run");

        assertThat(run.code()).as(run.err()).isZero();
        List<JsonNode> journal = journal("run");
        assertThat(journal).hasSize(EVALUATIONS);
        List<JsonNode> failed = journal.stream().filter(e -> e.get("outcome").asString().equals("failed")).toList();
        List<JsonNode> measured = journal.stream().filter(e -> e.get("outcome").asString().equals("measured")).toList();
        assertThat(failed.size() + measured.size()).isEqualTo(EVALUATIONS);
        String reasons = failed.toString();
        assertThat(reasons).contains("ended with exit code 3; its last lines: training ", "for science | out of memory", "took longer than PT4S",
                "answered top1 999", "was killed by signal 9");
        assertThat(measured).isNotEmpty().allSatisfy(e -> assertThat(e.get("objectives").get("top1").get("value").asDouble()).isBetween(70.0, 71.0));
        long answered;
        try (Stream<Path> candidates = Files.list(folder.resolve("run/candidates"))) {
            answered = candidates.filter(c -> Files.exists(c.resolve("answer.json"))).count();
        }
        assertThat(answered).isEqualTo(measured.size());
        assertThat(Files.readString(folder.resolve("run/trainer.log"))).contains("attempt 2 of 2", "failed: it answered top1 999");
        assertThat(Files.readString(folder.resolve("run/front.json"))).doesNotContain("99.9");

        assertThat(CommandLineRun.of(folder, "search", "c.yaml", "--out", "again", "--set", "accuracy.parallel=1", "--set", "accuracy.retries=0",
                "--set", "accuracy.run=[sh, " + folder.resolve("train.sh") + "]").code()).isZero();
        assertThat(withoutAttempts("again")).isEqualTo(withoutAttempts("run"));
    }

    /** Reasons tell attempts, and the lines' checksums are of the reasons. */
    private List<String> withoutAttempts(String run) throws IOException {
        return withoutTiming(run).stream().map(line -> line.replace(" (attempt 2)", "").replaceFirst(",\"check\":\"[0-9a-f]{8}\"", "")).toList();
    }

    private Process search(String run) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), Finch.class.getName(), "search", "held.yaml", "--out", run)
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    }

    private long held(String run) throws IOException {
        Path candidates = folder.resolve(run).resolve("candidates");
        if (!Files.isDirectory(candidates)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(candidates)) {
            return all.filter(candidate -> Files.exists(candidate.resolve("held"))).count();
        }
    }

    /**
     * Ends the process of a search while all its trainers work, and resumes it.
     *
     * @param answered candidates until then; the first is the network that the bound is relative to
     * @param inHand   trainers at work
     */
    @ParameterizedTest
    @CsvSource({"0, 1, true", "0, 1, false", "5, 3, false"})
    void a_search_that_is_ended_while_trainers_work_resumes_to_the_same_result(int answered, int inHand, boolean kill) throws Exception {
        Files.writeString(folder.resolve("train.sh"), HELD_TRAINER);
        Files.writeString(folder.resolve("held.yaml"), CONFIG.replace("timeout: PT4S", "timeout: PT30M").replace("parallel: 4", "parallel: 3")
                .replace("GREETING: science", "HOLD: \"" + folder.resolve("hold") + "\"").replace("at-least: 10 %", "at-least: 0.9 x mobilenetv2")
                .replace("evaluations: " + EVALUATIONS, "evaluations: 12"));
        assertThat(CommandLineRun.of(folder, "search", "held.yaml", "--out", "whole").code()).isZero();
        Files.writeString(folder.resolve("hold"), Integer.toString(answered));

        Process process = search("run");
        while (held("run") < inHand) {
            assertThat(process.isAlive()).as(Files.readString(folder.resolve("log"))).isTrue();
            Thread.sleep(20);
        }
        if (kill) {
            process.destroyForcibly().waitFor();
        } else {
            process.destroy();
            assertThat(process.waitFor()).isEqualTo(ExitCode.INTERRUPTED);
            assertThat(Files.readString(folder.resolve("log"))).contains("interrupted after ", "Go on with: finch resume run");
            assertThat(Files.readString(folder.resolve("run/manifest.json"))).contains("\"interrupted\"");
        }
        assertThat(Files.readString(folder.resolve("run/journal.jsonl"))).doesNotContain("failed");
        assertThat(Files.readString(folder.resolve("run/trainer.log"))).doesNotContain("failed", "attempt 2 of 2");

        Files.delete(folder.resolve("hold"));
        CommandLineRun resumed = CommandLineRun.of(folder, "resume", "run");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(withoutTiming("run")).hasSize(12).isEqualTo(withoutTiming("whole"));
        assertThat(Files.readString(folder.resolve("run/front.json"))).isEqualTo(Files.readString(folder.resolve("whole/front.json")));
        JsonNode best = JSON.readTree(Files.readString(folder.resolve("run/front.json"))).at("/members/0");
        assertThat(folder.resolve("run").resolve(best.at("/trained/folder").asString()).resolve("answer.json")).exists();
        JsonNode told = JSON.readTree(Files.readString(folder.resolve("run/trained.json")));
        assertThat(told.get("format").asString()).isEqualTo("finch-trained/1");
        assertThat(told.get("networks").findValuesAsString("name")).contains("mobilenetv2").doesNotHaveDuplicates();
        JsonNode trained = told.at("/networks/0");
        assertThat(trained.get("name")).isEqualTo(best.get("name"));
        assertThat(trained.get("folder")).isEqualTo(best.at("/trained/folder"));
        assertThat(trained.at("/metrics/ended").asDouble()).isGreaterThan(1e9);
        assertThat(trained.at("/metrics/loss").asDouble()).isEqualTo(1.25);
        assertThat(trained.get("artefact").asString()).isEqualTo(trained.get("folder").asString() + "/weights.pt");
    }

    @Test
    void a_program_that_is_not_there_is_told_before_the_search() {
        CommandLineRun run = CommandLineRun.of(folder, "search", "c.yaml", "--out", "run", "--set", "accuracy.run=[no-such-program]");

        assertThat(run.code()).isIn(1, 2);
        assertThat(run.err()).contains("no program no-such-program");
        assertThat(folder.resolve("run")).doesNotExist();
    }
}
