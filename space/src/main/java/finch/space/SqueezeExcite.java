package finch.space;

import java.util.Objects;

/**
 * Squeeze-excite after the depthwise activation: global pooling, a biased 1x1 convolution to {@code channels}, an inner
 * activation, a biased 1x1 convolution back, a gate, and a channel-wise product (Hu et al. 2018, arXiv 1709.01507).
 *
 * @param channels squeezed channels, a count after rounding
 */
public record SqueezeExcite(int channels, Gate gate) {
    public SqueezeExcite {
        if (channels < 1) {
            throw new IllegalArgumentException("squeeze must be at least 1 channel, not " + channels);
        }
        Objects.requireNonNull(gate);
    }
}
