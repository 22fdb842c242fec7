package finch.space;

import java.util.Arrays;

/** What was chosen: one index per {@link Decision} of a {@link SearchSpace}, in its order. Immutable. */
public final class Genome {
    private final int[] choices;

    private Genome(int[] choices) {
        this.choices = choices;
    }

    /** Copies {@code choices}. */
    public static Genome of(int... choices) {
        return new Genome(choices.clone());
    }

    public int length() {
        return choices.length;
    }

    /** The index chosen for decision {@code i}. */
    public int choice(int i) {
        return choices[i];
    }

    /** A fresh copy of all indices. */
    public int[] toArray() {
        return choices.clone();
    }

    /** This genome with decision {@code i} set to {@code choice}. */
    public Genome with(int i, int choice) {
        int[] copy = choices.clone();
        copy[i] = choice;
        return new Genome(copy);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Genome g && Arrays.equals(choices, g.choices);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(choices);
    }

    /** The indices separated by dots, e.g. {@code 2.0.1}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < choices.length; i++) {
            text.append(i == 0 ? "" : ".").append(choices[i]);
        }
        return text.toString();
    }
}
