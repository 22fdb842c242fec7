package finch.space;

import java.util.Objects;

/** The first convolution, batch-normalised and activated. */
public record Stem(int out, Extent kernel, Extent stride, Activation activation) {
    public Stem {
        Blocks.check(kernel, stride, out);
        Objects.requireNonNull(activation);
    }
}
