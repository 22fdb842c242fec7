package finch.accuracy.proxy;

/**
 * A number about an untrained network that may tell how accurate it becomes. Higher is meant to be better for all of them.
 * {@code N} images make a batch; θ are the weights of convolutions and dense layers at initialisation, L the cross-entropy.
 */
public enum Signal {
    /**
     * log det K, K_ij = units whose activation is on for both or off for both of the images i and j.
     *
     * @see <a href="https://arxiv.org/abs/2006.04647">Mellor et al. 2021, Neural Architecture Search without Training, equation 2</a>
     */
    NASWOT("naswot", Kind.IMAGES, false),
    /**
     * log Σ θ·∂R/∂θ with R the sum of the outputs for an image of ones, in the network with |θ| for θ, without batch
     * normalisations and nonlinearities.
     *
     * @see <a href="https://arxiv.org/abs/2006.05467">Tanaka et al. 2020, Pruning neural networks without any data, equation 3</a>
     * @see <a href="https://arxiv.org/abs/2101.08134">Abdelfattah et al. 2021, Zero-Cost Proxies for Lightweight NAS, equation 1</a>
     */
    SYNFLOW("synflow", Kind.DATA_FREE, false),
    /**
     * Σ over layers of ‖∂L/∂θ‖₂ after one batch.
     *
     * @see <a href="https://arxiv.org/abs/2101.08134">Abdelfattah et al. 2021, section 3.1</a>
     */
    GRAD_NORM("grad-norm", Kind.IMAGES, true),
    /**
     * Σ |θ·∂L/∂θ| over all weights after one batch.
     *
     * @see <a href="https://arxiv.org/abs/1810.02340">Lee et al. 2019, SNIP, equation 5</a>, summed as in Abdelfattah et al. 2021, equation 1
     */
    SNIP("snip", Kind.IMAGES, true),
    /**
     * Σ over layers of log Σ_θ E|∂L/∂θ| / √Var|∂L/∂θ|, mean and variance over batches.
     *
     * @see <a href="https://arxiv.org/abs/2301.11300">Li et al. 2023, ZiCo: Zero-shot NAS via Inverse Coefficient of Variation on Gradients</a>,
     *     the definition of ZiCo in section 3
     */
    ZICO("zico", Kind.IMAGES, false),
    /**
     * Σ over blocks of the entropy of the normalised eigenvalues of their features' covariance, for Gaussian inputs.
     *
     * @see <a href="https://arxiv.org/abs/2403.19232">Lee and Ham 2024, AZ-NAS: Assembling Zero-Cost Proxies, "expressivity"</a>
     */
    EXPRESSIVITY("az-expressivity", Kind.DATA_FREE, false),
    /** The smallest increase of that entropy from one block to the next (Lee and Ham 2024, "progressivity"). */
    PROGRESSIVITY("az-progressivity", Kind.DATA_FREE, false),
    /**
     * Mean over blocks of 2 − σ − 1/σ, σ the spectral norm of the block's Jacobian, estimated with random signs as the gradient
     * of its output (Lee and Ham 2024, "trainability").
     */
    TRAINABILITY("az-trainability", Kind.DATA_FREE, false),
    /** Weights, biases and 2 per batch-normalised channel. */
    PARAMS("params", Kind.TRIVIAL, true),
    /** Multiply-adds of one image. */
    MACS("macs", Kind.TRIVIAL, true),
    /** Convolutions that see more than a pixel: the stem and one a block, where blocks are inverted residuals. */
    DEPTH("depth", Kind.TRIVIAL, false);

    /** What a signal needs to know. */
    public enum Kind {
        /** Labelled images and the network. */
        IMAGES,
        /** The network, run on what is drawn. */
        DATA_FREE,
        /** Its size. */
        TRIVIAL
    }

    private final String key;
    private final Kind kind;
    private final boolean logarithmic;

    Signal(String key, Kind kind, boolean logarithmic) {
        this.key = key;
        this.kind = kind;
        this.logarithmic = logarithmic;
    }

    /** As files and tables call it. */
    public String key() {
        return key;
    }

    public Kind kind() {
        return kind;
    }

    /** On a scale on which sums of signals make sense. */
    double scaled(double value) {
        return logarithmic ? Math.log(Math.max(value, Double.MIN_NORMAL)) : value;
    }
}
