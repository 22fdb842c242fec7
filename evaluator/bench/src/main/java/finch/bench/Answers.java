package finch.bench;

/** Refuses to time a wrong answer. */
final class Answers {
    private Answers() {}

    /** @throws IllegalStateException if an output is off by more than {@code tolerance} of the largest */
    static void compare(float[] actual, float[] expected, double tolerance) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double error = Math.abs(actual[i] - expected[i]);
            difference = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(difference, error);
        }
        if (difference > tolerance * largest) {
            throw new IllegalStateException("wrong answer: off by " + difference + " where the largest output is " + largest);
        }
    }
}
