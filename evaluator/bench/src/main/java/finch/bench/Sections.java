package finch.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a document that are generated: each stands between two comments that name it. */
final class Sections {
    private Sections() {}

    /**
     * The document with one part replaced.
     *
     * @throws IllegalArgumentException if the document has no such part, or has it twice
     */
    static String replace(String document, String name, String body) {
        Matcher matcher = Pattern.compile(Pattern.quote(begin(name)) + ".*?" + Pattern.quote(end(name)), Pattern.DOTALL).matcher(document);
        if (!matcher.find()) {
            throw new IllegalArgumentException("the document has no lines \"" + begin(name) + "\" and \"" + end(name) + "\"");
        }
        int from = matcher.start();
        int to = matcher.end();
        if (matcher.find()) {
            throw new IllegalArgumentException("the document has \"" + begin(name) + "\" twice");
        }
        return document.substring(0, from) + begin(name) + "\n\n" + body.strip() + "\n\n" + end(name) + document.substring(to);
    }

    private static String begin(String name) {
        return "<!-- generated: " + name + " -->";
    }

    private static String end(String name) {
        return "<!-- end: " + name + " -->";
    }
}
