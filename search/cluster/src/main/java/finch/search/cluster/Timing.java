package finch.search.cluster;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param ping     between two questions whether the other side is still there
 * @param silence  without an answer after which it is taken for gone
 * @param slow     how many times the median an evaluation takes until an idle worker does it too
 * @param slowest  but never before this
 * @param retry    between two attempts of a worker to find its search
 */
record Timing(Duration ping, Duration silence, double slow, Duration slowest, Duration retry) {
    static final Timing DEFAULT = new Timing(Duration.ofSeconds(10), Duration.ofSeconds(10), 3, Duration.ofSeconds(10), Duration.ofSeconds(1));
}
