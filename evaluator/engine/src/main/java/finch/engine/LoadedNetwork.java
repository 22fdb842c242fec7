package finch.engine;

import java.util.OptionalLong;

/** A network ready to run. One thread at a time may use it: load one per thread. */
public interface LoadedNetwork extends AutoCloseable {
    /**
     * Runs one batch.
     *
     * @param input  [batch][h][w][c]
     * @param output [batch][h·w·c of the network's output], overwritten
     * @throws IllegalArgumentException if a length is wrong, saying both
     */
    void run(float[] input, float[] output);

    /**
     * Prepares one batch for repeated, timed runs: what comes back runs it and fills {@code output} each time. A
     * runtime with another layout converts the input here, once, so that a timing holds nothing but inference. Valid
     * until the next {@code bind}, {@code run} or {@code close}; a later change of {@code input} may or may not be seen.
     *
     * @param input  as of {@link #run}
     * @param output as of {@link #run}
     */
    default Runnable bind(float[] input, float[] output) {
        return () -> run(input, output);
    }

    /** Bytes of the activations the runtime really holds, where it can tell. */
    OptionalLong arenaBytes();

    @Override
    void close();
}
