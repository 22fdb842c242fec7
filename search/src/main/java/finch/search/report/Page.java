package finch.search.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The frame of a report: one HTML page that carries its style, its charts' library and its data, and loads nothing. Its
 * content policy runs the two scripts that this class put in, known by their hashes, and no other, whatever a name in a
 * run's files may be.
 */
final class Page {
    private static final String LIBRARY = resource("echarts/echarts.common.min.js");
    private static final String SCRIPT = resource("report.js");
    private static final String STYLE = resource("report.css");
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '" + hash(LIBRARY) + "' '" + hash(SCRIPT) + "'";

    private Page() {}

    /**
     * @param body    safe HTML
     * @param refresh seconds after which an open page reads itself again, 0 for never
     */
    static String of(String title, String body, int refresh) {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"" + POLICY + "\">\n"
                + "<link rel=\"icon\" href=\"data:,\">\n"
                + "<title>" + Html.escape(title) + " · Finch</title>\n<style>\n" + STYLE + "</style>\n</head>\n"
                + "<body" + (refresh > 0 ? " data-refresh=\"" + refresh + "\"" : "") + ">\n<main>\n" + body + "</main>\n"
                + "<script>" + LIBRARY + "</script>\n<script>" + SCRIPT + "</script>\n</body>\n</html>\n";
    }

    private static String hash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing from the build");
            }
            // a page has one kind of line ends, which hashes depend on
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
