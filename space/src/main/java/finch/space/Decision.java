package finch.space;

import java.util.List;

/**
 * One thing that may be chosen.
 *
 * @param name    where it acts, e.g. {@code stage3.block2.kernel}
 * @param choices what may be chosen, as it is written in a space file; one entry means frozen
 */
public record Decision(String name, List<String> choices) {
    public Decision {
        choices = List.copyOf(choices);
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("decision " + name + " has no choices");
        }
    }

    public int size() {
        return choices.size();
    }
}
