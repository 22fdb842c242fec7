package finch.search.run;

import finch.accuracy.AccuracyDifference;
import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.EstimateFailedException;
import finch.accuracy.EstimateInterruptedException;
import finch.accuracy.EstimateUnwritableException;
import finch.latency.LatencyEstimate;
import finch.latency.LatencyModel;
import finch.search.config.Bound;
import finch.search.config.LadderAccuracy;
import finch.search.config.NetworkReference;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.evolve.Estimate;
import finch.search.evolve.Evaluation;
import finch.search.evolve.Violation;
import finch.space.Architecture;
import finch.space.network.Network;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Evaluates architectures: exact costs first, then latency, then accuracy, and no further than the first missed bound,
 * unless the algorithm comes from outside the bounds and needs to know it all. An
 * architecture that the accuracy estimator cannot speak for is infeasible (violation {@code domain}) and not failed:
 * nothing went wrong, it lies outside what can be searched. Safe for concurrent use.
 */
final class ArchitectureEvaluator {
    /** A silent estimator counts as a miss by all of a limit: worse than a network slightly over a bound. */
    private static final double OUTSIDE_DOMAIN = 1;
    private static final List<Objective> EXACT_FIRST =
            List.of(Objective.MACS, Objective.PARAMS, Objective.WEIGHT_BYTES, Objective.PEAK_MEMORY);

    private final SearchConfig config;
    private final IntFunction<AccuracyEstimator> accuracy;
    private final int rungs;
    private final Differences differences;
    private final LatencyModel latency;
    private final List<ResolvedBound> bounds;
    private final boolean complete;

    /** How sure an estimator is of the difference of two networks. */
    @FunctionalInterface
    interface Differences {
        /** First minus second; empty where it speaks for one of them not. */
        Optional<AccuracyDifference> between(Architecture first, Architecture second);
    }

    /**
     * @param accuracy of a rung of the ladder, from 1, and by 0 of what decides: the last rung, or what there is without a ladder;
     *                 asked only where the config uses accuracy, and not before it is needed
     * @param differences asked only for bounds on a difference of accuracies
     * @param latency  may be null where the config uses no latency
     * @param constraints the config's, or some of them: relative ones are estimated here
     * @throws IllegalArgumentException if a relative bound's network has no estimate, or two bounds contradict each other
     */
    ArchitectureEvaluator(SearchConfig config, IntFunction<AccuracyEstimator> accuracy, Differences differences, LatencyModel latency,
                          List<Bound> constraints) {
        this.config = config;
        this.accuracy = accuracy;
        this.rungs = config.accuracy() instanceof LadderAccuracy ladder ? ladder.rungs().size() : 0;
        this.differences = differences;
        this.latency = latency;
        this.complete = config.comesFromOutside();
        this.bounds = constraints.stream().map(this::resolve).toList();
        requireNoContradiction();
    }

    List<ResolvedBound> bounds() {
        return bounds;
    }

    /** By what decides. @throws EstimateInterruptedException if the estimate was broken off: that is no outcome */
    Evaluation evaluate(Architecture architecture) {
        return evaluate(architecture, 0);
    }

    /**
     * Bounds on an accuracy hold for the last rung of a ladder alone.
     *
     * @param rung of the ladder, from 1; 0 without one
     * @throws EstimateInterruptedException if the estimate was broken off: that is no outcome
     */
    Evaluation evaluate(Architecture architecture, int rung) {
        try {
            return evaluated(architecture, rung);
        } catch (EvaluationsStuckException e) {
            throw e;
        } catch (EstimateUnwritableException e) {
            throw EvaluationsStuckException.unwritable(e);
        } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
            requireNotInterrupted(e);
            return new Evaluation.Failed(describe(e));
        }
    }

    /** What {@link #evaluate} will find as far as costs and latency tell it. */
    Evaluation preview(Architecture architecture) {
        Map<Objective, Estimate> values = costs(architecture);
        return evaluation(values, violations(values));
    }

    private static Evaluation evaluation(Map<Objective, Estimate> values, List<Violation> violations) {
        return violations.isEmpty() ? new Evaluation.Measured(values) : new Evaluation.Infeasible(values, violations);
    }

    /** Costs and, unless a bound on them is missed, latency. */
    private Map<Objective, Estimate> costs(Architecture architecture) {
        Network network = Network.of(architecture);
        Map<Objective, Estimate> values = new EnumMap<>(Objective.class);
        for (Objective quantity : EXACT_FIRST) {
            if (config.uses(quantity)) {
                values.put(quantity, exact(quantity, network));
            }
        }
        if (config.uses(Objective.LATENCY) && (complete || violations(values).isEmpty())) {
            values.put(Objective.LATENCY, latency(network));
        }
        return values;
    }

    private Evaluation evaluated(Architecture architecture, int rung) {
        Map<Objective, Estimate> values = costs(architecture);
        List<Violation> violations = violations(values);
        if (!violations.isEmpty() && !complete) {
            return new Evaluation.Infeasible(values, violations);
        }
        if (config.asksAccuracies()) {
            int own = rung == 0 ? rungs : rung;
            boolean decides = own == rungs;
            switch (accuracy.apply(rung).estimate(architecture)) {
                case AccuracyEstimate.Known known -> {
                    values.put(Objective.TOP1, top1(known).onRung(own));
                    if (decides) {
                        violations = violations(values);
                        violations = violations.isEmpty() ? unsure(architecture) : violations;
                    }
                }
                case AccuracyEstimate.Scored scored -> values.put(Objective.SCORE, score(scored).onRung(own));
                case AccuracyEstimate.Silent silent -> {
                    violations = new ArrayList<>(violations);
                    violations.add(new Violation("domain", OUTSIDE_DOMAIN, silent.reason()));
                }
            }
            if (decides && values.containsKey(Objective.TOP1) != (config.accuracy().tells() == Objective.TOP1) && violations.isEmpty()) {
                throw new IllegalStateException("the accuracy estimator does not tell " + config.accuracy().tells().formatName());
            }
        }
        return evaluation(values, violations);
    }

    /** Bounds that the network keeps by its estimate, but not surely. */
    private List<Violation> unsure(Architecture architecture) {
        List<Violation> violations = new ArrayList<>();
        for (ResolvedBound bound : bounds) {
            if (bound.bound().isOnDifference() && bound.bound().limit() instanceof Bound.Limit.Relative relative) {
                differences.between(architecture, relative.network().architecture())
                        .ifPresentOrElse(difference -> bound.violation(difference).ifPresent(violations::add), () -> {
                            throw new IllegalStateException("no difference to " + relative.network().spec() + " is known");
                        });
            }
        }
        return violations;
    }

    private List<Violation> violations(Map<Objective, Estimate> values) {
        List<Violation> violations = new ArrayList<>();
        for (ResolvedBound bound : bounds) {
            Estimate estimate = values.get(bound.bound().quantity());
            if (estimate != null) {
                bound.violation(estimate).ifPresent(violations::add);
            }
        }
        return violations;
    }

    /**
     * Every quantity that the search uses, bounds aside; without those that have no estimate.
     *
     * @param problems told of each estimator that failed: its quantity is left out
     */
    Map<Objective, Estimate> estimates(Architecture architecture, Consumer<String> problems) {
        Map<Objective, Estimate> values = new EnumMap<>(Objective.class);
        for (Objective quantity : Objective.values()) {
            if (config.uses(quantity)) {
                try {
                    estimate(quantity, architecture).ifPresent(estimate -> values.put(quantity, estimate));
                } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
                    requireNotInterrupted(e);
                    problems.accept("no " + quantity.formatName() + ": " + describe(e));
                }
            }
        }
        return values;
    }

    /** One quantity; empty where no estimator speaks for the architecture. */
    Optional<Estimate> estimate(Objective quantity, Architecture architecture) {
        if (quantity.ofAccuracy()) {
            return switch (accuracy.apply(0).estimate(architecture)) {
                case AccuracyEstimate.Known known -> quantity == Objective.TOP1 ? Optional.of(top1(known).onRung(rungs)) : Optional.empty();
                case AccuracyEstimate.Scored scored -> quantity == Objective.SCORE ? Optional.of(score(scored).onRung(rungs)) : Optional.empty();
                case AccuracyEstimate.Silent silent -> Optional.empty();
            };
        }
        Network network = Network.of(architecture);
        return Optional.of(quantity == Objective.LATENCY ? latency(network) : exact(quantity, network));
    }

    private void requireNoContradiction() {
        for (ResolvedBound least : bounds) {
            for (ResolvedBound most : bounds) {
                if (least.bound().quantity() == most.bound().quantity() && least.bound().side() == Bound.Side.AT_LEAST && most.bound().side() == Bound.Side.AT_MOST
                        && least.limit() > most.limit()) {
                    throw new IllegalArgumentException("constraints." + least.bound().quantity().formatName() + ": no network keeps both " + most.limitText() + " and "
                            + least.limitText() + ". Let at-least be no more than at-most, or leave one out.");
                }
            }
        }
    }

    private ResolvedBound resolve(Bound bound) {
        return new ResolvedBound(bound, limit(bound.quantity(), bound.limit()));
    }

    /** In base units. */
    double limit(Objective quantity, Bound.Limit limit) {
        return switch (limit) {
            case Bound.Limit.Absolute absolute -> absolute.value();
            case Bound.Limit.Relative relative -> {
                double value = of(relative.network(), quantity).value();
                // counts, and in decimals: 0.57 times 100 in binary is less than 57
                yield quantity.exact() ? BigDecimal.valueOf(relative.factor()).multiply(BigDecimal.valueOf(value)).doubleValue() : relative.factor() * value;
            }
        };
    }

    private Estimate of(NetworkReference network, Objective quantity) {
        String reason = "";
        try {
            Optional<Estimate> estimate = estimate(quantity, network.architecture());
            if (estimate.isPresent()) {
                return estimate.get();
            }
        } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
            requireNotInterrupted(e);
            reason = " (" + describe(e) + ")";
        }
        throw new IllegalArgumentException(quantity.formatName() + ": there is no estimate for " + network.spec() + reason
                + ". Give an absolute limit, or another network.");
    }

    /** The predicted latency, or multiply-adds where the config uses no latency. */
    double cost(Architecture architecture) {
        Network network = Network.of(architecture);
        return latency == null ? network.macs() : latency(network).value();
    }

    private Estimate latency(Network network) {
        LatencyEstimate estimate = latency.estimate(network);
        return checked("the latency model", estimate.micros(), estimate.low(), estimate.high());
    }

    private static Estimate score(AccuracyEstimate.Scored scored) {
        return checked("the accuracy estimator", scored.score(), scored.low(), scored.high());
    }

    private static Estimate top1(AccuracyEstimate.Known known) {
        return checked("the accuracy estimator", known.top1(), known.low(), known.high());
    }

    private static Estimate checked(String who, double value, double low, double high) {
        if (!Double.isFinite(value) || !Double.isFinite(low) || !Double.isFinite(high)) {
            throw new IllegalStateException(who + " answered " + value + " [" + low + ", " + high + "]");
        }
        return new Estimate(value, low, high);
    }

    private static Estimate exact(Objective quantity, Network network) {
        return Estimate.exact(switch (quantity) {
            case MACS -> network.macs();
            case PARAMS -> network.params();
            case WEIGHT_BYTES -> network.weightBytes();
            case PEAK_MEMORY -> network.peakActivationBytes();
            case TOP1, SCORE, LATENCY -> throw new IllegalArgumentException(quantity + " is estimated");
        });
    }

    /** What an estimator throws in an interrupted thread is of the interruption and says nothing about the network. */
    static void requireNotInterrupted(Throwable thrown) {
        if (thrown instanceof EstimateInterruptedException interrupted) {
            throw interrupted;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new EstimateInterruptedException(thrown);
        }
    }

    /** One line that says what happened, the same in every run. */
    static String describe(Throwable e) {
        if (e instanceof TimeLimitedEstimator.OverdueException || e instanceof EstimateFailedException) {
            return e.getMessage();
        }
        String message = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
        return e.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    }
}
