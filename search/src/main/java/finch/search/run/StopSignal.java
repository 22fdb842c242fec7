package finch.search.run;

import java.util.function.BooleanSupplier;

/** Whether a search may go on: until it is stopped from outside, or its time is up. */
final class StopSignal {
    private final Stopper stopper;
    private final BooleanSupplier cancelled;
    private boolean interrupted;
    private boolean woken;

    StopSignal(Stopper stopper, BooleanSupplier cancelled) {
        this.stopper = stopper;
        this.cancelled = cancelled;
    }

    /** Whether the search was stopped from outside. */
    synchronized boolean interrupted() {
        return interrupted;
    }

    /** Whether the search's own thread was interrupted. */
    synchronized boolean woken() {
        return woken;
    }

    synchronized boolean mayGoOn() {
        interrupted = interrupted || cancelled.getAsBoolean();
        return !interrupted && !stopper.timeIsUp();
    }

    synchronized void interrupt() {
        interrupted = true;
    }

    /** The search's own thread was interrupted. */
    synchronized void wake() {
        woken = true;
        interrupted = true;
    }

    /** {@link #wake} if this thread is interrupted, which it is not any more then. */
    void heed() {
        if (Thread.interrupted()) {
            wake();
        }
    }
}
