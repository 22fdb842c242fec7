package finch.space.staged;

import java.util.Collection;

/** Is told what is wrong with a restriction of a space. */
@FunctionalInterface
public interface RestrictionProblems {
    /**
     * @param key     the decision name or pattern that is wrong
     * @param word    what is not known, empty if it is not about one word
     * @param known   what could have been meant
     * @param message what is wrong and what is allowed
     */
    void found(String key, String word, Collection<String> known, String message);
}
