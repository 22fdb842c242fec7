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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code report}, {@code compare} and {@code serve} of the example run that is kept. */
class RunPagesTest {
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
        assertThat(first).contains("\"evaluated\" : 150").contains("\"cutShort\" : false");
        assertThat(Files.readString(folder.resolve("runs/a/report.html"))).contains("random search").contains("What the networks of the front share")
                .contains("Where the predicted time goes").contains("Layer by layer: mobilenetv3-small");
        Files.delete(baseline);
        run("report", "a");
        assertThat(Files.readString(baseline)).as("one seed, one baseline").isEqualTo(first);
    }

    @Test
    void two_runs_are_compared_on_one_page_and_in_figures() throws IOException {
        CommandLineRun run = run("compare", "a", "b", "-o", "both.html", "--json");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json()).hasSize(2);
        for (JsonNode row : run.json()) {
            assertThat(row.path("evaluated").asLong()).isEqualTo(150);
            assertThat(row.path("hypervolume").asDouble()).isEqualTo(1);
            assertThat(row.path("top1").asDouble()).isBetween(60.0, 80.0);
        }
        assertThat(Files.readString(folder.resolve("both.html"))).contains("fronts-chart").contains("The resolved configs are equal");
        assertThat(run("compare", "a", "b").out()).contains("hypervolume").contains("best network");
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
            assertThat(request(address, "GET / HTTP/1.1", "localhost")).contains("ended by evaluations: 150");
            Files.writeString(manifest, Files.readString(manifest).replace("ended by evaluations: 150", "ended otherwise"));
            Files.setLastModifiedTime(manifest, java.nio.file.attribute.FileTime.fromMillis(Files.getLastModifiedTime(manifest).toMillis() + 5000));
            assertThat(request(address, "GET / HTTP/1.1", "localhost")).contains("ended otherwise");
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
