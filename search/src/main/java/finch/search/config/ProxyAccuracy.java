package finch.search.config;

import finch.accuracy.proxy.Signal;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A zero-cost proxy in place of accuracies: it tells a score, see {@link Objective#SCORE}.
 *
 * @param allowWeak whether it was said that the proxy may rank networks poorly
 */
public record ProxyAccuracy(Signal proxy, SignalSettings settings, boolean allowWeak, Optional<Duration> timeLimit) implements Accuracy {
    public ProxyAccuracy {
        Objects.requireNonNull(proxy);
        Objects.requireNonNull(settings);
        Objects.requireNonNull(timeLimit);
    }

    @Override
    public Objective tells() {
        return Objective.SCORE;
    }

    @Override
    public boolean isDear() {
        return true;
    }
}
