package finch.search.evolve;

import finch.search.config.Objective;
import finch.space.Genome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Chooses from a pool what is expected to improve the front most. */
final class BatchChoice {
    /** Candidates whose uncertainty is computed: the most promising ones by their means. */
    private static final int SHORTLIST = 250;
    private static final int BEST_IN_FIRST = 50;
    /** Candidates that a typical uncertainty is taken from. */
    private static final int PROBES = 40;
    /** Typical uncertainties that a shortlisted mean is helped by. */
    private static final double OPTIMISM = 2;
    /** The reference point lies this share of the range beyond the worst. */
    private static final double MARGIN = 0.1;

    private final List<Objective> objectives;
    private final EvaluationModel model;
    private final List<Genome> genomes;
    private final List<GenomeModel.Features> features = new ArrayList<>();
    private final double[][] means;
    private final List<double[]> evaluated;
    private final double[] chances;
    private final double[] reference;
    private final int[] shortlist;

    /** @param pool genomes with what is known of them ahead; at least one */
    BatchChoice(List<Objective> objectives, EvaluationModel model, Map<Genome, Evaluation> pool) {
        this.objectives = objectives;
        this.model = model;
        this.genomes = List.copyOf(pool.keySet());
        this.evaluated = model.points();
        this.means = new double[genomes.size()][objectives.size()];
        for (int i = 0; i < means.length; i++) {
            Map<Objective, Estimate> preview = pool.get(genomes.get(i)).valuesOrEmpty();
            features.add(model.features(genomes.get(i), preview));
            for (int k = 0; k < objectives.size(); k++) {
                Objective objective = objectives.get(k);
                means[i][k] = model.isKnown(objective) ? model.coordinate(objective, preview.get(objective).value())
                        : model.of(objective).mean(features.get(i));
            }
        }
        this.chances = features.stream().mapToDouble(model::chance).toArray();
        this.reference = reference();
        this.shortlist = shortlist();
    }

    /** The worst of the networks drawn at random in what is uncertain, beyond the worst of all in what is known. */
    private double[] reference() {
        double[] worst = model.worstDrawn();
        for (int k = 0; k < worst.length; k++) {
            if (model.isKnown(objectives.get(k))) {
                int index = k;
                double high = Stream.concat(Arrays.stream(means), evaluated.stream()).mapToDouble(p -> p[index]).max().orElseThrow();
                double low = Stream.concat(Arrays.stream(means), evaluated.stream()).mapToDouble(p -> p[index]).min().orElseThrow();
                worst[k] = high + MARGIN * (high > low ? high - low : 1);
            }
        }
        return worst;
    }

    private int[] shortlist() {
        int[] all = IntStream.range(0, means.length).toArray();
        if (all.length <= SHORTLIST + BEST_IN_FIRST) {
            return all;
        }
        int step = all.length / PROBES;
        double[] typical = new double[objectives.size()];
        for (double[] deviation : deviations(IntStream.range(0, PROBES).map(i -> i * step).toArray())) {
            for (int k = 0; k < typical.length; k++) {
                typical[k] += deviation[k] / PROBES;
            }
        }
        ExpectedImprovement front = front();
        double[] hope = new double[all.length];
        for (int i : all) {
            double[] point = means[i].clone();
            for (int k = 0; k < point.length; k++) {
                point[k] -= OPTIMISM * typical[k];
            }
            hope[i] = chances[i] * front.improvement(point);
        }
        Set<Integer> chosen = new LinkedHashSet<>();
        IntStream.of(all).boxed().sorted(Comparator.comparingDouble((Integer i) -> -hope[i]).thenComparing(i -> i)).limit(SHORTLIST).forEach(chosen::add);
        IntStream.of(all).boxed().sorted(Comparator.comparingDouble((Integer i) -> means[i][0]).thenComparing(i -> i)).limit(BEST_IN_FIRST).forEach(chosen::add);
        return chosen.stream().mapToInt(i -> i).toArray();
    }

    private ExpectedImprovement front() {
        ExpectedImprovement front = new ExpectedImprovement(reference);
        evaluated.forEach(front::add);
        return front;
    }

    private double[][] deviations(int[] of) {
        List<GenomeModel.Features> asked = IntStream.of(of).mapToObj(features::get).toList();
        double[][] deviations = new double[of.length][objectives.size()];
        for (int k = 0; k < objectives.size(); k++) {
            if (!model.isKnown(objectives.get(k))) {
                List<GenomeModel.Prediction> predictions = model.of(objectives.get(k)).predict(asked);
                for (int i = 0; i < of.length; i++) {
                    deviations[i][k] = predictions.get(i).deviation();
                }
            }
        }
        return deviations;
    }

    /** The shortlist, most promising first. */
    List<Genome> promising() {
        return IntStream.of(shortlist).mapToObj(genomes::get).toList();
    }

    /** At most {@code count} genomes, fewer where no more are expected to improve anything. */
    List<Genome> best(int count) {
        double[][] deviations = deviations(shortlist);
        Set<Integer> chosen = new HashSet<>();
        List<Genome> batch = new ArrayList<>();
        ExpectedImprovement front = front();
        if (count > 1 && !model.isKnown(objectives.getFirst())) {
            ExpectedImprovement first = new ExpectedImprovement(new double[] {Math.max(reference[0], Arrays.stream(means).mapToDouble(m -> m[0]).max().orElseThrow() + 1)});
            evaluated.forEach(p -> first.add(new double[] {p[0]}));
            take(1, first, chosen, batch, front, deviations);
        }
        while (batch.size() < count && take(objectives.size(), front, chosen, batch, front, deviations)) {
            // one more
        }
        return batch;
    }

    /** Takes the candidate that improves most by its first {@code dimension} objectives, and believes its mean. */
    private boolean take(int dimension, ExpectedImprovement improvement, Set<Integer> chosen, List<Genome> batch, ExpectedImprovement front,
                         double[][] deviations) {
        int best = -1;
        double most = 0;
        for (int s = 0; s < shortlist.length; s++) {
            if (!chosen.contains(s)) {
                double expected = chances[shortlist[s]] * improvement.of(Arrays.copyOf(means[shortlist[s]], dimension), Arrays.copyOf(deviations[s], dimension));
                if (expected > most) {
                    most = expected;
                    best = s;
                }
            }
        }
        if (best < 0) {
            return false;
        }
        chosen.add(best);
        batch.add(genomes.get(shortlist[best]));
        front.add(means[shortlist[best]]);
        return true;
    }
}
