package finch.accuracy;

import finch.space.Architecture;
import java.util.Objects;

/**
 * One published or measured accuracy.
 *
 * @param top1   in percent, at least 0 and below 100, where the logarithm of the error ends
 * @param recipe how the network was trained; identical networks differ by points between recipes
 * @param source where the result stands, finer than the recipe: an offset of its own may hide in it; empty if nothing
 *               finer than the recipe is known
 * @param key    rows with one key are one architecture: cross-validation never splits them
 * @param family rows that are left out together when a whole family is left out; empty where there are none
 */
public record Observation(Architecture architecture, double top1, String recipe, String source, String key, String family) {
    public Observation {
        Objects.requireNonNull(architecture);
        Objects.requireNonNull(recipe);
        Objects.requireNonNull(source);
        Objects.requireNonNull(key);
        Objects.requireNonNull(family);
        if (!(top1 >= 0 && top1 < 100)) {
            throw new IllegalArgumentException("top-1 must be a percentage of at least 0 and below 100, not " + top1);
        }
    }

    /** Names the source whole: one of another recipe is another one. */
    String origin() {
        return recipe + "\n" + source;
    }
}
