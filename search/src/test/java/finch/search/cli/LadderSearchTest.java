package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Searches on a ladder of one trainer, which trains longer from rung to rung, and crashes and lies now and then. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the mock trainer is a shell script")
class LadderSearchTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int EVALUATIONS = 40;
    /**
     * The id's first digit decides what becomes of a candidate. It keeps in its folder what it was asked for; a whole
     * training waits while there is a file {@code hold}.
     */
    private static final String TRAINER = """
            read -r request
            id=$(printf '%s' "$request" | sed 's/.*"id":"\\([0-9a-f]*\\)".*/\\1/')
            fidelity=$(printf '%s' "$request" | sed 's/.*"fidelity":\\([0-9.]*\\).*/\\1/')
            echo "$fidelity" >> trained
            if [ "$fidelity" = 1.0 ] && [ -e "$HOLD" ]; then
              touch held
              sleep 600
            fi
            decimals=$(printf '%s' "$id" | tr -dc '0-9' | tail -c 2)
            case $id$fidelity in
              [0-2]*) echo "out of memory" >&2; exit 3 ;;
              [3-5]*1.0) echo '{"top1": 999}' ;;
              [6-8]*1.0) kill -9 $$ ;;
              *1.0) echo "{\\"top1\\": 70.$decimals, \\"metrics\\": {\\"loss\\": 1.25}}" ;;
              *) echo "{\\"top1\\": 9$(printf '%s' "$fidelity" | cut -c3).$decimals}" ;;
            esac
            """;
    private static final String CONFIG = """
            schema: 1
            name: climbing
            space: nas-bench-macro
            accuracy:
              type: ladder
              rungs:
                - { type: command, run: [sh, train.sh], fidelity: 1/9, parallel: 3, timeout: PT10M, environment: { HOLD: "%s" } }
                - { fidelity: 1/3, share: 2/3 }
                - { fidelity: 1, share: 1/2 }
            objectives: [top1, macs]
            algorithm: { type: nsga2, population: 8, offspring: 4 }
            stop: { evaluations: %d }
            front: { measure: false }
            export: { pick: none }
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("train.sh"), TRAINER);
        Files.writeString(folder.resolve("c.yaml"), CONFIG.formatted(folder.resolve("hold"), EVALUATIONS));
    }

    private List<JsonNode> journal(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("journal.jsonl")).stream().map(JSON::readTree).toList();
    }

    private List<String> withoutTiming(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("journal.jsonl")).stream().map(line -> line.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList();
    }

    @Test
    void a_search_on_a_bad_trainer_ends_right() throws IOException {
        CommandLineRun run = CommandLineRun.of(folder, "search", "c.yaml", "--out", "run");

        assertThat(run.code()).as(run.err()).isZero();
        List<JsonNode> journal = journal("run");
        assertThat(journal).hasSizeGreaterThanOrEqualTo(EVALUATIONS);
        assertThat(journal).filteredOn(e -> e.get("outcome").asString().equals("measured")).allSatisfy(e -> assertThat(e.at("/objectives/top1/value").asDouble()).isBetween(
                e.get("rung").asInt() == 1 ? 91.0 : e.get("rung").asInt() == 2 ? 93.0 : 70.0, e.get("rung").asInt() == 1 ? 92.0 : e.get("rung").asInt() == 2 ? 94.0 : 71.0));
        assertThat(journal.toString()).contains("ended with exit code 3; its last lines: ", "answered top1 999", "was killed by signal 9");
        // 0.333… and 0.111… of a training told more than 90 %, and stand nowhere where a whole one is meant
        JsonNode front = JSON.readTree(Files.readString(folder.resolve("run/front.json")));
        assertThat(front.get("members")).isNotEmpty().allSatisfy(member -> {
            assertThat(member.at("/objectives/top1/value").asDouble()).isBetween(70.0, 71.0);
            assertThat(member.at("/objectives/top1/rung").asInt()).isEqualTo(3);
        });
        JsonNode trained = JSON.readTree(Files.readString(folder.resolve("run/trained.json"))).get("networks");
        assertThat(trained).hasSameSizeAs(front.get("members")).allSatisfy(network -> assertThat(network.at("/metrics/loss").asDouble()).isEqualTo(1.25));
        assertThat(front.at("/accuracy/rungs/2/evaluated").asLong()).isEqualTo(journal.stream().filter(e -> e.get("rung").asInt() == 3).count());
        assertThat(run.out()).doesNotContain("91.", "93.");
        assertThat(run.err()).doesNotContain("best top1 9");
        Path best = folder.resolve("run").resolve(front.at("/members/0/trained/folder").asString());
        assertThat(Files.readAllLines(best.resolve("trained"))).as("all fidelities work in one folder").containsExactly("0.1111111111111111", "0.3333333333333333", "1.0");
        assertThat(best).isDirectoryContaining("glob:**/answer-0.1111111111111111.json").isDirectoryContaining("glob:**/answer.json");
        assertThat(Files.readString(folder.resolve("run/report.html"))).contains("a ladder of 3 rungs", "fidelity 0.111", "evaluations on rung 3");

        CommandLineRun again = CommandLineRun.of(folder, "search", "run/config.yaml", "--out", "again", "--threads", "1");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(withoutTiming("again")).isEqualTo(withoutTiming("run"));
    }

    @Test
    void a_search_killed_in_the_middle_of_a_rung_resumes_to_the_same_result() throws Exception {
        assertThat(CommandLineRun.of(folder, "search", "c.yaml", "--out", "whole").code()).isZero();
        Files.writeString(folder.resolve("hold"), "");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), Finch.class.getName(), "search", "c.yaml", "--out", "run")
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
        while (!isHeld()) {
            assertThat(process.isAlive()).as(Files.readString(folder.resolve("log"))).isTrue();
            Thread.sleep(20);
        }
        process.destroyForcibly().waitFor();
        assertThat(journal("run")).isNotEmpty().noneMatch(e -> e.get("rung").asInt() == 3);

        Files.delete(folder.resolve("hold"));
        CommandLineRun resumed = CommandLineRun.of(folder, "resume", "run");

        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(withoutTiming("run")).isEqualTo(withoutTiming("whole"));
        assertThat(Files.readString(folder.resolve("run/front.json"))).isEqualTo(Files.readString(folder.resolve("whole/front.json")));
    }

    private boolean isHeld() throws IOException {
        Path candidates = folder.resolve("run/candidates");
        if (!Files.isDirectory(candidates)) {
            return false;
        }
        try (var all = Files.list(candidates)) {
            return all.anyMatch(candidate -> Files.exists(candidate.resolve("held")));
        }
    }
}
