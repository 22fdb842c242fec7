package finch.latency;

import finch.engine.Runtime;
import finch.space.Architecture;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes the latency model of this machine for one runtime: times networks drawn from a space until the budget is spent,
 * fits non-negative prices of their work, and checks the model on networks that the fit has not seen.
 */
public final class Calibration {
    /** Of {@code finch calibrate}. */
    public static final Duration DEFAULT_BUDGET = Duration.ofMinutes(3);
    /** Of the first search on a machine. */
    public static final Duration FIRST_SEARCH_BUDGET = Duration.ofSeconds(45);

    private final Timer timer;

    public Calibration() {
        this(Timer.system());
    }

    Calibration(Timer timer) {
        this.timer = timer;
    }

    /**
     * What to calibrate.
     *
     * @param threads    threads of one inference
     * @param budget     wall clock for everything, at least a second
     * @param candidates random architectures of a space; asked for as many as the budget allows
     * @param references well-known architectures to be predicted; never fitted to
     * @param fittedReferences well-known architectures that are fitted to, such as those that a search compares with
     * @param seed       of the resolutions drawn
     */
    public record Request(Runtime runtime, int threads, Duration budget, Iterator<Architecture> candidates,
                          List<Architecture> references, List<Architecture> fittedReferences, long seed) {
        /** All references are held out. */
        public Request(Runtime runtime, int threads, Duration budget, Iterator<Architecture> candidates,
                       List<Architecture> references, long seed) {
            this(runtime, threads, budget, candidates, references, List.of(), seed);
        }

        public Request {
            Objects.requireNonNull(runtime);
            Objects.requireNonNull(candidates);
            references = List.copyOf(references);
            fittedReferences = List.copyOf(fittedReferences);
            if (threads < 1) {
                throw new IllegalArgumentException("threads must be at least 1, not " + threads);
            }
            if (budget.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("budget must be at least PT1S, not " + budget + ". Maybe use PT45S.");
            }
        }
    }

    /** Hears of progress, never while the clock runs. */
    public interface Listener {
        /** @param networks timed so far @param elapsed of the budget */
        default void timed(Measurement measurement, boolean heldOut, int networks, Duration elapsed, Duration budget) {}

        static Listener silent() {
            return new Listener() {};
        }
    }

    /**
     * One held-out network.
     *
     * @param measuredMicros  median, corrected by the clock probe
     * @param predictedMicros by the profile's model
     */
    public record HeldOut(String name, double measuredMicros, double predictedMicros, double lowMicros, double highMicros) {}

    /** One line of the table of errors. @param model e.g. {@code latency model} or {@code multiply-adds only} */
    public record Row(String model, ErrorSummary errors) {}

    /**
     * What came out.
     *
     * @param heldOut     every network that the fit has not seen; what was measured is the mean where one was timed twice
     * @param alike       errors of those that were timed twice and alike, within 3 %
     * @param fittedReferences  names of the references that were fitted
     * @param heldOutReferences names of the references that were timed and held out
     * @param knownBlocks share of the held-out networks' blocks that the baseline with a table of blocks has timed as they are, 0 to 1; empty where the runtime
     *                    does not tell the time of parts, so that there is no such baseline
     * @param notes       what a reader should know of this calibration, a sentence each; often empty
     * @param interrupted whether it was cut short; the profile then rests on what was timed until then
     */
    public record Result(DeviceProfile profile, List<HeldOut> heldOut, ErrorSummary alike, List<String> fittedReferences,
                         List<String> heldOutReferences, OptionalDouble knownBlocks, List<String> notes, boolean interrupted) {
        public Result {
            heldOut = List.copyOf(heldOut);
            fittedReferences = List.copyOf(fittedReferences);
            heldOutReferences = List.copyOf(heldOutReferences);
            notes = List.copyOf(notes);
        }

        /** The model, the trivial baselines and the noise floor on the same held-out networks, in the order to print. */
        public List<Row> table() {
            List<Row> rows = new ArrayList<>();
            rows.add(new Row("latency model", profile.heldOut()));
            rows.add(new Row("- of those timed alike twice", alike));
            profile.baselines().forEach((name, errors) -> rows.add(new Row(name, errors)));
            rows.add(new Row("noise floor", profile.noiseFloor()));
            return rows;
        }
    }

    /**
     * Calibrates. Interrupting the thread ends the timing; the fit is made with what there is and the flag stays set.
     *
     * @throws IllegalArgumentException if the budget, the candidates or the time until an interrupt sufficed for too
     *                                  few networks
     */
    public Result run(Request request, Listener listener) {
        CalibrationRun run = new CalibrationRun(request, timer, listener);
        run.timeNetworks();
        // the numerics library would answer an interrupt by throwing, but a fit takes a moment only
        boolean interrupted = Thread.interrupted();
        try {
            return result(request, run, interrupted);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Result result(Request request, CalibrationRun run, boolean interrupted) {
        if (!run.enough()) {
            Duration twice = request.budget().multipliedBy(2);
            throw new IllegalArgumentException("only " + run.fitted().size() + " networks to fit and " + run.heldOut().size()
                    + " to check were timed within " + request.budget() + "; at least " + CalibrationRun.LEAST_FITTED + " and " + CalibrationRun.LEAST_HELD_OUT
                    + " are needed. Give a larger budget, e.g. " + (twice.compareTo(FIRST_SEARCH_BUDGET) > 0 ? twice : FIRST_SEARCH_BUDGET)
                    + ", on a machine that does nothing else meanwhile.");
        }
        Fit.Fitted fit = Fit.of(run.fitted());
        double[] prices = fit.prices();
        double[] ratios = fit.ratios();
        double[] bounds = Fit.interval(ratios);
        List<HeldOut> heldOut = new ArrayList<>();
        int inside = 0;
        for (Sample sample : run.heldOut()) {
            double predicted = Fit.predict(prices, sample.features());
            HeldOut one = new HeldOut(sample.name(), sample.micros(), predicted, predicted * bounds[0], predicted * bounds[1]);
            inside += one.lowMicros() <= one.measuredMicros() && one.measuredMicros() <= one.highMicros() ? 1 : 0;
            heldOut.add(one);
        }
        Map<String, Double> coefficients = new LinkedHashMap<>();
        for (int i = 0; i < prices.length; i++) {
            coefficients.put(run.features().quantities().get(i), prices[i]);
        }
        Device device = Device.here(request.runtime(), request.threads());
        Optional<CalibrationRun.BlockTableCheck> blockTable = run.blockTable();
        DeviceProfile profile = new DeviceProfile(DeviceProfile.FORMAT, device.fingerprint(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), request.budget().toString(), device, run.features().version(),
                new DeviceProfile.Samples(run.fitted().size(), run.heldOut().size(), run.disturbed(), run.runs(), run.seconds()),
                coefficients, new DeviceProfile.Interval(bounds[0], bounds[1], ratios.length, inside / (double) heldOut.size()),
                errors(heldOut), baselines(run, blockTable), run.noiseFloor(),
                heldOut.stream().map(one -> new DeviceProfile.HeldOut(one.name(), one.measuredMicros(), one.predictedMicros())).toList());
        Set<String> alike = run.alike();
        return new Result(profile, heldOut, errors(heldOut.stream().filter(one -> alike.contains(one.name())).toList()), run.references(false), run.references(true),
                blockTable.map(check -> OptionalDouble.of(check.known())).orElse(OptionalDouble.empty()), run.notes(), interrupted);
    }

    private static ErrorSummary errors(List<HeldOut> heldOut) {
        return ErrorSummary.of(heldOut.stream().map(HeldOut::name).toArray(String[]::new),
                heldOut.stream().mapToDouble(HeldOut::predictedMicros).toArray(),
                heldOut.stream().mapToDouble(HeldOut::measuredMicros).toArray());
    }

    private static Map<String, ErrorSummary> baselines(CalibrationRun run, Optional<CalibrationRun.BlockTableCheck> blockTable) {
        Map<String, ErrorSummary> baselines = new LinkedHashMap<>();
        baselines.put("multiply-adds only", baseline(run, s -> new double[] {s.macs()}));
        blockTable.ifPresent(check -> baselines.put("sum over a table of blocks", check.errors()));
        baselines.put("sum over kinds of layers", baseline(run, Sample::macsOfKinds));
        baselines.put("parameters only", baseline(run, s -> new double[] {s.params()}));
        return baselines;
    }

    /** Prices of some quantities alone, fitted to and checked on the same networks as the model. */
    private static ErrorSummary baseline(CalibrationRun run, Function<Sample, double[]> quantities) {
        double[] prices = Fit.prices(run.fitted().stream().map(s -> Fit.onlyOf(s, quantities.apply(s))).toList());
        return ErrorSummary.of(run.heldOut(), s -> Fit.predict(prices, Fit.onlyOf(s, quantities.apply(s)).features()));
    }
}
