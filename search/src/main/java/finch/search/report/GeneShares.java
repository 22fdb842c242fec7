package finch.search.report;

import finch.space.Decision;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How often each choice of a decision stands on the front. Silent genes, those of dropped blocks, do not count: they say
 * nothing of the networks.
 *
 * @param decision what is chosen
 * @param counts   networks with each choice, in the order of the decision's choices
 */
record GeneShares(Decision decision, int[] counts) {
    /** Of the decisions that are not frozen; without those that are silent everywhere. */
    static List<GeneShares> of(SearchSpace space, List<Genome> front) {
        List<GeneShares> shares = new ArrayList<>();
        for (int d = 0; d < space.decisions().size(); d++) {
            Decision decision = space.decisions().get(d);
            int[] counts = new int[decision.size()];
            int speaking = 0;
            for (Genome genome : front) {
                if (decision.size() > 1 && speaks(space, genome, d)) {
                    counts[genome.choice(d)]++;
                    speaking++;
                }
            }
            if (speaking > 0) {
                shares.add(new GeneShares(decision, counts));
            }
        }
        return shares;
    }

    private static boolean speaks(SearchSpace space, Genome genome, int decision) {
        int[] other = genome.toArray();
        other[decision] = (other[decision] + 1) % space.decisions().get(decision).size();
        return !space.canonical(Genome.of(other)).equals(space.canonical(genome));
    }

    /** Networks in which the decision speaks. */
    int total() {
        return Arrays.stream(counts).sum();
    }

    /** The choice that stands there most often. */
    int most() {
        return IntStream.range(0, counts.length).boxed().max(Comparator.comparingInt(i -> counts[i])).orElseThrow();
    }

    /** {@code 3: 80 %, 5: 20 %}, the most frequent first. */
    String text() {
        return IntStream.range(0, counts.length).filter(i -> counts[i] > 0).boxed().sorted(Comparator.comparingInt((Integer i) -> -counts[i]))
                .map(i -> decision.choices().get(i) + ": " + Words.decimals(percent(i), 0) + " %").collect(Collectors.joining(", "));
    }

    double percent(int choice) {
        return 100.0 * counts[choice] / total();
    }

    /** As stacked bars, one for each decision. */
    static Chart chart(List<GeneShares> shares) {
        Chart chart = Chart.bars("", "", shares.stream().map(s -> s.decision().name()).toList()).with("horizontal", true).with("stacked", true)
                .with("texts", true).with("unit", "% of the networks in which it speaks").with("max", 100).with("narrowGap", true);
        int most = shares.stream().mapToInt(s -> s.decision().size()).max().orElse(0);
        for (int choice = 0; choice < most; choice++) {
            ObjectNode series = chart.series("choice " + (choice + 1));
            ArrayNode values = series.putArray("values");
            ArrayNode texts = series.putArray("texts");
            for (GeneShares share : shares) {
                values.add(choice < share.counts.length ? share.percent(choice) : 0);
                texts.add(choice < share.counts.length ? share.decision().choices().get(choice) : "");
            }
        }
        return chart;
    }
}
