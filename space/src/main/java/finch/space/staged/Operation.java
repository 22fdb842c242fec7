package finch.space.staged;

import finch.space.Activation;
import finch.space.Extent;
import finch.space.Gate;
import java.util.Objects;
import java.util.Optional;

/**
 * A kind of block, or a bundle: a kind together with properties that are not chosen apart from it.
 *
 * @param name what the choice is called
 */
public record Operation(String name, BlockKind kind, Optional<Extent> kernel, Optional<Amount> expand,
                        Optional<Amount> squeeze, Optional<Gate> gate, Optional<Activation> activation) {
    public Operation {
        Objects.requireNonNull(name);
        Objects.requireNonNull(kind);
    }

    /** The kind alone; everything else is chosen separately. */
    public static Operation of(BlockKind kind) {
        return new Operation(kind.formatName(), kind, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty());
    }

    @Override
    public String toString() {
        return name;
    }
}
