package finch.search.evolve;

import finch.search.config.Bound;
import finch.search.config.Objective;
import finch.search.config.Reward;
import finch.search.config.SearchConfig.Algorithm;
import finch.space.Genome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Algorithms one after another, as MobileNetV3 was found: a search, then NetAdapt on its best network. A search that
 * NetAdapt follows is not held to upper bounds on the cost that NetAdapt brings down; the front is.
 */
final class Pipeline implements SearchAlgorithm {
    private final List<Algorithm.Pipeline.Stage> stages;

    Pipeline(List<Algorithm.Pipeline.Stage> stages) {
        this.stages = stages;
    }

    @Override
    public String run(SearchProblem problem, CandidateEvaluator evaluator) {
        StageEvaluator known = new StageEvaluator(evaluator);
        List<String> ends = new ArrayList<>();
        Optional<NetAdapt.Known> found = Optional.empty();
        for (int i = 0; i < stages.size(); i++) {
            Algorithm algorithm = stages.get(i).algorithm();
            Optional<Algorithm.NetAdapt> next = i + 1 < stages.size() && stages.get(i + 1).algorithm() instanceof Algorithm.NetAdapt n
                    && n.from().isEmpty() ? Optional.of(n) : Optional.empty();
            Optional<Objective> released = algorithm instanceof Algorithm.NetAdapt ? Optional.empty() : next.map(Algorithm.NetAdapt::cost);
            known.begin(stages.get(i).evaluations().orElse(Long.MAX_VALUE), released);
            SearchProblem own = stage(problem, i, released);
            String ended;
            if (algorithm instanceof Algorithm.NetAdapt settings) {
                NetAdapt netAdapt = new NetAdapt(settings, own, known);
                ended = netAdapt.run(found);
                found = netAdapt.reached();
            } else {
                ended = SearchAlgorithm.of(algorithm).run(own, known);
                found = next.flatMap(n -> start(n, algorithm, known.ofStage(), problem.foreknowledge()));
            }
            if (known.stopped()) {
                return "";
            }
            ends.add(known.spent() ? "evaluations: " + stages.get(i).evaluations().orElseThrow() : ended);
        }
        return String.join("; ", ends);
    }

    /** Every stage draws from streams of its own; the first from those it would have alone. */
    private static SearchProblem stage(SearchProblem problem, int stage, Optional<Objective> released) {
        long seed = stage == 0 ? problem.seed() : RandomStreams.mix(problem.seed() + stage);
        Foreknowledge all = problem.foreknowledge();
        return new SearchProblem(problem.space(), problem.objectives(), seed, problem.seeds(), released.isEmpty() ? all : new Foreknowledge() {
            @Override
            public Evaluation preview(Genome genome) {
                return StageEvaluator.released(all.preview(genome), released.get());
            }

            @Override
            public double limit(Objective quantity, Bound.Limit limit) {
                return all.limit(quantity, limit);
            }
        });
    }

    /**
     * What NetAdapt goes on from: the largest reward, which is the search's own or else the soft one at the target, among
     * what costs more than the target, by the headroom, since only that can be brought down to it; if there is none,
     * among all.
     */
    private static Optional<NetAdapt.Known> start(Algorithm.NetAdapt next, Algorithm search, Map<Genome, Outcome> outcomes, Foreknowledge foreknowledge) {
        Reward reward = search instanceof Algorithm.Scalarized s && s.reward().cost() == next.cost() ? s.reward()
                : new Reward(next.cost(), next.target(), Reward.Form.SOFT, Reward.Form.SOFT.defaultW());
        double limit = foreknowledge.limit(next.cost(), reward.target());
        double least = next.headroom() * foreknowledge.limit(next.cost(), next.target());
        Optional<NetAdapt.Known> best = Optional.empty();
        boolean above = false;
        double most = Double.NEGATIVE_INFINITY;
        for (Map.Entry<Genome, Outcome> entry : outcomes.entrySet()) {
            NetAdapt.Known known = new NetAdapt.Known(entry.getKey(), entry.getValue());
            boolean usable = known.has(next.cost()) && StageEvaluator.released(entry.getValue().evaluation(), next.cost()) instanceof Evaluation.Measured;
            if (!usable) {
                continue;
            }
            double worth = reward.of(known.value(Objective.TOP1), known.value(next.cost()), limit);
            boolean dearer = known.value(next.cost()) > least;
            if (dearer && !above || dearer == above && worth > most) {
                best = Optional.of(known);
                most = worth;
                above = dearer;
            }
        }
        return best;
    }
}
