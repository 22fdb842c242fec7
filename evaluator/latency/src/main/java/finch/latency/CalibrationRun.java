package finch.latency;

import finch.engine.LoadedNetwork;
import finch.space.network.Network;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The timing of one calibration: spends the budget, sorts the samples, times some networks again. */
final class CalibrationRun {
    /** Networks that are timed in turn. */
    private static final int GROUP = 5;
    /** Shares of the budget. */
    private static final double WARM_UP = 0.2;
    private static final double AGAIN = 0.22;
    /** Two timings of a network that differ by more say little about a model. */
    private static final double ALIKE = 0.03;
    /** For the fit, with nothing timed beside it. */
    private static final double FIT = 0.045;
    private static final Duration OVERDRAFT = Duration.ofSeconds(60);
    /** All kernels of the engine take about ten seconds of the compiler's time, whatever the budget. */
    private static final Duration LEAST_WARM_UP = Duration.ofSeconds(10);
    private static final Duration NOTHING_NEW = Duration.ofMillis(50);
    private static final int WARM_IN_A_ROW = 5;
    /** Runs of which the parts are timed. */
    private static final int PART_RUNS = 5;
    static final int LEAST_FITTED = 6;
    static final int LEAST_HELD_OUT = 2;

    private final Calibration.Request request;
    private final Calibration.Listener listener;
    private final Timer timer;
    private final ClockProbe probe;
    private final CalibrationSource source;
    private final Features features;
    private final long start;
    private final ProtocolSettings settings;
    /**
     * One network that is timed with every group. The clock probe does not see all that slows a network for a while, such
     * as neighbours that take memory bandwidth; another network does.
     */
    private TimedNetwork anchor;
    private final List<Timed> timed = new ArrayList<>();
    private final List<Timed> again = new ArrayList<>();
    /** Networks whose kernels were not compiled in time; they come again, once, with the next group. */
    private final Deque<CalibrationSource.Draw> cold = new ArrayDeque<>();
    private final Set<CalibrationSource.Draw> waited = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * @param anchorMicros time of the anchor beside it
     * @param parts        work of its parts
     * @param shares       of its time that they take
     * @param blockShares  that its blocks take; like those before empty where parts were not timed
     */
    private record Timed(CalibrationSource.Draw draw, Measurement measurement, double anchorMicros, double[][] parts, double[] shares,
                         Map<String, Double> blockShares) {
        /** The time as it would be with the anchor at its usual time. */
        double micros(double usualAnchor) {
            return measurement.correctedMicros() * usualAnchor / anchorMicros;
        }

        Sample sample(Features features, double usualAnchor) {
            Network network = draw.network();
            double micros = micros(usualAnchor);
            return new Sample(network.name(), features.of(network), network.macs(), network.params(), Sample.macsOfKinds(network), micros,
                    NetworkParts.samples(parts, shares, micros));
        }
    }

    CalibrationRun(Calibration.Request request, Timer timer, Calibration.Listener listener) {
        this.request = request;
        this.timer = timer;
        this.listener = listener;
        this.features = Features.current(request.runtime().kernelSet());
        this.start = timer.nanos();
        this.probe = new ClockProbe(timer);
        this.source = new CalibrationSource(request.candidates(), request.references(), request.fittedReferences(), request.seed());
        // many networks timed briefly say more than a few timed long: about 100 in 45 s, and 200 held out in five minutes
        long perNetwork = Math.clamp(request.budget().toMillis() / 300, 10, 200);
        this.settings = ProtocolSettings.calibration().withTimePerNetwork(Duration.ofMillis(perNetwork));
    }

    void timeNetworks() {
        if (!source.hasNext()) {
            return;
        }
        Network gauge = Stream.concat(request.fittedReferences().stream(), request.references().stream()).findFirst().map(Network::of)
                .orElseGet(() -> source.candidate().network());
        try (TimedNetwork loaded = new TimedNetwork(subject(gauge), timer)) {
            anchor = loaded;
            warmUp();
            timeOnce();
            timeAgain();
        }
    }

    private void timeOnce() {
        long end = start + (long) (request.budget().toNanos() * (1 - AGAIN));
        // a very small budget, or a very busy machine: overdrawn rather than left without an answer
        long last = start + Math.max(2 * request.budget().toNanos(), OVERDRAFT.toNanos());
        while ((source.hasNext() || !cold.isEmpty()) && !Thread.currentThread().isInterrupted()) {
            long until = enough() ? end : last;
            if (timer.nanos() >= until) {
                return;
            }
            List<CalibrationSource.Draw> group = new ArrayList<>();
            while ((source.hasNext() || !cold.isEmpty()) && group.size() < GROUP && (group.isEmpty() || timer.nanos() + roughly(group.size()) < until)) {
                group.add(cold.isEmpty() ? source.next() : cold.removeFirst());
            }
            timed.addAll(time(group));
        }
    }

    /** Nanoseconds that a group of so many networks takes, with the anchor. */
    private long roughly(int networks) {
        return 2 * settings.timePerNetwork().toNanos() * (networks + 1);
    }

    /**
     * Lets the runtime compile what networks of these kinds call, until some in a row have nothing new to compile: a sample
     * taken while the compiler works beside it, or waits for its turn, would be of other code than the one that stays.
     */
    private void warmUp() {
        long share = (long) (request.budget().toNanos() * WARM_UP);
        long end = start + Math.max(share, LEAST_WARM_UP.toNanos());
        int warm = 0;
        while (source.hasWarmUp() && warm < WARM_IN_A_ROW && timer.nanos() < end && !Thread.currentThread().isInterrupted()) {
            Network network = source.warmUp();
            try (LoadedNetwork loaded = request.runtime().load(network, TimingWeights.of(network), 1, request.threads())) {
                long before = timer.nanos();
                loaded.warmUp(Duration.ofNanos(end - before));
                warm = timer.nanos() - before < NOTHING_NEW.toNanos() ? warm + 1 : 0;
            }
        }
        anchor.warmUp(settings.withWarmUp(Duration.ofMillis(50), Duration.ofNanos(share / 3)));
    }

    private MeasuringProtocol.Subject subject(Network network) {
        return new MeasuringProtocol.Subject(request.runtime(), network, request.threads());
    }

    /** Times a group of networks in turn with the anchor, but those that are cold for the first time. */
    private List<Timed> time(List<CalibrationSource.Draw> group) {
        List<TimedNetwork> networks = new ArrayList<>();
        List<Timed> results = new ArrayList<>();
        List<CalibrationSource.Draw> warm = new ArrayList<>();
        try {
            for (CalibrationSource.Draw draw : group) {
                TimedNetwork network = new TimedNetwork(subject(draw.network()), timer);
                networks.add(network);
                network.warmUp(settings, !anchor.cold());
                if (network.cold() && waited.add(draw)) {
                    networks.removeLast().close();
                    cold.add(draw);
                } else {
                    warm.add(draw);
                }
            }
            List<TimedNetwork> turn = new ArrayList<>(networks);
            turn.addFirst(anchor);
            List<Measurement> measured = new MeasuringProtocol(settings, timer).rounds(turn, probe, MeasuringProtocol.Listener.silent());
            for (int i = 1; i < measured.size(); i++) {
                CalibrationSource.Draw draw = warm.get(i - 1);
                NetworkParts parts = draw.heldOut() ? NetworkParts.none(draw.network()) : networks.get(i - 1).parts(PART_RUNS);
                results.add(new Timed(draw, measured.get(i), measured.getFirst().correctedMicros(), parts.features(features), parts.shares(),
                        parts.blockShares()));
                listener.timed(measured.get(i), draw.heldOut(), timed.size() + again.size() + results.size(),
                        Duration.ofNanos(timer.nanos() - start), request.budget());
            }
        } finally {
            networks.forEach(TimedNetwork::close);
            anchor.clear();
        }
        return results;
    }

    /** The anchor's usual time. */
    private double usualAnchor() {
        return Quantiles.median(Stream.concat(timed.stream(), again.stream()).mapToDouble(Timed::anchorMicros).toArray());
    }

    /** Times held-out networks a second time, the earliest first, and those that came out unlike a third time, as long as the budget lasts. */
    private void timeAgain() {
        List<CalibrationSource.Draw> first = timed.stream().filter(t -> t.draw().heldOut() && !t.measurement().disturbed())
                .map(Timed::draw).toList();
        timeAgain(first, true);
        Set<String> alike = alike();
        Set<String> unlike = pairs().keySet().stream().filter(name -> !alike.contains(name)).collect(Collectors.toSet());
        timeAgain(first.stream().filter(draw -> unlike.contains(draw.network().name())).toList(), false);
    }

    /** @param some at least a few of them, whatever the budget: without a second timing nothing is known of the noise */
    private void timeAgain(List<CalibrationSource.Draw> draws, boolean some) {
        for (int i = 0; i < draws.size() && !Thread.currentThread().isInterrupted(); i += GROUP) {
            List<CalibrationSource.Draw> group = draws.subList(i, Math.min(i + GROUP, draws.size()));
            if (!(some && i == 0) && timer.nanos() - start + roughly(group.size()) > (1 - FIT) * request.budget().toNanos()) {
                return;
            }
            again.addAll(time(group));
        }
    }

    /** What is priced. */
    Features features() {
        return features;
    }

    List<Sample> fitted() {
        return samples(false);
    }

    /** Of those that were timed twice the mean of both, of those timed three times the median. */
    List<Sample> heldOut() {
        Map<String, List<Double>> timings = timings();
        return samples(true).stream().map(s -> timings.containsKey(s.name()) ? s.withMicros(median(timings.get(s.name()))) : s).toList();
    }

    private static double median(List<Double> values) {
        return Quantiles.median(values.stream().mapToDouble(value -> value).toArray());
    }

    /**
     * How well a table of the fitted networks' blocks predicts the held-out ones.
     *
     * @param known share of their blocks that stand in it as they are, 0 to 1
     */
    record BlockTableCheck(ErrorSummary errors, double known) {}

    /** Empty where the runtime does not tell the time of parts. */
    Optional<BlockTableCheck> blockTable() {
        BlockTable table = new BlockTable();
        double usual = usualAnchor();
        Map<String, Network> heldOut = new HashMap<>();
        for (Timed one : kept()) {
            if (one.draw().heldOut()) {
                heldOut.put(one.draw().network().name(), one.draw().network());
            } else if (!one.blockShares().isEmpty()) {
                double micros = one.micros(usual);
                table.add(one.draw().network(), one.blockShares().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, share -> share.getValue() * micros)));
            }
        }
        return table.isEmpty() ? Optional.empty() : Optional.of(new BlockTableCheck(ErrorSummary.of(heldOut(), sample -> table.predict(heldOut.get(sample.name()))),
                heldOut.values().stream().mapToDouble(table::known).average().orElse(0)));
    }

    /** Names of the held-out networks whose first two timings agree. */
    Set<String> alike() {
        return pairs().entrySet().stream().filter(pair -> Math.abs(pair.getValue()[0] / pair.getValue()[1] - 1) <= ALIKE).map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** The first two timings of the networks that were timed more than once, by name. */
    private Map<String, double[]> pairs() {
        Map<String, double[]> pairs = new LinkedHashMap<>();
        timings().forEach((name, micros) -> pairs.put(name, new double[] {micros.get(0), micros.get(1)}));
        return pairs;
    }

    /** All undisturbed timings of the networks that have more than one, by name, in the order of the second ones. */
    private Map<String, List<Double>> timings() {
        double usual = again.isEmpty() ? 1 : usualAnchor();
        Map<String, Double> first = new HashMap<>();
        timed.stream().filter(t -> !t.measurement().disturbed()).forEach(t -> first.put(t.measurement().name(), t.micros(usual)));
        Map<String, List<Double>> timings = new LinkedHashMap<>();
        again.stream().filter(t -> !t.measurement().disturbed() && first.containsKey(t.measurement().name())).forEach(t ->
                timings.computeIfAbsent(t.measurement().name(), name -> new ArrayList<>(List.of(first.get(name)))).add(t.micros(usual)));
        return timings;
    }

    private List<Sample> samples(boolean heldOut) {
        List<Timed> kept = kept().stream().filter(t -> t.draw().heldOut() == heldOut).toList();
        double usual = kept.isEmpty() ? 1 : usualAnchor();
        return kept.stream().map(t -> t.sample(features, usual)).toList();
    }

    /** The undisturbed ones, or all when the machine was so busy that few are. */
    private List<Timed> kept() {
        List<Timed> undisturbed = timed.stream().filter(t -> !t.measurement().disturbed()).toList();
        return busy() ? timed : undisturbed;
    }

    /** Names of the references that were fitted or held out; not of those left out as disturbed. */
    List<String> references(boolean heldOut) {
        return samples(heldOut).stream().map(Sample::name).filter(source::isReference).toList();
    }

    private boolean busy() {
        return 2 * disturbed() > timed.size();
    }

    /** Whether a model can be fitted and checked at all. */
    boolean enough() {
        return fitted().size() >= LEAST_FITTED && heldOut().size() >= LEAST_HELD_OUT;
    }

    int disturbed() {
        return (int) timed.stream().filter(t -> t.measurement().disturbed()).count();
    }

    long runs() {
        return timed.stream().mapToLong(t -> t.measurement().runs()).sum();
    }

    double seconds() {
        return Math.round((timer.nanos() - start) / 1e8) / 10.0;
    }

    /** Networks timed twice, the first time as prediction of the second; only undisturbed timings tell the floor. */
    ErrorSummary noiseFloor() {
        Map<String, double[]> pairs = pairs();
        return ErrorSummary.of(pairs.keySet().toArray(String[]::new), pairs.values().stream().mapToDouble(pair -> pair[0]).toArray(),
                pairs.values().stream().mapToDouble(pair -> pair[1]).toArray());
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (busy()) {
            notes.add(String.format(Locale.ROOT, "The machine was busy: %d of %d networks could only be timed beside other work"
                    + " (load average %.1f on %d processors). Calibrate again when it is idle.", disturbed(), timed.size(),
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(), Runtime.getRuntime().availableProcessors()));
        } else if (disturbed() > 0) {
            notes.add(String.format(Locale.ROOT, "%d of %d networks were left out, because the machine was busy while they were timed.",
                    disturbed(), timed.size()));
        }
        List<Sample> fitted = fitted();
        if (fitted.stream().mapToInt(sample -> 1 + sample.parts().size()).sum() < features.width()) {
            notes.add(String.format(Locale.ROOT, "Only %d networks were fitted in %s, fewer than the model's %d features: intervals are wide."
                    + " A larger budget narrows them.", fitted.size(), request.budget(), features.width()));
        }
        long unlike = pairs().size() - alike().size();
        if (10 * unlike > pairs().size()) {
            notes.add(String.format(Locale.ROOT, "Of %d networks timed twice %d differed by more than 3 %%: this machine is not steady, and errors below that cannot be seen on it.",
                    pairs().size(), unlike));
        }
        if (noiseFloor().networks() == 0) {
            notes.add("No network could be timed twice undisturbed, so the noise floor is unknown.");
        }
        return notes;
    }
}
