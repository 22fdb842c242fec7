package finch.engine;

import java.util.OptionalLong;

/** A network ready to run. Not safe for concurrent use: load one per thread. */
public interface LoadedNetwork extends AutoCloseable {
    /**
     * Runs one batch.
     *
     * @param input  [batch][h][w][c]
     * @param output [batch][h·w·c of the network's output], overwritten
     * @throws IllegalArgumentException if a length is wrong, saying both
     */
    void run(float[] input, float[] output);

    /** Bytes of the activations the runtime really holds, where it can tell. */
    OptionalLong arenaBytes();

    @Override
    void close();
}
