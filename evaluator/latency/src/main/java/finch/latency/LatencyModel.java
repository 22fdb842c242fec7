package finch.latency;

import finch.space.network.Network;

/** Predicts how long one inference takes on one device with one runtime. Deterministic and safe for concurrent use. */
public interface LatencyModel {
    /** @throws IllegalArgumentException if a tensor of the network is too large to be run, naming the network */
    LatencyEstimate estimate(Network network);
}
