package finch.search.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code finch search --cluster} and {@code finch worker --join} as people start them, each in a process of its own. */
class CommandsTest {
    private static final Pattern ADDRESS = Pattern.compile("listening for workers at (127\\.0\\.0\\.1:\\d+)");
    private static final String CONFIG = "schema: 1\nname: c\nspace: mobilenetv3\nobjectives: [top1, macs]\nalgorithm: { type: nsga2, population: 12, offspring: 12 }\n"
            + "stop: { evaluations: 40 }\nfront: { measure: false }\nexport: { pick: none }\n";

    @TempDir
    private Path temp;
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end_what_is_left() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process finch(String log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m",
                "-Xlog:disable", "--sun-misc-unsafe-memory-access=allow", "--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"),
                "finch.search.cli.Finch"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(temp.toFile()).redirectErrorStream(true).redirectOutput(temp.resolve(log).toFile()).start();
        processes.add(process);
        return process;
    }

    private String text(String log) throws IOException {
        return Files.readString(temp.resolve(log), StandardCharsets.UTF_8);
    }

    private void assertEnds(Process process, int code, String log) throws Exception {
        Processes.assertEnds(process, code, temp.resolve(log));
    }

    private String address(Process search) throws Exception {
        for (int wait = 0; ; wait++) {
            Optional<String> address = ADDRESS.matcher(text("search.log")).results().findFirst().map(found -> found.group(1));
            if (address.isPresent()) {
                return address.get();
            }
            assertThat(wait < 6000 && search.isAlive()).as(text("search.log")).isTrue();
            Thread.sleep(20);
        }
    }

    @Test
    void the_shipped_surrogate_is_asked_on_workers_with_the_same_result() throws Exception {
        Files.writeString(temp.resolve("c.yaml"), CONFIG);
        assertEnds(finch("alone.log", "search", "c.yaml", "--out", "alone"), 0, "alone.log");

        Process search = finch("search.log", "search", "c.yaml", "--out", "clustered", "--cluster", "127.0.0.1:0", "--json");
        String address = address(search);
        try (Socket stranger = new Socket("127.0.0.1", Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))) {
            stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            stranger.getInputStream().readAllBytes();
        }
        Process first = finch("first.log", "worker", "--join", address, "--slots", "2", "--name", "first");
        Process second = finch("second.log", "worker", "--join", address, "--slots", "2");
        assertEnds(search, 0, "search.log");
        assertEnds(first, 0, "first.log");
        assertEnds(second, 0, "second.log");

        Processes.assertSame(temp.resolve("clustered"), temp.resolve("alone"));
        assertThat(text("search.log")).contains("worker first joined with 2 slots", "\"status\":\"finished\"").doesNotContain("\tat ");
        assertThat(text("first.log").replace("WARNING: Using incubator modules: jdk.incubator.vector\n", ""))
                .contains("joined the search, 2 evaluations at once", "the search has ended").doesNotContain("WARNING");
    }

    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the trainer is a shell script")
    @Test
    void trainers_run_on_workers_that_were_told_of_them_and_leave_the_same_files() throws Exception {
        Path trainer = Files.writeString(temp.resolve("train.sh"), """
                read -r line
                sum=$(printf %s "$line" | cksum | cut -d' ' -f1)
                echo "{\\"top1\\": $((sum % 90)).$((sum % 7)), \\"standardError\\": 0.5, \\"metrics\\": {\\"sum\\": $sum}}"
                """);
        String config = CONFIG.replace("evaluations: 40", "evaluations: 24") + "accuracy: { type: command, run: [sh, " + trainer + "], parallel: 2, timeout: PT1M }\n";
        Files.writeString(temp.resolve("c.yaml"), config);
        assertEnds(finch("alone.log", "search", "c.yaml", "--out", "alone"), 0, "alone.log");

        Process search = finch("search.log", "search", "c.yaml", "--out", "clustered", "--cluster", "127.0.0.1:0");
        String address = address(search);
        assertEnds(finch("stranger.log", "worker", "--join", address), 2, "stranger.log");
        assertThat(text("stranger.log")).contains("finch: the search trains with sh " + trainer + ", which this worker was not told to run.").doesNotContain("\tat ");
        assertThat(text("search.log")).contains("cannot take part: the search trains with sh");
        Process worker = finch("worker.log", "worker", "--join", address, "--trainer", "c.yaml", "--slots", "8", "--work", "work");
        assertEnds(search, 0, "search.log");
        assertEnds(worker, 0, "worker.log");

        Processes.assertSame(temp.resolve("clustered"), temp.resolve("alone"));
        assertThat(text("worker.log")).contains("joined the search, 2 evaluations at once");
        assertThat(Files.readString(temp.resolve("clustered/trained.json"))).isEqualTo(Files.readString(temp.resolve("alone/trained.json")));
        assertThat(temp.resolve("clustered/trainer.log")).as("no trainer ran beside the search").doesNotExist();
    }

    @Test
    void an_address_that_others_reach_is_refused_without_certificates() throws Exception {
        Files.writeString(temp.resolve("c.yaml"), CONFIG);

        assertEnds(finch("search.log", "search", "c.yaml", "--out", "run", "--cluster", "0.0.0.0:0"), 2, "search.log");
        assertThat(text("search.log")).contains("finch: 0.0.0.0:0 is not only this machine, and without certificates anybody could join, listen and answer.");
        assertThat(temp.resolve("run")).doesNotExist();
        assertEnds(finch("worker.log", "worker", "--join", "192.0.2.1:7077"), 2, "worker.log");
        assertThat(text("worker.log")).contains("finch: 192.0.2.1:7077 is not only this machine");
    }

    @Test
    void a_worker_that_finds_no_search_ends_after_its_patience() throws Exception {
        Process worker = finch("worker.log", "worker", "--join", "127.0.0.1:1", "--patience", "PT2S");

        assertEnds(worker, 1, "worker.log");
        assertThat(text("worker.log")).contains("there is no search at 127.0.0.1:1 yet", "finch: there was no search at 127.0.0.1:1 for PT2S").doesNotContain("\tat ");
        Matcher tries = Pattern.compile("there is no search at").matcher(text("worker.log"));
        assertThat(tries.results().count()).as("told once").isEqualTo(1);
    }
}
