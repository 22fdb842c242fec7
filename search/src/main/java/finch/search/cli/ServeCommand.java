package finch.search.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import finch.search.report.Report;
import finch.search.run.RunFolder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Answers one page on loopback only, to requests that name this machine, so that no page of another site can read it
 * through a name of its own (DNS rebinding).
 */
@Command(name = "serve", description = "Shows a run in the browser, on this machine only; a running one is shown live. Ends with Ctrl-C.",
        footer = {"  finch serve mobilenetv3-small", "  finch serve runs/mobilenetv3-small --port 8080"})
final class ServeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "A run folder, or its name in runs/.")
    private String run;

    @Option(names = "--port", paramLabel = "N", defaultValue = "0", description = "Port on loopback; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    private final Terminal terminal;

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (port < 0 || port > 65535) {
            throw new UsageException("--port must be from 0 to 65535, not " + port);
        }
        RunFolder folder = new RunFolder(Runs.folder(terminal, run));
        HttpServer server = start(folder, port);
        try (Interruption interruption = Interruption.watch(terminal)) {
            terminal.out().println("http://localhost:" + server.getAddress().getPort() + "/");
            terminal.out().flush();
            terminal.message("serving " + terminal.relative(folder.path()) + " until Ctrl-C");
            while (!interruption.requested()) {
                Thread.sleep(200);
            }
        } catch (InterruptedException e) {
            // a test ends it so
            Thread.currentThread().interrupt();
        } finally {
            server.stop(0);
        }
        return ExitCode.DONE;
    }

    /** A server of one run's page, started. @param port 0 for a free one */
    static HttpServer start(RunFolder folder, int port) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (BindException e) {
            throw new UsageException("port " + port + " cannot be used: " + e.getMessage() + ". Give another --port, or none for a free one.");
        }
        LivePage page = new LivePage(folder);
        server.createContext("/", exchange -> answer(exchange, page));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, LivePage page) throws IOException {
        try (exchange) {
            String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host")).replaceFirst(":\\d+$", "");
            String method = exchange.getRequestMethod();
            if (!List.of("localhost", "127.0.0.1", "[::1]").contains(host)) {
                send(exchange, 403, "text/plain", "ask for localhost\n");
            } else if (!exchange.getRequestURI().getPath().equals("/")) {
                send(exchange, 404, "text/plain", "there is only /\n");
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, 405, "text/plain", "only GET\n");
            } else {
                page(exchange, page);
            }
        }
    }

    /** What prevents the page is told in its place; the next request tries again. */
    private static void page(HttpExchange exchange, LivePage page) throws IOException {
        String html;
        try {
            html = page.html();
        } catch (IOException | RuntimeException e) {
            send(exchange, 500, "text/plain", "The page cannot be made: " + Errors.messageOf(e).orElse(e.toString()) + "\n");
            return;
        }
        send(exchange, 200, "text/html", html);
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    /** The report, made again when a file of the run has changed. */
    private static final class LivePage {
        private final RunFolder folder;
        private String html = "";
        private List<FileTime> made = List.of();

        LivePage(RunFolder folder) {
            this.folder = folder;
        }

        synchronized String html() throws IOException {
            List<FileTime> now = times();
            if (!now.equals(made)) {
                html = Files.isRegularFile(folder.front()) ? Report.html(folder) : "<!DOCTYPE html><meta http-equiv=\"refresh\" content=\"3\">"
                        + "<title>Finch</title><p>The run has no front yet. This page asks again every 3 seconds.</p>\n";
                made = now;
            }
            return html;
        }

        private List<FileTime> times() throws IOException {
            List<FileTime> times = new java.util.ArrayList<>();
            for (Path file : List.of(folder.manifest(), folder.front(), folder.measured(), folder.baseline())) {
                times.add(Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0));
            }
            return times;
        }
    }
}
