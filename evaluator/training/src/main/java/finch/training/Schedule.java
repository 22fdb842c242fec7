package finch.training;

/** Learning rate over time. */
public sealed interface Schedule {
    /** The rate at a point of the training. @param epoch epochs done, with fraction */
    double at(double epoch);

    /** Half a cosine from {@code initial} at 0 to {@code last} at {@code epochs} and after (Loshchilov and Hutter 2017, arXiv 1608.03983, without restarts). */
    record Cosine(double initial, double last, double epochs) implements Schedule {
        public Cosine {
            check("initial rate", initial);
            if (!(last >= 0 && last <= initial)) {
                throw new IllegalArgumentException("last rate must be between 0 and the initial rate " + initial + ", not " + last);
            }
            check("epochs", epochs);
        }

        @Override
        public double at(double epoch) {
            return last + (initial - last) * (1 + Math.cos(Math.PI * Math.min(epoch / epochs, 1))) / 2;
        }
    }

    /** Times {@code factor} after every {@code epochs} epochs, at once. */
    record Exponential(double initial, double factor, double epochs) implements Schedule {
        public Exponential {
            check("initial rate", initial);
            if (!(factor > 0 && factor <= 1)) {
                throw new IllegalArgumentException("factor must be above 0 and at most 1, not " + factor);
            }
            check("epochs", epochs);
        }

        @Override
        public double at(double epoch) {
            return initial * Math.pow(factor, Math.floor(epoch / epochs));
        }
    }

    /** In the first epochs a straight line from 0 to what {@code then} has at their end; after that, {@code then}. */
    record WarmUp(double epochs, Schedule then) implements Schedule {
        public WarmUp {
            check("epochs", epochs);
        }

        @Override
        public double at(double epoch) {
            return epoch < epochs ? then.at(epochs) * epoch / epochs : then.at(epoch);
        }
    }

    private static void check(String name, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}
