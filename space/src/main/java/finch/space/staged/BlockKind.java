package finch.space.staged;

/** What a slot of a stage may hold. */
public enum BlockKind {
    INVERTED_RESIDUAL("inverted-residual"),
    FUSED_INVERTED_RESIDUAL("fused-inverted-residual"),
    DEPTHWISE_SEPARABLE("depthwise-separable"),
    CONV("conv"),
    /**
     * Nothing where stride is 1 and the channels stay; elsewhere a 1x1 convolution with batch normalisation and no
     * activation (Su et al. 2021, arXiv 2103.11922).
     */
    IDENTITY("identity");

    private final String formatName;

    BlockKind(String formatName) {
        this.formatName = formatName;
    }

    public String formatName() {
        return formatName;
    }

    boolean hasExpansion() {
        return this == INVERTED_RESIDUAL || this == FUSED_INVERTED_RESIDUAL;
    }

    boolean hasSqueeze() {
        return this != CONV && this != IDENTITY;
    }
}
