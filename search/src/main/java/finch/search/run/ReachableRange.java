package finch.search.run;

import finch.space.Decision;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;

/**
 * What values a quantity can take in a space.
 *
 * @param min      least value found
 * @param cheapest a genome that has it
 * @param exact    whether every genome that has a value was looked at; otherwise the ends come from a search and may lie further out
 */
public record ReachableRange(double min, double max, Genome cheapest, Genome dearest, boolean exact) {
    private static final long ENUMERABLE = 4096;
    private static final int SAMPLES = 16;
    private static final int BUDGET = 20_000;

    /**
     * Prices a quantity: enumeration of a small space, else coordinate descent from the given genomes, the corners and
     * some samples. Quantities that grow with every choice, as multiply-adds and parameters do, have no other local
     * optima.
     *
     * @param quantity NaN where there is no value
     * @param starts   genomes to start from as well
     * @throws IllegalStateException if no genome that was looked at has a value
     */
    public static ReachableRange of(SearchSpace space, ToDoubleFunction<Genome> quantity, List<Genome> starts) {
        return of(space, quantity, starts, value -> false);
    }

    /**
     * {@link #of(SearchSpace, ToDoubleFunction, List)}, which looks for the maximum only if there is hope.
     *
     * @param hopeless asked with the minimum: whether nothing else need be known, so that the answer may come at once
     */
    static ReachableRange of(SearchSpace space, ToDoubleFunction<Genome> quantity, List<Genome> starts, DoublePredicate hopeless) {
        Search search = new Search(space, quantity);
        double genomes = search.sizes.length == 0 ? 1 : java.util.Arrays.stream(search.sizes).asDoubleStream().reduce(1, (a, b) -> a * b);
        if (genomes <= ENUMERABLE) {
            search.enumerate();
            return search.range(true);
        }
        for (Genome start : starts) {
            search.look(start.toArray());
        }
        int[] corner = new int[search.sizes.length];
        search.look(corner);
        for (int i = 0; i < corner.length; i++) {
            corner[i] = search.sizes[i] - 1;
        }
        search.look(corner);
        SplittableRandom random = new SplittableRandom(1);
        for (int s = 0; s < SAMPLES; s++) {
            int[] sample = new int[corner.length];
            for (int i = 0; i < sample.length; i++) {
                sample[i] = random.nextInt(search.sizes[i]);
            }
            search.look(sample);
        }
        search.descend(1);
        if (!hopeless.test(search.min)) {
            search.descend(-1);
        }
        return search.range(false);
    }

    /**
     * Prices a quantity that only these genomes have.
     *
     * @throws IllegalStateException if none of them has a value
     */
    static ReachableRange among(SearchSpace space, ToDoubleFunction<Genome> quantity, List<Genome> genomes) {
        Search search = new Search(space, quantity);
        genomes.forEach(genome -> search.look(genome.toArray()));
        return search.range(true);
    }

    private static final class Search {
        private final SearchSpace space;
        private final ToDoubleFunction<Genome> quantity;
        private final int[] sizes;
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;
        private Genome cheapest;
        private Genome dearest;
        private int looked;

        Search(SearchSpace space, ToDoubleFunction<Genome> quantity) {
            this.space = space;
            this.quantity = quantity;
            this.sizes = space.decisions().stream().mapToInt(Decision::size).toArray();
        }

        void look(int[] choices) {
            looked++;
            Genome genome = Genome.of(choices);
            double value = quantity.applyAsDouble(genome);
            if (value < min) {
                min = value;
                cheapest = genome;
            }
            if (value > max) {
                max = value;
                dearest = genome;
            }
        }

        void enumerate() {
            int[] genome = new int[sizes.length];
            int i = 0;
            while (i < genome.length || looked == 0) {
                look(genome);
                for (i = 0; i < genome.length && ++genome[i] == sizes[i]; i++) {
                    genome[i] = 0;
                }
            }
        }

        /** Tries every choice of every decision until none improves. @param sign 1 towards the minimum, -1 towards the maximum */
        void descend(int sign) {
            boolean improved = true;
            while (improved && looked < BUDGET && cheapest != null) {
                improved = false;
                for (int i = 0; i < sizes.length; i++) {
                    Genome from = sign > 0 ? cheapest : dearest;
                    Genome meaning = space.canonical(from);
                    int[] genome = from.toArray();
                    int kept = genome[i];
                    double before = sign > 0 ? min : -max;
                    for (int choice = 0; choice < sizes[i]; choice++) {
                        genome[i] = choice;
                        // a silent choice changes nothing
                        if (choice != kept && !space.canonical(Genome.of(genome)).equals(meaning)) {
                            look(genome);
                        }
                    }
                    improved |= (sign > 0 ? min : -max) < before;
                }
            }
        }

        ReachableRange range(boolean exact) {
            if (cheapest == null) {
                throw new IllegalStateException("no network that was looked at has a value");
            }
            return new ReachableRange(min, max, cheapest, dearest, exact);
        }
    }
}
