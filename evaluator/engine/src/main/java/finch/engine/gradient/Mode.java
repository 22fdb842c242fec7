package finch.engine.gradient;

/** What a forward pass, and the backward pass after it, makes of normalisations and nonlinearities. */
public enum Mode {
    /** Batch normalisations use the batch's own moments, gradients flow through these, and running averages move; dropout drops. */
    TRAINING,
    /** Batch normalisations are affine, with the running averages; nothing moves or drops. */
    EVALUATION,
    /**
     * The network without batch normalisations, and with every nonlinearity, gates included, replaced by the identity, as data-free
     * pruning scores want it (SynFlow, Tanaka et al. 2020, arXiv 2006.05467).
     */
    LINEAR
}
