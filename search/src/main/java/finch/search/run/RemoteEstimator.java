package finch.search.run;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.CommandEstimator;
import finch.accuracy.EstimateFailedException;
import finch.space.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Has a cluster estimate what an estimator here would. Time limits are kept there: waiting for a worker counts for nothing. */
final class RemoteEstimator implements AccuracyEstimator {
    private final EvaluationCluster cluster;
    private final int choice;
    private final AccuracyEstimator here;

    /** @param here the same estimator in this process: a trainer's keeps the answers of all machines in the run folder */
    RemoteEstimator(EvaluationCluster cluster, int choice, AccuracyEstimator here) {
        this.cluster = cluster;
        this.choice = choice;
        this.here = here;
    }

    @Override
    public AccuracyEstimate estimate(Architecture architecture) {
        try {
            if (here instanceof CommandEstimator trainer) {
                Optional<AccuracyEstimate> before = trainer.answered(architecture);
                if (before.isPresent()) {
                    return before.get();
                }
            }
            return switch (cluster.estimate(choice, architecture)) {
                case RemoteAnswer.Estimated answer when here instanceof CommandEstimator trainer && answer.trainer().isPresent() ->
                        trainer.accept(architecture, answer.trainer().get());
                case RemoteAnswer.Estimated answer -> answer.estimate();
                case RemoteAnswer.Failed failed -> throw new EstimateFailedException(failed.reason());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
