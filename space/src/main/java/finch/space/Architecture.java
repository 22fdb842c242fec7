package finch.space;

import java.util.ArrayList;
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

    /**
     * The same network without its name: equal for two architectures that mean the same network. Flags that change
     * nothing have their default: {@code forceExpand} where there is an expansion anyway, {@code skip} where the stride
     * or the shapes rule it out.
     */
    public Architecture anonymous() {
        List<Block> canonical = new ArrayList<>(blocks.size());
        int in = stem.out();
        for (Block block : blocks) {
            canonical.add(Blocks.canonical(block, in));
            in = block.out();
        }
        return new Architecture("", resolution, channels, classes, padding, stem, canonical, head);
    }
}
