package finch.space.published;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A table among the resources: one row a line, cells between {@code |}, comments after {@code #} at the line's start. */
final class Resource {
    private Resource() {}

    static List<List<String>> rows(String name, int cells) {
        try (InputStream in = Resource.class.getResourceAsStream("/finch/published/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the resource finch/published/" + name + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).map(line -> row(name, line, cells)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> row(String name, String line, int cells) {
        List<String> row = List.of(line.split("\\|", -1)).stream().map(String::strip).toList();
        if (row.size() != cells) {
            throw new IllegalStateException(name + ": " + row.size() + " cells where " + cells + " belong: " + line);
        }
        return row;
    }
}
