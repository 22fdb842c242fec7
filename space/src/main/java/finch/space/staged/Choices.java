package finch.space.staged;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * What may be chosen for one property of a space.
 *
 * @param name   name of the decision, e.g. {@code stage3.block2.kernel}
 * @param values what each choice means
 * @param texts  each choice as written in a space file, different from each other
 */
public record Choices<T>(String name, List<T> values, List<String> texts) {
    /** The text of a property that nothing in the space has, such as the kernel of an identity. */
    public static final String UNUSED = "-";

    public Choices {
        values = List.copyOf(values);
        texts = List.copyOf(texts);
        if (values.isEmpty() || values.size() != texts.size()) {
            throw new IllegalArgumentException(name + " needs choices, each with a text, not " + values + " and " + texts);
        }
        if (new HashSet<>(values).size() < values.size() || new HashSet<>(texts).size() < texts.size()) {
            throw new IllegalArgumentException(name + " has a choice twice: " + texts);
        }
    }

    /** Nothing to choose. */
    public static <T> Choices<T> only(String name, T value) {
        return new Choices<>(name, List.of(value), List.of(value.toString()));
    }

    /** The same choices for another decision. */
    public Choices<T> named(String newName) {
        return new Choices<>(newName, values, texts);
    }

    public int size() {
        return values.size();
    }

    /** Whether there is something to choose; if so, this is a decision of the genome. */
    public boolean isFree() {
        return values.size() > 1;
    }

    /** The choices with one of these texts, in the order they have here. */
    Choices<T> keep(List<String> kept) {
        List<T> v = new ArrayList<>();
        List<String> t = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            if (kept.contains(texts.get(i))) {
                v.add(values.get(i));
                t.add(texts.get(i));
            }
        }
        return new Choices<>(name, v, t);
    }
}
