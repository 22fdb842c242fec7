package finch.search.evolve;

import finch.search.config.Objective;
import finch.space.Genome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a search has learnt: a model of every objective that is not known ahead, fitted to the evaluations so far. */
final class EvaluationModel {
    private static final double Z90 = 1.6448536269514722;
    /** Rows in a fit; older ones are left out, since a fit takes their number to the third power. */
    private static final int MOST_ROWS = 800;
    /** Scale and noise are chosen anew when there are this many times as many rows. */
    private static final double GROWTH = 1.2;
    /** Chance of keeping the bounds that nothing is denied. */
    private static final double LEAST_CHANCE = 0.01;

    private final SearchProblem problem;
    /** Without a ladder there is one rung, 0. */
    private final TreeMap<Integer, List<Row>> byRung = new TreeMap<>();
    private final Map<Genome, Trial> trials = new LinkedHashMap<>();
    private final Map<Objective, GenomeModel> models = new EnumMap<>(Objective.class);
    private final Map<Objective, GenomeModel.Hyperparameters> hyper = new EnumMap<>(Objective.class);
    private final Map<Objective, List<Refit.Foretold>> foretold = new EnumMap<>(Objective.class);
    private final Map<Genome, Map<Objective, double[]>> waiting = new HashMap<>();
    private final List<double[]> believed = new ArrayList<>();
    private List<Objective> known;
    /** What is fitted: all rows of one rung, and the objectives as they are told there. */
    private List<Row> rows = List.of();
    private List<Objective> objectives;
    private int rung = -1;
    private final Map<Integer, Integer> drawnOnRung = new HashMap<>();
    private GenomeModel chances;
    private GenomeModel.Hyperparameters chancesHyper;
    private int drawn;
    private int rowsAtChoice;
    private double[] centre;
    private double[] spread;

    /** An evaluation with all values. */
    private record Row(Genome genome, Map<Objective, Estimate> values, boolean feasible) {}

    /** Whether a genome that was worth trying turned out to keep all bounds. */
    private record Trial(Genome genome, Map<Objective, Estimate> preview, boolean feasible) {}

    EvaluationModel(SearchProblem problem) {
        this.problem = problem;
    }

    void evaluated(Genome genome, Evaluation evaluation) {
        Evaluation preview = problem.foreknowledge().preview(genome);
        if (known == null && preview instanceof Evaluation.Measured measured) {
            known = List.copyOf(measured.values().keySet());
        }
        Map<Objective, Estimate> values = evaluation.valuesOrEmpty();
        boolean feasible = evaluation instanceof Evaluation.Measured;
        int of = evaluation.rung();
        if (problem.objectives().stream().allMatch(o -> Evaluation.figure(values, o) != null) && known != null && values.keySet().containsAll(known)) {
            byRung.computeIfAbsent(of, _ -> new ArrayList<>()).add(new Row(genome, values, feasible));
        }
        if (preview instanceof Evaluation.Measured) {
            trials.put(genome, new Trial(genome, preview.valuesOrEmpty(), feasible));
        }
        Map<Objective, double[]> predicted = of == rung ? waiting.remove(genome) : null;
        if (predicted != null) {
            predicted.forEach((objective, p) -> {
                if (values.containsKey(objective)) {
                    foretold.computeIfAbsent(objective, o -> new ArrayList<>()).add(
                            new Refit.Foretold(values.get(objective).value(), p[0], Math.min(p[1], p[2]), Math.max(p[1], p[2])));
                }
            });
        }
    }

    /** Whether there is enough to fit a model to. */
    boolean ready() {
        return byRung.values().stream().anyMatch(some -> some.size() > 2);
    }

    /** The search's objectives, as the rung that was fitted tells them. */
    List<Objective> objectives() {
        return objectives;
    }

    /**
     * The highest rung that tells of enough networks for a fit, or else that which tells of most (Falkner et al. 2018, BOHB, section 4.1).
     *
     * @return whether it is another one than before
     */
    private boolean chooseRung() {
        long enough = Math.max(3, problem.space().decisions().stream().filter(d -> d.size() > 1).count() + 1);
        int chosen = byRung.descendingMap().entrySet().stream().filter(some -> some.getValue().size() >= enough).map(Map.Entry::getKey).findFirst()
                .orElseGet(() -> byRung.entrySet().stream().max(Comparator.comparingInt(some -> some.getValue().size())).orElseThrow().getKey());
        boolean another = chosen != rung;
        rung = chosen;
        rows = byRung.get(rung);
        Map<Objective, Estimate> told = rows.getFirst().values();
        objectives = problem.objectives().stream().map(o -> told.containsKey(o) ? o : o == Objective.TOP1 ? Objective.SCORE : Objective.TOP1).toList();
        if (another) {
            // what was foretold is of figures that do not compare with these
            foretold.clear();
            models.clear();
        }
        return another;
    }

    boolean isKnown(Objective objective) {
        return known.contains(objective);
    }

    /** Fits the models anew. @return their hold-out scores */
    List<Refit> refit(int generation) {
        boolean another = chooseRung();
        drawn = drawnOnRung.computeIfAbsent(rung, _ -> rows.size());
        List<Row> last = rows.subList(Math.max(0, rows.size() - MOST_ROWS), rows.size());
        standardise(last);
        boolean choose = another || rows.size() >= GROWTH * rowsAtChoice;
        List<Refit> refits = new ArrayList<>();
        List<GenomeModel.Features> features = last.stream().map(row -> features(row.genome(), row.values())).toList();
        for (Objective objective : objectives) {
            if (!isKnown(objective)) {
                double[] values = last.stream().mapToDouble(row -> modelled(objective, row.values().get(objective).value())).toArray();
                if (choose) {
                    hyper.put(objective, GenomeModel.choose(features, values));
                }
                models.put(objective, GenomeModel.fit(features, values, hyper.get(objective)));
                refits.add(Refit.of(objective, generation, last.size(), foretold.getOrDefault(objective, List.of())));
            }
        }
        fitChances(choose);
        rowsAtChoice = choose ? rows.size() : rowsAtChoice;
        return refits;
    }

    private void standardise(List<Row> last) {
        centre = new double[known.size()];
        spread = new double[known.size()];
        for (int k = 0; k < centre.length; k++) {
            Objective objective = known.get(k);
            double[] values = last.stream().mapToDouble(row -> modelled(objective, row.values().get(objective).value())).toArray();
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            centre[k] = sum / values.length;
            double squares = 0;
            for (double value : values) {
                squares += (value - centre[k]) * (value - centre[k]);
            }
            spread[k] = squares > 0 ? Math.sqrt(squares / values.length) : 1;
        }
    }

    GenomeModel.Features features(Genome genome, Map<Objective, Estimate> preview) {
        double[] standardised = new double[known.size()];
        for (int k = 0; k < standardised.length; k++) {
            standardised[k] = (modelled(known.get(k), preview.get(known.get(k)).value()) - centre[k]) / spread[k];
        }
        return new GenomeModel.Features(genome.toArray(), standardised);
    }

    GenomeModel of(Objective objective) {
        return models.get(objective);
    }

    /** What is modelled, smaller is better: the logarithm, of the error for accuracy, since effects multiply; a score as it is. */
    static double modelled(Objective objective, double value) {
        if (objective == Objective.SCORE) {
            return -value;
        }
        return StrictMath.log(Math.max(1e-9, objective == Objective.TOP1 ? 100.1 - value : value));
    }

    private static double value(Objective objective, double modelled) {
        if (objective == Objective.SCORE) {
            return -modelled;
        }
        double value = StrictMath.exp(modelled);
        return objective == Objective.TOP1 ? 100.1 - value : value;
    }

    /** An evaluated or known quantity where improvements are measured; smaller is better. */
    double coordinate(Objective objective, double value) {
        return isKnown(objective) ? objective.minimised(value) : modelled(objective, value);
    }

    /** Coordinates of all feasible evaluations, and of what is believed. */
    List<double[]> points() {
        return Stream.concat(rows.stream().filter(Row::feasible).map(this::point), believed.stream()).toList();
    }

    /** Takes the means of networks that have no outcome yet for their outcomes, until the next time. To be asked after a fit. */
    void believe(Collection<Genome> genomes) {
        believed.clear();
        for (Genome genome : genomes) {
            if (problem.foreknowledge().preview(genome) instanceof Evaluation.Measured preview) {
                GenomeModel.Features features = features(genome, preview.values());
                believed.add(objectives.stream().mapToDouble(o -> isKnown(o) ? coordinate(o, preview.values().get(o).value()) : of(o).mean(features)).toArray());
            }
        }
    }

    /** The worst coordinates of the first batch, which was drawn at random: whoever is beyond is of little use. */
    double[] worstDrawn() {
        double[] worst = new double[objectives.size()];
        Arrays.fill(worst, Double.NEGATIVE_INFINITY);
        for (Row row : rows.subList(0, Math.max(1, drawn))) {
            double[] point = point(row);
            for (int k = 0; k < worst.length; k++) {
                worst[k] = Math.max(worst[k], point[k]);
            }
        }
        return worst;
    }

    private double[] point(Row row) {
        return objectives.stream().mapToDouble(o -> coordinate(o, row.values().get(o).value())).toArray();
    }

    /** The feasible genomes that no other dominates. */
    List<Genome> front() {
        ParetoFront front = new ParetoFront(objectives);
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).feasible()) {
                front.add(i, rows.get(i).genome(), new Evaluation.Measured(rows.get(i).values()));
            }
        }
        return front.members().stream().map(ParetoFront.Member::genome).toList();
    }

    private void fitChances(boolean choose) {
        List<Trial> last = trials.values().stream().skip(Math.max(0, trials.size() - MOST_ROWS)).toList();
        if (last.stream().allMatch(Trial::feasible)) {
            chances = null;
            return;
        }
        List<GenomeModel.Features> features = last.stream().map(trial -> features(trial.genome(), trial.preview())).toList();
        double[] kept = last.stream().mapToDouble(trial -> trial.feasible() ? 1 : 0).toArray();
        if (choose || chancesHyper == null) {
            chancesHyper = GenomeModel.choose(features, kept);
        }
        chances = GenomeModel.fit(features, kept, chancesHyper);
    }

    /** Chance that a genome misses no bound that is not known ahead: a regression on whether those before it did. */
    double chance(GenomeModel.Features genome) {
        return chances == null ? 1 : Math.clamp(chances.mean(genome), LEAST_CHANCE, 1);
    }

    /** Writes down what is expected of genomes, to be held against their evaluation. @param aloft earlier ones that are still to come */
    void foretell(Collection<Genome> genomes, Set<Genome> aloft) {
        waiting.keySet().retainAll(aloft);
        for (Genome genome : genomes) {
            if (!models.isEmpty() && problem.foreknowledge().preview(genome) instanceof Evaluation.Measured preview) {
                Map<Objective, double[]> predicted = new EnumMap<>(Objective.class);
                models.forEach((objective, model) -> {
                    GenomeModel.Prediction p = model.predict(List.of(features(genome, preview.values()))).getFirst();
                    double half = Z90 * Math.sqrt(p.deviation() * p.deviation() + model.noise() * model.noise());
                    predicted.put(objective, new double[] {value(objective, p.mean()), value(objective, p.mean() - half), value(objective, p.mean() + half)});
                });
                waiting.put(genome, predicted);
            }
        }
    }
}
