package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Searches of tables that hold half of the space. */
class TableSearchTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CONFIG = """
            schema: 1
            name: tabled
            space: { base: nas-bench-macro, freeze: { stage3.*: [0, 1], stage1.block2.type: 2 } }
            accuracy: { type: table, table: results.jsonl }
            objectives: [top1, macs]
            algorithm: { type: random }
            stop: { evaluations: 60 }
            front: { measure: false }
            export: { pick: none }
            """;

    @TempDir
    private Path folder;

    /** Every network whose first layer is no identity, in JSON lines, by genomes as journals write them: without the frozen decision. */
    @BeforeEach
    void write() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2 * 27 * 8; i++) {
            String genome = Integer.toString(1 + i / 216) + i / 72 % 3 + i / 24 % 3 + i / 8 % 3 + i / 4 % 2 + i / 2 % 2 + i % 2;
            lines.append("{\"genome\": \"").append(genome).append("\", \"top1\": ").append(50 + i % 40).append("}\n");
        }
        Files.writeString(folder.resolve("results.jsonl"), lines);
        Files.writeString(folder.resolve("c.yaml"), CONFIG);
    }

    private List<JsonNode> journal(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("journal.jsonl")).stream().map(JSON::readTree).toList();
    }

    @Test
    void what_a_table_does_not_hold_is_infeasible_or_failed_as_the_config_says() throws IOException {
        assertThat(CommandLineRun.of(folder, "search", "c.yaml", "--out", "infeasible").code()).isZero();
        assertThat(CommandLineRun.of(folder, "search", "c.yaml", "--out", "fail", "--set", "accuracy.missing=fail").code()).isZero();

        assertThat(journal("infeasible")).hasSize(60).allSatisfy(e -> {
            boolean held = !e.get("genome").asString().startsWith("0");
            assertThat(e.get("outcome").asString()).isEqualTo(held ? "measured" : "infeasible");
            assertThat(e.get("violations").toString()).contains(held ? "[]" : "\"constraint\":\"domain\"");
        }).anyMatch(e -> e.get("outcome").asString().equals("infeasible")).anyMatch(e -> e.get("outcome").asString().equals("measured"));
        assertThat(journal("fail")).hasSize(60).allSatisfy(e -> {
            boolean held = !e.get("genome").asString().startsWith("0");
            assertThat(e.get("outcome").asString()).isEqualTo(held ? "measured" : "failed");
            assertThat(held || e.get("reason").asString().startsWith("the table results.jsonl has no entry for this architecture among its ")).isTrue();
        });
        assertThat(Files.readString(folder.resolve("fail/front.json"))).isEqualTo(Files.readString(folder.resolve("infeasible/front.json")));
    }

    @Test
    void the_front_of_one_run_is_a_table_for_another() throws IOException {
        assertThat(CommandLineRun.of(folder, "search", "c.yaml", "--out", "first").code()).isZero();
        CommandLineRun second = CommandLineRun.of(folder, "search", "c.yaml", "--out", "second", "--set", "accuracy.table=first/front.csv");

        assertThat(second.code()).as(second.err()).isZero();
        // a table has values; the spread of several rows of one network, which gives an interval, does not stand in a front
        assertThat(front("second")).isEqualTo(front("first")).hasSizeGreaterThan(3);
        assertThat(journal("second")).filteredOn(e -> e.get("outcome").asString().equals("measured")).hasSize(front("first").size());
    }

    @Test
    void a_run_whose_table_has_changed_is_not_resumed_with_new_figures_beside_old_ones() throws IOException {
        assertThat(CommandLineRun.of(folder, "search", "c.yaml", "--out", "run").code()).isZero();
        String front = Files.readString(folder.resolve("run/front.json"));
        // as a kill after 20 evaluations leaves it
        Path manifest = folder.resolve("run/manifest.json");
        String ended = Files.readString(manifest);
        assertThat(ended).containsPattern("\"status\" : \"finished\"");
        Files.writeString(manifest, ended.replaceFirst("\"status\" : \"finished\"", "\"status\" : \"running\""));
        Path journal = folder.resolve("run/journal.jsonl");
        Files.write(journal, Files.readAllLines(journal).subList(0, 20));
        Path table = folder.resolve("results.jsonl");
        String results = Files.readString(table);
        Files.writeString(table, results.replace("\"top1\": 5", "\"top1\": 6"));

        CommandLineRun changed = CommandLineRun.of(folder, "resume", "run");

        assertThat(changed.code()).isEqualTo(2);
        assertThat(changed.err()).contains("results.jsonl, which the run's accuracies come from, is not what it was when the run began");
        assertThat(Files.readAllLines(journal)).hasSize(20);
        Files.writeString(table, results);
        assertThat(CommandLineRun.of(folder, "resume", "run").code()).isZero();
        assertThat(Files.readString(folder.resolve("run/front.json"))).isEqualTo(front);
    }

    /** The best network of NAS-Bench-Macro's corner is no neighbour of good ones here: a descent does not come to it. */
    @Test
    void a_bound_on_the_accuracy_is_refused_if_the_table_holds_nothing_that_keeps_it_and_only_then() throws IOException {
        StringBuilder lines = new StringBuilder("genome,top1\n22212220,93.127\n");
        for (int i = 0; i < 81; i++) {
            lines.append(Integer.toString(i / 27)).append(i / 9 % 3).append(i / 3 % 3).append(i % 3).append("0000,").append(40 + i % 50).append('\n');
        }
        Files.writeString(folder.resolve("lonely.csv"), lines);
        String[] lonely = {"search", "c.yaml", "--set", "space=nas-bench-macro", "--set", "accuracy.table=lonely.csv", "--set", "algorithm.type=exhaustive",
            "--set", "stop.evaluations=6561", "--out", "run", "--set"};

        CommandLineRun refused = CommandLineRun.of(folder, with(lonely, "constraints.top1.at-least=94 %"));
        CommandLineRun found = CommandLineRun.of(folder, with(lonely, "constraints.top1.at-least=93 %"));

        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains("constraints.top1: at-least 94 % cannot be reached", "Reachable: 40 % to 93.127 %. The nearest network is genome 22212220");
        assertThat(found.code()).as(found.err()).isZero();
        assertThat(found.err()).doesNotContain("out of reach");
        assertThat(front("run")).singleElement().asString().startsWith("22212220 93.127 ");
    }

    private static String[] with(String[] arguments, String last) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }

    /** Genome and values of each member. */
    private List<String> front(String run) throws IOException {
        List<String> members = new ArrayList<>();
        JSON.readTree(Files.readString(folder.resolve(run).resolve("front.json"))).get("members").forEach(member -> members.add(
                member.get("genome").asString() + " " + member.at("/objectives/top1/value") + " " + member.at("/objectives/macs/value")));
        return members;
    }
}
