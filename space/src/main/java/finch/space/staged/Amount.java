package finch.space.staged;

/** A number of channels, given as a count or as a ratio of another. */
public sealed interface Amount {
    Amount NONE = new None();

    /** No channels: the layer is not there. */
    record None() implements Amount {
        @Override
        public String toString() {
            return "none";
        }
    }

    record Channels(int count) implements Amount {
        public Channels {
            if (count < 1) {
                throw new IllegalArgumentException("channels must be at least 1, not " + count);
            }
        }

        @Override
        public String toString() {
            return count + " channels";
        }
    }

    /** A multiple of the channels that enter the block or the head, after the width multiplier. */
    record OfInput(double ratio) implements Amount {
        public OfInput {
            requirePositive(ratio);
        }

        @Override
        public String toString() {
            return ratio + " of input";
        }
    }

    /** A multiple of the channels inside the block. */
    record OfExpanded(double ratio) implements Amount {
        public OfExpanded {
            requirePositive(ratio);
        }

        @Override
        public String toString() {
            return ratio + " of expanded";
        }
    }

    private static void requirePositive(double ratio) {
        if (!(ratio > 0) || Double.isInfinite(ratio)) {
            throw new IllegalArgumentException("a ratio must be positive and finite, not " + ratio);
        }
    }
}
