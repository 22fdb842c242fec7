package finch.search.cli;

import finch.space.Decision;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How often networks chose what, of those in which another choice would be another network.
 *
 * @param counts networks with each choice
 */
record ChoiceShares(Decision decision, int[] counts) {
    /** Of the decisions that matter in a tenth of the networks or more. */
    static List<ChoiceShares> of(SearchSpace space, List<Genome> genomes) {
        List<ChoiceShares> all = new ArrayList<>();
        for (int d = 0; d < space.decisions().size(); d++) {
            Decision decision = space.decisions().get(d);
            int[] counts = new int[decision.size()];
            for (Genome genome : genomes) {
                if (decision.size() > 1 && matters(space, genome, d)) {
                    counts[genome.choice(d)]++;
                }
            }
            ChoiceShares shares = new ChoiceShares(decision, counts);
            if (shares.total() > genomes.size() / 10) {
                all.add(shares);
            }
        }
        return all;
    }

    /** Whether another choice would be another network. */
    private static boolean matters(SearchSpace space, Genome genome, int decision) {
        return IntStream.range(0, space.decisions().get(decision).size()).filter(c -> c != genome.choice(decision))
                .anyMatch(c -> !space.canonical(genome.with(decision, c)).equals(genome));
    }

    /** Networks in which the decision matters. */
    int total() {
        return IntStream.of(counts).sum();
    }

    /** The choice that stands there most often. */
    int most() {
        return IntStream.range(0, counts.length).reduce((a, b) -> counts[b] > counts[a] ? b : a).orElseThrow();
    }

    double share(int choice) {
        return (double) counts[choice] / total();
    }

    /** {@code 5 (80 %), 3 (20 %)}, the most frequent first; without choices below one in a hundred. */
    String text() {
        return IntStream.range(0, counts.length).boxed().filter(c -> share(c) >= 0.01).sorted(Comparator.comparingInt((Integer c) -> -counts[c]))
                .map(c -> String.format(Locale.ROOT, "%s (%.0f %%)", decision.choices().get(c), 100 * share(c))).collect(Collectors.joining(", "));
    }
}
