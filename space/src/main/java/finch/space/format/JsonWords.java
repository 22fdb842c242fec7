package finch.space.format;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says what Jackson found wrong in the words of the file, without those of its code. */
public final class JsonWords {
    private static final Pattern CODE = Pattern.compile(",? ?\\(?from `[^`]*`\\)?|`[A-Za-z]+\\.[^`]*`");

    private JsonWords() {}

    /** What is wrong, in one line, without a dot at its end; what it quotes of the file is as {@link Problem#visible} has it. */
    public static String of(JacksonException e) {
        return Problem.visible(words(e));
    }

    private static String words(JacksonException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "the key is not known: " + unknown.getPropertyName();
        }
        String first = e.getOriginalMessage() == null ? "" : e.getOriginalMessage().lines().findFirst().orElse("");
        if (first.startsWith("Missing required creator property '")) {
            return "the key " + first.substring(first.indexOf('\'') + 1, first.indexOf('\'', first.indexOf('\'') + 1)) + " is missing";
        }
        if (e instanceof DatabindException || first.isEmpty()) {
            return "a value is missing, or is of another type than it should be";
        }
        return CODE.matcher(first).replaceAll("");
    }
}
