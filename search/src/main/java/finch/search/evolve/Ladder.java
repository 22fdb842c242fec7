package finch.search.evolve;

import finch.search.config.Objective;
import finch.space.Genome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Successive halving (Jamieson and Talwalkar 2016, arXiv 1502.07943) of a stream of candidates: all are evaluated on the first
 * rung, the promising of them on the second, and so on. Networks come in batches and not all at once, so that who is promising is
 * asked after every batch of all that the rung has seen, as in asynchronous successive halving (Li et al. 2020, arXiv 1810.05934,
 * algorithm 2), but in step with the batches, which makes it repeatable. In {@code package-info} stands the whole rule.
 */
public final class Ladder implements CandidateEvaluator {
    /** What shares lose in floating point, such as 9 · 1/9. */
    private static final double ROUNDING = 1e-9;
    private static final String PROMOTION = "promotion";

    private final List<Double> shares;
    private final List<Objective> objectives;
    private final CandidateEvaluator evaluator;
    /** Those evaluated on each rung, in order. */
    private final List<List<Climber>> rungs = new ArrayList<>();
    private final Map<Long, Climber> byId = new HashMap<>();
    private int generation;

    /** An architecture. @param outcomes of the rungs that it was evaluated on, in order */
    private record Climber(Genome genome, List<Outcome> outcomes) {
        Outcome latest() {
            return outcomes.getLast();
        }
    }

    /**
     * @param shares    of all networks that come to each rung at most, the first being 1, each further one less
     * @param evaluator heeds the rung of a candidate
     */
    public Ladder(List<Double> shares, List<Objective> objectives, CandidateEvaluator evaluator) {
        this.shares = List.copyOf(shares);
        this.objectives = List.copyOf(objectives);
        this.evaluator = evaluator;
        shares.forEach(share -> rungs.add(new ArrayList<>()));
    }

    /** Each outcome is of the highest rung that the architecture has come to; none at all if promotions were cut off. */
    @Override
    public List<Outcome> evaluate(int generation, List<Candidate> candidates) {
        this.generation = generation;
        List<Climber> climbers = new ArrayList<>();
        List<Outcome> outcomes = evaluator.evaluate(generation, candidates.stream().map(c -> c.onRung(1)).toList());
        for (int i = 0; i < outcomes.size(); i++) {
            Climber climber = new Climber(candidates.get(i).genome(), new ArrayList<>());
            climbers.add(climber);
            keep(climber, 1, outcomes.get(i));
        }
        if (outcomes.size() < candidates.size()) {
            return outcomes;
        }
        for (int rung = 2; rung <= shares.size(); rung++) {
            if (!promoted(promising(rung), rung, evaluator)) {
                return List.of();
            }
        }
        return climbers.stream().map(Climber::latest).toList();
    }

    @Override
    public List<Outcome> rungs(long id) {
        Climber climber = byId.get(id);
        return climber == null ? List.of() : List.copyOf(climber.outcomes());
    }

    @Override
    public void refitted(Refit refit) {
        evaluator.refitted(refit);
    }

    /**
     * After the search: what no other dominates on the rung below the last, and was passed over, is evaluated on the last. Where
     * that rung is empty, the one below it counts.
     *
     * @param last evaluates whatever rule has stopped the search
     */
    public void finish(CandidateEvaluator last) {
        int rung = shares.size() - 1;
        while (rung > 1 && scores(rung).isEmpty()) {
            rung--;
        }
        List<Score> scores = scores(rung);
        if (!scores.isEmpty()) {
            List<Climber> candidates = CrowdedOrder.fronts(scores).getFirst().stream().map(score -> byId.get(score.id()))
                    .filter(climber -> climber.latest().evaluation() instanceof Evaluation.Measured m && m.rung() < shares.size()).toList();
            promoted(candidates, shares.size(), last);
        }
    }

    private void keep(Climber climber, int rung, Outcome outcome) {
        climber.outcomes().add(outcome);
        byId.put(outcome.id(), climber);
        rungs.get(rung - 1).add(climber);
    }

    /** Scores of a rung's feasible networks by that rung's own figures. */
    private List<Score> scores(int rung) {
        return rungs.get(rung - 1).stream().map(climber -> climber.outcomes().get(rung - 1)).filter(outcome -> outcome.evaluation() instanceof Evaluation.Measured)
                .map(outcome -> Score.of(outcome, objectives)).toList();
    }

    private List<Climber> promising(int rung) {
        long all = rungs.getFirst().stream().filter(climber -> climber.outcomes().getFirst().evaluation() instanceof Evaluation.Measured).count();
        long places = (long) Math.floor(shares.get(rung - 1) * all + ROUNDING) - rungs.get(rung - 1).size();
        if (places <= 0) {
            return List.of();
        }
        List<Score> below = scores(rung - 1);
        long top = (long) Math.ceil(shares.get(rung - 1) / shares.get(rung - 2) * below.size() - ROUNDING);
        return CrowdedOrder.of(below).stream().limit(top).map(score -> byId.get(score.id())).filter(climber -> climber.outcomes().size() < rung).limit(places).toList();
    }

    /** @return whether none was cut off */
    private boolean promoted(List<Climber> climbers, int rung, CandidateEvaluator by) {
        if (climbers.isEmpty()) {
            return true;
        }
        List<Outcome> outcomes = by.evaluate(generation, climbers.stream()
                .map(climber -> new Candidate(climber.genome(), List.of(climber.latest().id()), PROMOTION, 0, rung)).toList());
        for (int i = 0; i < outcomes.size(); i++) {
            keep(climbers.get(i), rung, outcomes.get(i));
        }
        return outcomes.size() == climbers.size();
    }
}
