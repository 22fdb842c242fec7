package finch.search.config;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * Several estimators one above the other: the first is asked about all networks, each further one about a share of them, the
 * promising. What a search optimises is what the last tells.
 *
 * @param rungs cheapest first, at least two
 */
public record LadderAccuracy(List<Rung> rungs) implements Accuracy {
    /** Where nothing else is said: a third as many as on the rung before (η = 3, Li et al. 2018, section 3.6). */
    public static final double REDUCTION = 3;

    /**
     * One rung.
     *
     * @param share of all networks that comes here at most; 1 for the first, less for each further one
     */
    public record Rung(Accuracy accuracy, double share) {
        public Rung {
            Objects.requireNonNull(accuracy);
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("a rung's share is above 0 and at most 1, not " + share);
            }
            if (accuracy instanceof LadderAccuracy) {
                throw new IllegalArgumentException("a ladder on a ladder");
            }
        }
    }

    public LadderAccuracy {
        rungs = List.copyOf(rungs);
        if (rungs.size() < 2 || rungs.getFirst().share() != 1) {
            throw new IllegalArgumentException("a ladder has at least two rungs, the first for all networks");
        }
        for (int i = 1; i < rungs.size(); i++) {
            if (!(rungs.get(i).share() < rungs.get(i - 1).share())) {
                throw new IllegalArgumentException("each rung's share is less than that of the rung before, but " + rungs.get(i).share() + " follows "
                        + rungs.get(i - 1).share());
            }
        }
        if (new HashSet<>(rungs.stream().map(Rung::accuracy).toList()).size() < rungs.size()) {
            throw new IllegalArgumentException("two rungs of the ladder are the same");
        }
    }

    /** The one that decides. */
    public Accuracy top() {
        return rungs.getLast().accuracy();
    }

    /** What a rung's figures are, from 1. */
    public Objective tells(int rung) {
        return rungs.get(rung - 1).accuracy().tells();
    }

    @Override
    public Objective tells() {
        return top().tells();
    }

    @Override
    public boolean isDear() {
        return true;
    }
}
