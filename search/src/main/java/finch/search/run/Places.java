package finch.search.run;

import java.util.function.BooleanSupplier;

/** Where evaluations can go on: as many at once as there are places, which may come and go. */
public interface Places {
    /** As many as there are threads. */
    Places ENOUGH = new Places() {
        @Override
        public boolean take(BooleanSupplier wanted) {
            return true;
        }

        @Override
        public void leave() {}
    };

    /**
     * Waits for a place, and takes it.
     *
     * @param wanted asked while there is none; false ends the waiting
     * @return false, and no place is taken, if none is wanted any more or the thread was interrupted
     */
    boolean take(BooleanSupplier wanted);

    /** Gives the place back. */
    void leave();
}
