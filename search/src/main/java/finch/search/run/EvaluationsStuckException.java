package finch.search.run;

import finch.accuracy.EstimateUnwritableException;
import java.util.Objects;

/** Evaluations cannot go on, whatever is evaluated next: the run ends as failed, with nothing of this in its journal, and can be resumed. */
public class EvaluationsStuckException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String stoppedBy;

    /**
     * @param stoppedBy what it is called in the manifest, in a few words
     * @param message   for people, with the way out
     */
    public EvaluationsStuckException(String stoppedBy, String message) {
        super(message);
        this.stoppedBy = Objects.requireNonNull(stoppedBy);
    }

    static EvaluationsStuckException unwritable(EstimateUnwritableException e) {
        return new EvaluationsStuckException("files that cannot be written", e.getMessage());
    }

    /** What ended the run, in a few words. */
    public String stoppedBy() {
        return stoppedBy;
    }
}
