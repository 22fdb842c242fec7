package finch.search.run;

import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.search.evolve.Evaluation;
import finch.search.evolve.Refit;
import java.util.Map;

/** The infeasible evaluation that misses its bounds least. */
final class NearestMiss {
    private Evaluation.Infeasible nearest;
    private String failure = "";

    RunListener listening(RunListener listener, RefitLog refits) {
        return new RunListener() {
            @Override
            public void refitted(Refit refit) {
                refits.add(refit);
                listener.refitted(refit);
            }

            @Override
            public void replayed(long count, long limit) {
                listener.replayed(count, limit);
            }

            @Override
            public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
                switch (evaluation) {
                    case Evaluation.Measured m -> { }
                    case Evaluation.Infeasible i -> nearest = nearest == null || i.totalViolation() < nearest.totalViolation() ? i : nearest;
                    case Evaluation.Failed f -> failure = f.reason();
                }
                listener.evaluated(count, limit, generation, frontSize, evaluation);
            }
        };
    }

    String failure() {
        return failure;
    }

    String text() {
        if (nearest == null) {
            return failure.isEmpty() ? "" : "The last one failed with: " + failure;
        }
        StringBuilder text = new StringBuilder("The nearest one misses ");
        text.append(nearest.violations().stream().map(v -> v.constraint() + " (" + v.reason() + ")").reduce((a, b) -> a + ", " + b).orElseThrow());
        for (Map.Entry<Objective, Estimate> value : nearest.values().entrySet()) {
            text.append("; ").append(value.getKey().formatName()).append(' ').append(value.getKey().format(value.getValue().value()));
        }
        return text.append('.').toString();
    }
}
