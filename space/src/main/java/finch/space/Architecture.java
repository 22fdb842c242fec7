package finch.space;

import java.util.List;
import java.util.Objects;

/**
 * A network's meaning: stem, blocks, head, for one input size. Equality is by all components, the name included;
 * {@link #anonymous()} compares meanings only.
 *
 * @param name       for people; may be empty
 * @param resolution input height and width in pixels
 * @param channels   input channels
 * @param classes    outputs of the classifier
 */
public record Architecture(String name, Extent resolution, int channels, int classes, Padding padding, Stem stem,
                           List<Block> blocks, Head head) {
    public Architecture {
        Objects.requireNonNull(name);
        Objects.requireNonNull(resolution);
        Blocks.positive("channels", channels);
        Blocks.positive("classes", classes);
        Objects.requireNonNull(padding);
        Objects.requireNonNull(stem);
        blocks = List.copyOf(blocks);
        Objects.requireNonNull(head);
    }

    public Architecture named(String newName) {
        return new Architecture(newName, resolution, channels, classes, padding, stem, blocks, head);
    }

    public Architecture atResolution(Extent newResolution) {
        return new Architecture(name, newResolution, channels, classes, padding, stem, blocks, head);
    }

    public Architecture withClasses(int newClasses) {
        return new Architecture(name, resolution, channels, newClasses, padding, stem, blocks, head);
    }

    /** The same network without its name: equal for two architectures exactly when they mean the same network. */
    public Architecture anonymous() {
        return named("");
    }
}
