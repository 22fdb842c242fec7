package finch.latency;

import java.time.Duration;

/**
 * How long and how often the measuring protocol times.
 *
 * @param runs           timed runs wanted per network
 * @param rounds         passes over all networks that the runs are spread over
 * @param timePerNetwork longest time for the timed runs of one network; fewer runs are taken when they do not fit
 * @param warmUpWindow   least time of one window of the steady-state test
 * @param warmUpCap      longest warm-up of one network; it counts as not steady after it
 */
public record ProtocolSettings(int runs, int rounds, Duration timePerNetwork, Duration warmUpWindow, Duration warmUpCap) {
    public ProtocolSettings {
        if (runs < 1 || rounds < 1) {
            throw new IllegalArgumentException("runs and rounds must be at least 1, not " + runs + " and " + rounds);
        }
        if (timePerNetwork.isNegative() || timePerNetwork.isZero() || warmUpCap.isNegative() || warmUpWindow.isNegative()) {
            throw new IllegalArgumentException("times must be positive");
        }
    }

    /** For a person who asks how fast a few networks are. */
    public static ProtocolSettings standard() {
        return new ProtocolSettings(100, 10, Duration.ofSeconds(30), Duration.ofMillis(80), Duration.ofSeconds(5));
    }

    /** For a calibration, where many networks share kernels that are compiled already. */
    static ProtocolSettings calibration() {
        return new ProtocolSettings(40, 3, Duration.ofMillis(150), Duration.ofMillis(6), Duration.ofMillis(150));
    }

    public ProtocolSettings withRuns(int newRuns) {
        return new ProtocolSettings(newRuns, Math.min(rounds, newRuns), timePerNetwork, warmUpWindow, warmUpCap);
    }

    ProtocolSettings withTimePerNetwork(Duration newTime) {
        return new ProtocolSettings(runs, rounds, newTime, warmUpWindow, warmUpCap);
    }

    ProtocolSettings withWarmUp(Duration newWindow, Duration newCap) {
        return new ProtocolSettings(runs, rounds, timePerNetwork, newWindow, newCap);
    }
}
