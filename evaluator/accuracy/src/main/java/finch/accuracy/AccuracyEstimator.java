package finch.accuracy;

import finch.space.Architecture;

/** Tells how accurate an architecture would be. Deterministic and safe for concurrent use. */
public interface AccuracyEstimator {
    AccuracyEstimate estimate(Architecture architecture);
}
