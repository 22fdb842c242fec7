package finch.search.run;

import finch.accuracy.AccuracyEstimator;
import finch.latency.Measurement;
import finch.search.config.Accuracy;
import finch.search.config.SearchConfig;
import finch.space.Architecture;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a search takes from the evaluators. The command line plugs in the real ones, tests their own. */
public interface SearchServices {
    /** For searches of one's own accuracy estimator under exact costs: no latency, nothing timed, nothing exported. */
    static SearchServices of(AccuracyEstimator accuracy) {
        return new SearchServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) {
                return accuracy;
            }

            @Override
            public DeviceLatency latency(SearchConfig.Device device, SearchSpace space) {
                throw new IllegalArgumentException("these services know no latency; leave it out of objectives and constraints");
            }

            @Override
            public List<Measurement> time(List<Architecture> networks, SearchConfig.Device device, int runs) {
                throw new IllegalArgumentException("these services time nothing; write front: { measure: false }");
            }

            @Override
            public void exportOnnx(Architecture architecture, long weightSeed, Path file) {
                throw new IllegalArgumentException("these services export nothing; write export: { pick: none }");
            }
        };
    }

    /** @throws IllegalArgumentException with a message for people if there is no such recipe or the table has mistakes */
    AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException;

    /**
     * {@link #accuracy(Accuracy, SearchSpace)} for a run.
     *
     * @param folder the run folder, where trainers leave their work
     */
    default AccuracyEstimator accuracy(SearchConfig config, Path folder) throws IOException {
        return accuracy(config.accuracy(), config.space().space());
    }

    /**
     * {@link #accuracy(SearchConfig, Path)} by one of several estimators that a config names: a rung of a ladder.
     *
     * @param folder the run folder, where trainers leave their work
     */
    default AccuracyEstimator accuracy(Accuracy choice, SearchConfig config, Path folder) throws IOException {
        return choice.equals(config.accuracy()) ? accuracy(config, folder) : accuracy(choice, config.space().space());
    }

    /** Who estimates accuracies instead of this process. */
    default Optional<EvaluationCluster> cluster() {
        return Optional.empty();
    }

    /**
     * The device's latency model; calibrates the machine, on shapes of the space too, if it has no profile yet. Asked only
     * where latency matters.
     */
    DeviceLatency latency(SearchConfig.Device device, SearchSpace space) throws IOException;

    /**
     * Times networks alternately, so that a drift of the machine meets all of them.
     *
     * @param runs timed runs of each network
     * @return one timing per network, in order
     */
    List<Measurement> time(List<Architecture> networks, SearchConfig.Device device, int runs);

    /** What trainings need: of super-networks, of the best networks after the search. Asked only where the config has such. */
    default TrainingServices training() {
        throw new IllegalArgumentException("these services train nothing; leave out finals and accuracy.train");
    }

    /** Writes an ONNX file with seeded, untrained weights that says so. */
    void exportOnnx(Architecture architecture, long weightSeed, Path file) throws IOException;
}
