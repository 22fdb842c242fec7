package finch.latency;

import finch.space.network.Network;

/** Predicts how long one inference takes on one device with one runtime. Deterministic and safe for concurrent use. */
public interface LatencyModel {
    LatencyEstimate estimate(Network network);
}
