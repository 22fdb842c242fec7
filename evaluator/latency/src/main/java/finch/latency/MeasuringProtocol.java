package finch.latency;

import finch.engine.Runtime;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Times whole networks so that the figures can be compared: each is warmed up until its times are steady, then all are
 * timed in turn, round by round, so that a drifting clock hits all alike; runs beside which the clock probe ran slow, or
 * whose processor time lags behind the wall clock, are repeated. Times alone on the calling thread; nothing else of
 * this process should be at work.
 */
public final class MeasuringProtocol {
    /** Share of the planned runs that must be undisturbed where many networks are timed and one says little. */
    private static final double ENOUGH = 0.5;

    private final ProtocolSettings settings;
    private final Timer timer;

    public MeasuringProtocol(ProtocolSettings settings) {
        this(settings, Timer.system());
    }

    MeasuringProtocol(ProtocolSettings settings, Timer timer) {
        this.settings = Objects.requireNonNull(settings);
        this.timer = Objects.requireNonNull(timer);
    }

    /** What to time. @param threads threads that one inference may use */
    public record Subject(Runtime runtime, Network network, int threads) {}

    /** Hears of progress; called between batches, never while the clock runs. */
    public interface Listener {
        /** @param done networks that are warm @param steady whether the last one became steady within its time */
        default void warmedUp(Network network, boolean steady, int done, int of) {}

        /** @param round from 1 */
        default void roundDone(int round, int of) {}

        static Listener silent() {
            return new Listener() {};
        }
    }

    /** Times networks on one runtime, batch 1. See {@link #measure(List, Listener)}. */
    public List<Measurement> measure(Runtime runtime, List<Network> networks, int threads, Listener listener) {
        return measure(networks.stream().map(network -> new Subject(runtime, network, threads)).toList(), listener);
    }

    /**
     * Times all subjects in turn. All are held in memory together. When the thread is interrupted, what was timed so
     * far is returned: the list is then shorter, or its figures rest on fewer runs; the interrupt flag stays set.
     *
     * @throws IllegalArgumentException if a runtime cannot run a network
     */
    public List<Measurement> measure(List<Subject> subjects, Listener listener) {
        return measure(subjects, new ClockProbe(timer), listener);
    }

    private List<Measurement> measure(List<Subject> subjects, ClockProbe probe, Listener listener) {
        List<TimedNetwork> timed = new ArrayList<>();
        try {
            for (Subject subject : subjects) {
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
                TimedNetwork network = new TimedNetwork(subject, timer);
                timed.add(network);
                network.warmUp(settings);
                listener.warmedUp(subject.network(), network.steady(), timed.size(), subjects.size());
            }
            rounds(timed, probe, listener);
            complete(timed, probe);
            return measurements(timed, 1);
        } finally {
            timed.forEach(TimedNetwork::close);
        }
    }

    /** Times warm networks in turn. @return a measurement of each that was timed at all: an interrupt may cut the end off */
    List<Measurement> rounds(List<TimedNetwork> timed, ClockProbe probe, Listener listener) {
        for (int round = 1; round <= settings.rounds() && !Thread.currentThread().isInterrupted(); round++) {
            for (TimedNetwork network : timed) {
                oneVisit(network, round, probe);
            }
            listener.roundDone(round, settings.rounds());
        }
        return measurements(timed, ENOUGH);
    }

    private static List<Measurement> measurements(List<TimedNetwork> timed, double share) {
        return timed.stream().filter(network -> network.runs() > 0).map(network -> network.measurement(share)).toList();
    }

    /** Makes up for rejected runs, in at most as many rounds again. */
    private void complete(List<TimedNetwork> timed, ClockProbe probe) {
        for (int round = 1; round <= settings.rounds() && timed.stream().anyMatch(n -> n.cleanRuns() < n.plannedRuns()); round++) {
            for (TimedNetwork network : timed) {
                oneVisit(network, settings.rounds(), probe);
            }
        }
    }

    /** Times a batch; a disturbed one is repeated once per visit, so that a busy machine cannot hold us forever. */
    private void oneVisit(TimedNetwork network, int round, ClockProbe probe) {
        int target = network.plannedRuns() * round / settings.rounds();
        for (int attempt = 0; attempt < 2 && network.cleanRuns() < target; attempt++) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            int batch = (network.plannedRuns() + settings.rounds() - 1) / settings.rounds();
            network.batch(Math.min(batch, Math.max(1, target - network.cleanRuns())), probe);
        }
    }
}
