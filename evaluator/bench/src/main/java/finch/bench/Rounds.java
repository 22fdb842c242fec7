package finch.bench;

import finch.bench.Statistics.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Rounds of some processes that were timed in turn, so that a drifting clock hits all alike.
 *
 * @param byPeer for each process its rounds; all have as many
 */
record Rounds(List<List<Peer.Round>> byPeer) {
    /** Probes of one round that differ by more tell that the clock, or a neighbour, favoured one of the processes. */
    private static final double UNEQUAL = 0.06;

    /** Times the processes {@code rounds} times in turn; each goes first in its turn. */
    static Rounds time(List<Peer> peers, int rounds, int runs) throws IOException {
        List<List<Peer.Round>> byPeer = new ArrayList<>();
        peers.forEach(peer -> byPeer.add(new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < peers.size(); i++) {
                int next = (round + i) % peers.size();
                byPeer.get(next).add(peers.get(next).time(runs));
            }
        }
        return new Rounds(byPeer);
    }

    /** These rounds and then others of the same kinds of processes. */
    Rounds and(Rounds others) {
        List<List<Peer.Round>> all = new ArrayList<>();
        for (int peer = 0; peer < byPeer.size(); peer++) {
            all.add(Stream.concat(byPeer.get(peer).stream(), others.byPeer.get(peer).stream()).toList());
        }
        return new Rounds(all);
    }

    int count() {
        return byPeer.getFirst().size();
    }

    /** The rounds' medians in milliseconds. */
    double[] medians(int peer) {
        return values(peer, Peer.Round::median);
    }

    /** All probes of a process. */
    double[] probes(int peer) {
        return values(peer, Peer.Round::probe);
    }

    private double[] values(int peer, ToDoubleFunction<Peer.Round> value) {
        return byPeer.get(peer).stream().mapToDouble(value).toArray();
    }

    /** Whether the probes of two processes agree in a round, and nobody took the processor away from either. */
    boolean fair(int round, int one, int other) {
        Peer.Round a = byPeer.get(one).get(round);
        Peer.Round b = byPeer.get(other).get(round);
        return Math.abs(a.probe() - b.probe()) <= UNEQUAL * Math.max(a.probe(), b.probe())
                && Math.min(a.share(), b.share()) >= CpuTime.LEAST;
    }

    /** How many rounds were fair. */
    int fairRounds(int one, int other) {
        int fair = 0;
        for (int round = 0; round < count(); round++) {
            fair += fair(round, one, other) ? 1 : 0;
        }
        return fair;
    }

    /** One process' times over another's, round by round: of the fair rounds, or of all where these are not half. */
    double[] ratios(int one, int other) {
        boolean all = 2 * fairRounds(one, other) < count();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < count(); round++) {
            if (all || fair(round, one, other)) {
                ratios.add(byPeer.get(one).get(round).median() / byPeer.get(other).get(round).median());
            }
        }
        return ratios.stream().mapToDouble(Double::doubleValue).toArray();
    }

    Spread ratio(int one, int other) {
        return Spread.ofRange(ratios(one, other));
    }
}
