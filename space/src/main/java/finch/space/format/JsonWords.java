package finch.space.format;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says what Jackson found wrong in the words of the file, without those of its code. */
public final class JsonWords {
    private static final Pattern CODE = Pattern.compile(" ?\\(from `[^`]*`\\)|,? ?from `[^`]*`|`[A-Za-z]+\\.[^`]*`");
    /** A word that some readers take for a number. */
    private static final Pattern TOKEN = Pattern.compile("Non-standard token '([^']*)'.*");
    /** Ends in the name of a switch of Jackson. */
    private static final Pattern COMMENT = Pattern.compile("maybe a \\(non-standard\\) comment\\?.*");

    private JsonWords() {}

    /** What is wrong, in one line, without a dot at its end; what it quotes of the file is as {@link Problem#visible} has it. */
    public static String of(JacksonException e) {
        return Problem.visible(words(e));
    }

    private static String words(JacksonException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "the key is not known: " + unknown.getPropertyName();
        }
        // of YAML: what was being read, where, what was found there; places are indented
        String first = e.getOriginalMessage() == null ? "" : e.getOriginalMessage().lines().filter(line -> !line.startsWith(" ")).limit(2)
                .reduce((context, found) -> found).orElse("");
        if (first.startsWith("Missing required creator property '")) {
            return "the key " + first.substring(first.indexOf('\'') + 1, first.indexOf('\'', first.indexOf('\'') + 1)) + " is missing";
        }
        if (e instanceof DatabindException || first.isEmpty()) {
            return "a value is missing, or is of another type than it should be";
        }
        Matcher token = TOKEN.matcher(first);
        if (token.matches()) {
            return "'" + token.group(1) + "' is no value of JSON";
        }
        return CODE.matcher(COMMENT.matcher(first).replaceAll("JSON has no comments")).replaceAll("");
    }
}
