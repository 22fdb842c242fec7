package finch.search.cli;

import finch.accuracy.AccuracyEstimator;
import finch.accuracy.AccuracyTable;
import finch.accuracy.CommandEstimator;
import finch.accuracy.Surrogate;
import finch.accuracy.TableEstimator;
import finch.accuracy.TrainerSettings;
import finch.accuracy.proxy.EnsembleEstimator;
import finch.accuracy.proxy.ProxyEstimator;
import finch.accuracy.proxy.ProxyImages;
import finch.accuracy.proxy.ProxyProbe;
import finch.accuracy.proxy.SignalPanel;
import finch.accuracy.proxy.Standing;
import finch.data.DataSet;
import finch.data.DataSets;
import finch.data.Split;
import finch.data.UnusableDataException;
import finch.search.config.EnsembleAccuracy;
import finch.search.config.LadderAccuracy;
import finch.search.config.ProxyAccuracy;
import finch.search.config.SearchConfig;
import finch.search.config.Accuracy;
import finch.search.config.SignalSettings;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.staged.StagedSpace;
import finch.training.supernet.SuperNetworkEstimator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** The accuracy estimators that a config or an option can name. */
final class Accuracies {
    /** In a small space most draws come again. */
    private static final int DRAWS = 20;

    private Accuracies() {}

    /** @param progress told how far an ensemble is made */
    static AccuracyEstimator of(Accuracy choice, SearchSpace space, EnsembleEstimator.Progress progress) throws IOException {
        return switch (choice) {
            case Accuracy.Surrogate surrogate -> {
                Surrogate whole = surrogate.file().isPresent() ? Surrogate.read(surrogate.file().get()) : Surrogate.shipped();
                yield surrogate.recipe().isPresent() ? whole.withRecipe(surrogate.recipe().get()) : whole;
            }
            case Accuracy.Table table -> {
                TableEstimator estimator = TableEstimator.read(table.table(), Optional.of(space));
                yield table.missing() == Accuracy.Table.Missing.FAIL ? estimator.failingWhereMissing() : estimator;
            }
            case Accuracy.Supernet supernet -> {
                if (!(space instanceof StagedSpace staged)) {
                    throw new IllegalArgumentException("accuracy: a super-network needs a space of stages");
                }
                try {
                    yield SuperNetworkEstimator.read(supernet.model(), staged, supernet.data(), Path.of(""), supernet.images(), 1);
                } catch (UnusableDataException e) {
                    throw new UsageException("accuracy.data: " + e.getMessage());
                }
            }
            case Accuracy.Command command -> throw new IllegalArgumentException("a trainer needs a run folder to work in");
            case ProxyAccuracy proxy -> new ProxyEstimator(proxy.proxy(), probe(proxy.settings(), space), proxy.settings().seeds());
            case EnsembleAccuracy ensemble -> ensemble(ensemble, space, progress);
            case LadderAccuracy ladder -> throw new IllegalArgumentException("a ladder is several estimators; ask for each of its rungs");
        };
    }

    /** @param folder of the run */
    static AccuracyEstimator of(Accuracy choice, SearchConfig config, Path folder, EnsembleEstimator.Progress progress) throws IOException {
        return choice instanceof Accuracy.Command c ? new CommandEstimator(new TrainerSettings(c.run(), c.environment(), c.timeout(),
                c.retries(), c.parallel(), c.dataset(), config.seed(), c.fidelity(), folder)) : of(choice, config.space().space(), progress);
    }

    /** One thread a network: several networks are looked at in parallel. */
    private static ProxyProbe probe(SignalSettings settings, SearchSpace space) throws IOException {
        if (settings.data().isEmpty()) {
            return new ProxyProbe(Optional.empty(), settings.batch(), 1);
        }
        try {
            DataSet data = DataSets.open(settings.data().get(), Path.of("").toAbsolutePath(), Split.DEFAULT);
            int classes = space.decode(Genome.of(new int[space.decisions().size()])).classes();
            if (data.classes().size() > classes) {
                throw new IllegalArgumentException("accuracy.data: " + data.name() + " has " + data.classes().size() + " classes, and the networks of " + space.name() + " tell "
                        + classes + " apart. Use images of as many classes.");
            }
            return new ProxyProbe(Optional.of(new ProxyImages(data)), settings.batch(), 1);
        } catch (UnusableDataException e) {
            throw new IllegalArgumentException("accuracy.data: " + e.getMessage(), e);
        }
    }

    private static AccuracyEstimator ensemble(EnsembleAccuracy choice, SearchSpace space, EnsembleEstimator.Progress progress) throws IOException {
        Map<String, AccuracyEstimator> others = new LinkedHashMap<>();
        for (EnsembleAccuracy.Source.Estimated source : choice.estimated()) {
            others.put(choice.title(source), of(source.accuracy(), space, progress));
        }
        SignalPanel panel = new SignalPanel(choice.computed(), probe(choice.settings(), space), choice.settings().seeds(), others);
        Optional<AccuracyTable> table = choice.table().isEmpty() ? Optional.empty() : Optional.of(AccuracyTable.read(choice.table().get(), Optional.of(space)));
        EnsembleEstimator ensemble = switch (choice.method()) {
            case FITTED -> EnsembleEstimator.fitted(panel, table.orElseThrow(), String.valueOf(choice.table().orElseThrow().getFileName()), choice.networks(), progress);
            case RANKS -> EnsembleEstimator.ranks(panel, sample(space, choice.networks()), table, choice.networks(), progress);
        };
        Optional<Double> rho = ensemble.spearman();
        if (!choice.allowWeak() && rho.isPresent() && !Standing.isStrong(rho.get())) {
            throw new IllegalArgumentException("accuracy: on networks that it was not made with the ensemble has a rank correlation (Spearman's ρ) of " + Standing.text(rho.get())
                    + ", and " + Standing.BAR + " is the least. Take other signals, or write allow-weak: true.");
        }
        return ensemble;
    }

    /** Different networks drawn uniformly, the same for one space. */
    private static List<Architecture> sample(SearchSpace space, int count) {
        Set<Genome> genomes = new LinkedHashSet<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int draw = 0; genomes.size() < count && draw < DRAWS * count; draw++) {
            genomes.add(space.canonical(Genome.of(space.decisions().stream().mapToInt(d -> random.nextInt(d.size())).toArray())));
        }
        return genomes.stream().map(space::decode).toList();
    }
}
