package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import finch.search.run.RunFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code report}, {@code compare} and {@code serve} of the example run that is kept. */
class RunPagesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    @BeforeEach
    void copy_the_example() throws IOException {
        for (String name : new String[] {"a", "b"}) {
            Files.createDirectories(folder.resolve("runs").resolve(name));
            try (var files = Files.list(Documents.ROOT.resolve("runs/example"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, folder.resolve("runs").resolve(name).resolve(file.getFileName()));
                }
            }
        }
    }

    private CommandLineRun run(String... args) {
        return CommandLineRun.of(folder, args);
    }

    @Test
    void a_report_sets_the_search_beside_random_search_of_as_many_evaluations() throws IOException {
        Path baseline = folder.resolve("runs/a/baseline.json");
        Files.deleteIfExists(baseline);

        CommandLineRun run = run("report", "a");

        assertThat(run.code()).as(run.err()).isZero();
        String first = Files.readString(baseline);
        assertThat(first).contains("\"evaluated\" : 500").contains("\"cutShort\" : false");
        assertThat(Files.readString(folder.resolve("runs/a/report.html"))).contains("random search").contains("What the networks of the front share")
                .contains("Where the predicted time goes").contains("Layer by layer: mobilenetv3-small");
        Files.delete(baseline);
        run("report", "a");
        assertThat(Files.readString(baseline)).as("one seed, one baseline").isEqualTo(first);
    }

    @Test
    void a_report_is_made_without_the_baseline_that_cannot_be_made() throws IOException {
        Files.deleteIfExists(folder.resolve("runs/a/baseline.json"));
        Files.delete(folder.resolve("runs/a/report.html"));
        Files.writeString(folder.resolve("runs/a/device-profile.json"), "{\"format\": \"finch-device/0\"}");

        CommandLineRun run = run("report", "a");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("finch: no random baseline: ").contains("device-profile.json").doesNotContain("\tat ");
        assertThat(folder.resolve("runs/a/baseline.json")).doesNotExist();
        assertThat(Files.readString(folder.resolve("runs/a/report.html"))).contains("What can be had").doesNotContain("random search");
    }

    @Test
    void a_baseline_that_is_there_is_no_stage() {
        CommandLineRun run = run("report", "a");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).doesNotContain("random baseline");
    }

    @Test
    void accuracies_of_a_file_that_has_changed_are_no_baseline_and_the_report_says_so() throws IOException {
        Path table = Files.writeString(folder.resolve("table.csv"), "as it was");
        Path manifest = folder.resolve("runs/a/manifest.json");
        String sha256 = HexFormat.of().formatHex(sha256(Files.readAllBytes(table)));
        Files.writeString(manifest, Files.readString(manifest).replaceFirst("\\{", "{\"accuracyTable\": {\"path\": \"" + table + "\", \"sha256\": \"" + sha256 + "\"},"));
        Path baseline = folder.resolve("runs/a/baseline.json");
        Files.deleteIfExists(baseline);
        assertThat(run("report", "a").err()).as("the same file").doesNotContain("no random baseline");
        assertThat(baseline).exists();
        Path report = folder.resolve("runs/a/report.html");
        assertThat(Files.readString(report)).doesNotContain("table.csv has changed");

        Files.writeString(table, "as it is");
        Files.delete(baseline);
        CommandLineRun changed = run("report", "a");
        assertThat(changed.code()).as(changed.err()).isZero();
        assertThat(changed.err()).contains("no random baseline: ").contains("table.csv has changed since the run read it");
        assertThat(baseline).doesNotExist();
        assertThat(Files.readString(report)).contains("table.csv has changed since the run read it");

        Files.delete(table);
        assertThat(run("report", "a").err()).contains("no random baseline: ").contains("is not there any more");
        // a config that names a file which is gone cannot be read; the report tells why all the same
        Files.writeString(folder.resolve("runs/a/config.yaml"), "schema: 99\n");
        assertThat(run("report", "a").code()).isZero();
        assertThat(Files.readString(report)).contains("is not there any more");
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void two_runs_are_compared_on_one_page_and_in_figures() throws IOException {
        CommandLineRun run = run("compare", "a", "b", "-o", "both.html", "--json");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json()).hasSize(2);
        for (JsonNode row : run.json()) {
            assertThat(row.path("evaluated").asLong()).isEqualTo(500);
            assertThat(row.path("hypervolume").asDouble()).isEqualTo(1);
            assertThat(row.path("top1").asDouble()).isBetween(60.0, 80.0);
        }
        assertThat(Files.readString(folder.resolve("both.html"))).contains("fronts-chart").contains("The resolved configs are equal");
        assertThat(run("compare", "a", "b").out()).contains("hypervolume").contains("best network");
    }

    @Test
    void a_page_is_written_where_it_is_asked_for_and_for_people() {
        CommandLineRun figures = run("compare", "a", "b", "--json");
        assertThat(figures.code()).as(figures.err()).isZero();
        assertThat(figures.json()).hasSize(2);
        assertThat(figures.err()).doesNotContain("wrote");
        assertThat(folder.resolve("compare.html")).doesNotExist();

        assertThat(run("compare", "a", "b").err()).contains("wrote compare.html");
        assertThat(folder.resolve("compare.html")).isNotEmptyFile();

        CommandLineRun profiles = run("compare", "runs/a/device-profile.json", "runs/b/device-profile.json", "-o", "profiles.html");
        assertThat(profiles.code()).isEqualTo(2);
        assertThat(profiles.err()).contains("-o is the page of runs");
        assertThat(folder.resolve("profiles.html")).doesNotExist();
    }

    @Test
    void runs_of_one_objective_are_compared_without_a_hypervolume() throws IOException {
        for (String name : new String[] {"a", "b"}) {
            Path front = folder.resolve("runs").resolve(name).resolve("front.json");
            ObjectNode root = (ObjectNode) JSON.readTree(Files.readString(front));
            ArrayNode objectives = (ArrayNode) root.path("objectives");
            while (objectives.size() > 1) {
                objectives.remove(1);
            }
            Files.writeString(front, root.toString());
        }
        CommandLineRun run = run("compare", "a", "b", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json()).hasSize(2).allMatch(row -> !row.has("hypervolume") && row.path("top1").asDouble() > 0);
        assertThat(run("compare", "a", "b", "-o", "one.html").code()).isZero();
        assertThat(folder.resolve("one.html")).content().doesNotContain("fronts-chart").doesNotContain("hypervolume-chart");
    }

    @Test
    void what_cannot_be_compared_is_refused() throws IOException {
        Path front = folder.resolve("runs/b/front.json");
        Files.writeString(front, Files.readString(front).replace("\"name\" : \"latency\"", "\"name\" : \"macs\""));
        assertThat(run("compare", "a", "b").err()).contains("objectives").contains("cannot be compared");
        assertThat(run("compare", "a", "runs/a/device-profile.json").err()).contains("cannot be compared with each other");
        assertThat(run("compare", "a").code()).isEqualTo(2);
    }

    @Test
    void a_file_that_is_no_profile_is_told_what_is_compared() throws IOException {
        CommandLineRun fronts = run("compare", "runs/a/front.json", "runs/b/front.json");
        assertThat(fronts.code()).isEqualTo(2);
        assertThat(fronts.err()).contains("runs/a/front.json: is no device profile. Runs are compared by their folders").contains("Maybe you meant runs/a.").doesNotContain("finch calibrate");
        Files.write(folder.resolve("bytes.json"), new byte[] {(byte) 0xff, 0});
        assertThat(run("compare", "bytes.json", "a").err()).contains("bytes.json: is no device profile").doesNotContain("Maybe");
        Files.writeString(folder.resolve("old.json"), "{\"format\": \"finch-device-profile/0\"}");
        assertThat(run("compare", "old.json", "runs/a/device-profile.json").err()).contains("old.json:1: format: is finch-device-profile/0").contains("finch calibrate");
    }

    @Test
    void device_profiles_are_told_apart_by_being_files() {
        CommandLineRun run = run("compare", "runs/a/device-profile.json", "runs/b/device-profile.json", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run("compare", "runs/a/device-profile.json", "runs/b/device-profile.json").out()).contains("predictedMicros mobilenetv2").contains("kernelSet");
        assertThat(run.json()).hasSize(2).allMatch(row -> row.at("/predictedMicros/mobilenetv3-large").asDouble() > 0);
    }

    @Test
    void a_run_is_served_to_this_machine_alone() throws IOException {
        HttpServer server = ServeCommand.start(new RunFolder(folder.resolve("runs/a")), 0);
        try {
            InetSocketAddress address = server.getAddress();
            assertThat(address.getAddress().isLoopbackAddress()).isTrue();
            assertThat(request(address, "GET / HTTP/1.1", "localhost:" + address.getPort())).startsWith("HTTP/1.1 200").contains("What can be had").contains("no-store");
            assertThat(request(address, "GET / HTTP/1.1", "evil.example")).startsWith("HTTP/1.1 403");
            assertThat(request(address, "GET /../manifest.json HTTP/1.1", "localhost")).startsWith("HTTP/1.1 404");
            assertThat(request(address, "POST / HTTP/1.1", "localhost")).startsWith("HTTP/1.1 405");
            assertThatThrownBy(() -> ServeCommand.start(new RunFolder(folder.resolve("runs/a")), address.getPort()))
                    .isInstanceOf(UsageException.class).hasMessageContaining("--port");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void a_served_run_is_read_again_when_it_has_changed() throws IOException {
        Path manifest = folder.resolve("runs/a/manifest.json");
        HttpServer server = ServeCommand.start(new RunFolder(folder.resolve("runs/a")), 0);
        try {
            InetSocketAddress address = server.getAddress();
            assertThat(request(address, "GET / HTTP/1.1", "localhost")).contains("ended by evaluations: 500");
            Files.writeString(manifest, Files.readString(manifest).replace("ended by evaluations: 500", "ended otherwise"));
            Files.setLastModifiedTime(manifest, java.nio.file.attribute.FileTime.fromMillis(Files.getLastModifiedTime(manifest).toMillis() + 5000));
            assertThat(request(address, "GET / HTTP/1.1", "localhost")).contains("ended otherwise");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void a_page_that_cannot_be_made_is_told_in_its_place() throws IOException {
        Path front = folder.resolve("runs/a/front.json");
        String whole = Files.readString(front);
        Files.writeString(front, "{\"objectives\": [");
        HttpServer server = ServeCommand.start(new RunFolder(folder.resolve("runs/a")), 0);
        try {
            assertThat(request(server.getAddress(), "GET / HTTP/1.1", "localhost")).startsWith("HTTP/1.1 500").contains("front.json is damaged");
            Files.writeString(front, whole);
            assertThat(request(server.getAddress(), "GET / HTTP/1.1", "localhost")).startsWith("HTTP/1.1 200").contains("What can be had");
        } finally {
            server.stop(0);
        }
    }

    /** By hand, since Java's client sets the host itself. */
    private static String request(InetSocketAddress address, String line, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write((line + "\r\nHost: " + host + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
