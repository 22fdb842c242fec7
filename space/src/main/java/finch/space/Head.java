package finch.space;

import java.util.Objects;

/**
 * What follows the blocks: an optional 1x1 convolution + BN + activation, global average pooling, an optional dense
 * hidden layer + activation, and the biased classifier.
 *
 * @param conv       channels of the convolution, 0 where there is none
 * @param hidden     units of the hidden layer, 0 where there is none
 * @param hiddenBias whether the hidden layer has a bias
 */
public record Head(int conv, int hidden, boolean hiddenBias, Activation activation) {
    public Head {
        if (conv < 0 || hidden < 0) {
            throw new IllegalArgumentException("head conv and hidden must not be negative: " + conv + ", " + hidden);
        }
        Objects.requireNonNull(activation);
        // one record per meaning: what nothing uses has its default
        hiddenBias = hiddenBias || hidden == 0;
        activation = conv == 0 && hidden == 0 ? Activation.LINEAR : activation;
    }

    /** Pooling and classifier only, as in MobileNetV1. */
    public static Head plain() {
        return new Head(0, 0, true, Activation.LINEAR);
    }
}
