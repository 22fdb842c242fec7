package finch.search.evolve;

import finch.search.config.Objective;
import finch.search.config.SearchConfig.Algorithm;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * NetAdapt (Yang et al. 2018, arXiv 1804.03230, algorithm 1) as MobileNetV3 uses it (Howard et al. 2019, arXiv 1905.02244,
 * section 4.2): each step proposes all the networks that one shrinking makes and that save at least a share of the first
 * network's cost, and goes on with the one of the largest ΔAcc/|ΔLatency|. It ends where the target and all bounds are met.
 *
 * <p>Nothing is trained between steps, and nothing is random. A step never goes further outside a bound: of what the
 * network before kept, the next keeps all, and what that one missed, it misses no more.
 */
final class NetAdapt {
    private final Algorithm.NetAdapt settings;
    private final SearchProblem problem;
    private final CandidateEvaluator evaluator;
    private Known current;

    NetAdapt(Algorithm.NetAdapt settings, SearchProblem problem, CandidateEvaluator evaluator) {
        this.settings = settings;
        this.problem = problem;
        this.evaluator = evaluator;
    }

    /** An evaluated network. @param genome canonical */
    record Known(Genome genome, Outcome outcome) {
        /** Whether all is known that a step asks for. */
        boolean has(Objective cost) {
            return outcome.evaluation().valuesOrEmpty().containsKey(Objective.TOP1) && value(cost) > 0;
        }

        /** NaN where it is not known. */
        double value(Objective objective) {
            Estimate estimate = outcome.evaluation().valuesOrEmpty().get(objective);
            return estimate == null ? Double.NaN : estimate.value();
        }
    }

    /**
     * Shrinks the network that the settings name, or else the one found before.
     *
     * @param found what the stage before ended with
     * @return why it ended; empty where the evaluator stopped it
     */
    String run(Optional<Known> found) {
        Optional<Genome> seed = settings.from().map(from -> genome()).or(() -> found.map(Known::genome));
        if (seed.isEmpty()) {
            return "netadapt: nothing to start from, since no network before has both top1 and " + settings.cost().formatName();
        }
        Set<Genome> first = new LinkedHashSet<>(problem.seeds().stream().map(problem.space()::canonical).toList());
        first.add(seed.get());
        List<Genome> genomes = List.copyOf(first);
        List<Outcome> outcomes = evaluator.evaluate(0, genomes.stream().map(g -> new Candidate(g, List.of(), "reference", 1)).toList());
        if (outcomes.size() < genomes.size()) {
            return "";
        }
        current = new Known(seed.get(), outcomes.get(genomes.indexOf(seed.get())));
        return current.has(settings.cost()) ? shrink() : "netadapt: the first network has no top1 or " + settings.cost().formatName();
    }

    /** Where it got to; empty if it did not start. */
    Optional<Known> reached() {
        return Optional.ofNullable(current);
    }

    private Genome genome() {
        try {
            return problem.space().canonical(problem.space().encode(settings.from().orElseThrow().architecture()));
        } catch (NotInSpaceException e) {
            throw new IllegalArgumentException("from: " + settings.from().orElseThrow().spec() + " is " + e.getMessage(), e);
        }
    }

    private String shrink() {
        Objective cost = settings.cost();
        double target = problem.foreknowledge().limit(cost, settings.target());
        double least = settings.step() * current.value(cost);
        Shrinking shrinking = new Shrinking(problem.space(), this::costAhead);
        for (int step = 1; ; step++) {
            String where = " after " + (step - 1) + " steps, evaluation " + current.outcome().id() + " with " + cost.format(current.value(cost));
            if (current.value(cost) <= target && current.outcome().evaluation() instanceof Evaluation.Measured) {
                return "netadapt: target met" + where;
            }
            List<Shrinking.Proposal> proposals = shrinking.of(current.genome(), current.value(cost) - least);
            List<Long> parent = List.of(current.outcome().id());
            List<Outcome> outcomes = proposals.isEmpty() ? List.of()
                    : evaluator.evaluate(step, proposals.stream().map(p -> new Candidate(p.genome(), parent, p.operator(), 1)).toList());
            if (outcomes.size() < proposals.size()) {
                return "";
            }
            Optional<Known> next = best(proposals, outcomes);
            if (next.isEmpty()) {
                return "netadapt: nothing left to shrink" + where;
            }
            current = next.get();
        }
    }

    private double costAhead(Genome genome) {
        Estimate estimate = problem.foreknowledge().preview(genome).valuesOrEmpty().get(settings.cost());
        return estimate == null ? Double.NaN : estimate.value();
    }

    /** The largest accuracy change over cost saved; of equal ones the first. */
    private Optional<Known> best(List<Shrinking.Proposal> proposals, List<Outcome> outcomes) {
        Optional<Known> best = Optional.empty();
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < outcomes.size(); i++) {
            Known known = new Known(proposals.get(i).genome(), outcomes.get(i));
            double ratio = (known.value(Objective.TOP1) - current.value(Objective.TOP1)) / (current.value(settings.cost()) - known.value(settings.cost()));
            if (ratio > most && known.has(settings.cost()) && noFurtherOutside(known.outcome().evaluation())) {
                most = ratio;
                best = Optional.of(known);
            }
        }
        return best;
    }

    private boolean noFurtherOutside(Evaluation next) {
        return switch (next) {
            case Evaluation.Measured m -> true;
            case Evaluation.Failed f -> false;
            case Evaluation.Infeasible i -> current.outcome().evaluation() instanceof Evaluation.Infeasible now && i.violations().stream()
                    .allMatch(v -> now.violations().stream().anyMatch(w -> w.constraint().equals(v.constraint()) && w.amount() >= v.amount()));
        };
    }
}
