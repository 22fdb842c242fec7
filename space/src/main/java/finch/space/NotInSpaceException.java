package finch.space;

import java.util.List;

/** An architecture that is not a point of a search space, with each decision that does not fit. */
public final class NotInSpaceException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> reasons;

    /** @param reasons one sentence per decision that does not fit */
    public NotInSpaceException(String space, List<String> reasons) {
        super("not in the space " + space + ": " + String.join("; ", reasons));
        this.reasons = List.copyOf(reasons);
    }

    public List<String> reasons() {
        return reasons;
    }
}
