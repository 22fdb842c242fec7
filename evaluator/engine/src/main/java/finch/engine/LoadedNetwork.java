package finch.engine;

import java.time.Duration;
import java.util.List;
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

    /**
     * Runs parts of the network until the just-in-time compiler has turned the code they call into what stays, as far as the
     * runtime can tell. Without it the first hundreds of runs may be many times slower than later ones. A runtime that is
     * compiled ahead of time does nothing. An interrupt ends it early. What {@link #bind} gave stays valid.
     *
     * @param most time after which to stop
     * @return whether all is compiled
     */
    default boolean warmUp(Duration most) {
        return true;
    }

    /**
     * What one run does, part by part in order: the names of the layers that each part computes. A layer that is in none is
     * computed with the last of those it reads. Empty where the runtime does not tell.
     */
    default List<List<String>> parts() {
        return List.of();
    }

    /**
     * Runs one batch and tells how long each part took. What {@link #bind} gave stays valid.
     *
     * @param input as of {@link #run}
     * @param nanos one entry per {@link #parts() part}, overwritten
     * @throws UnsupportedOperationException if the runtime does not tell parts
     * @throws IllegalArgumentException      if a length is wrong, saying both
     */
    default void time(float[] input, long[] nanos) {
        throw new UnsupportedOperationException("this runtime does not tell parts");
    }

    /**
     * What some runs were made of.
     *
     * @param parts as of {@link LoadedNetwork#parts}, but of what really ran
     * @param nanos [runs][parts]
     */
    record PartTimes(List<List<String>> parts, long[][] nanos) {}

    /**
     * Runs some batches one after another and tells how long each part took: {@link #parts} and {@link #time} for runtimes that tell parts only after
     * the fact. Empty parts where the runtime does not tell at all. What {@link #bind} gave before is not valid any more.
     *
     * @param input as of {@link #run}
     * @throws IllegalArgumentException if its length is wrong, saying both
     */
    default PartTimes partTimes(float[] input, int runs) {
        List<List<String>> parts = parts();
        long[][] nanos = new long[parts.isEmpty() ? 0 : runs][parts.size()];
        for (long[] run : nanos) {
            time(input, run);
        }
        return new PartTimes(parts, nanos);
    }

    /** Bytes of the activations the runtime really holds, where it can tell. */
    OptionalLong arenaBytes();

    @Override
    void close();
}
