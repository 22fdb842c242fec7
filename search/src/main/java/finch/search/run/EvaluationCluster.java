package finch.search.run;

import finch.accuracy.EstimateInterruptedException;
import finch.space.Architecture;

/**
 * Other machines that estimate accuracies for a search. What costs and latency tell stays here: latency is the device profile's, and no worker
 * times anything.
 */
public interface EvaluationCluster extends Places {
    /** Evaluations at once that a search keeps track of. */
    int MOST_AT_ONCE = 1024;

    /** Workers get this job from now on. Asked once, before anything is estimated. */
    void begin(EvaluationJob job);

    /**
     * Waits until a worker has estimated the architecture. If that one is lost, another does it again.
     *
     * @param choice index of the estimator in the job
     * @throws EstimateInterruptedException if the thread is interrupted, or the search is stopped while no worker has begun with it
     * @throws EvaluationsStuckException if the architecture takes its workers with it
     */
    RemoteAnswer estimate(int choice, Architecture architecture);
}
