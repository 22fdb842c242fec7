package finch.search.run;

import finch.engine.kernel.KernelSet;
import finch.search.config.Accuracy;
import finch.search.config.ConfigWriter;
import finch.search.config.EnsembleAccuracy;
import finch.search.config.LadderAccuracy;
import finch.search.config.ProxyAccuracy;
import finch.search.config.SearchConfig.Algorithm;
import finch.search.config.SearchConfig.Device;
import finch.search.config.SearchConfig.Export;
import finch.search.config.SearchConfig.FrontTiming;
import finch.search.config.SearchConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What workers need to know of a search: its space, seed and accuracy, and nothing else.
 *
 * @param config  a search config, as YAML; only those three of it mean something
 * @param files   SHA-256 of every file that accuracies come from, by its path: a worker has the same bytes under the same path, or takes no part
 * @param kernels name of the kernels that accuracies are computed with; empty where none are
 */
public record EvaluationJob(String config, Map<String, String> files, Optional<String> kernels) {
    public EvaluationJob {
        Objects.requireNonNull(config);
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        Objects.requireNonNull(kernels);
    }

    /** The job of a search. @throws IOException if a file that accuracies come from cannot be read */
    public static EvaluationJob of(SearchConfig config) throws IOException {
        // nothing of the machine that latencies are of, and nothing that a worker would have to look up
        SearchConfig part = new SearchConfig(config.name(), config.seed(), config.space(), Device.DEFAULT, config.accuracy(), List.of(config.accuracy().tells()), List.of(),
                Algorithm.Random.DEFAULT, SearchConfig.DEFAULT_STOP, List.of(), FrontTiming.DEFAULT, Optional.empty(), Export.DEFAULT, List.of());
        Map<String, String> files = new TreeMap<>();
        for (Path file : AccuracyFacts.files(config.accuracy())) {
            files.put(absolute(file), JsonFile.sha256(file));
        }
        // relative to a folder that holds none of them, so that every path is absolute
        return new EvaluationJob(ConfigWriter.toYaml(part, Path.of("").toAbsolutePath().resolve("no folder")), files,
                computes(config.accuracy()) ? Optional.of(KernelSet.configured().kernels().name()) : Optional.empty());
    }

    /** How {@link #files} calls a file. */
    static String absolute(Path file) {
        return file.toAbsolutePath().normalize().toString();
    }

    /** Whether figures are computed by kernels, whose last bits depend on how wide they are. */
    private static boolean computes(Accuracy accuracy) {
        return switch (accuracy) {
            case Accuracy.Surrogate _, Accuracy.Table _, Accuracy.Command _ -> false;
            case Accuracy.Supernet _, ProxyAccuracy _, EnsembleAccuracy _ -> true;
            case LadderAccuracy ladder -> ladder.rungs().stream().anyMatch(rung -> computes(rung.accuracy()));
        };
    }

    /** The estimators of a config, in order: the rungs of its ladder, or the one there is. */
    static List<Accuracy> choices(Accuracy accuracy) {
        return accuracy instanceof LadderAccuracy ladder ? ladder.rungs().stream().map(LadderAccuracy.Rung::accuracy).toList() : List.of(accuracy);
    }

    /** The trainers of a config. */
    static Stream<Accuracy.Command> trainers(Accuracy accuracy) {
        return choices(accuracy).stream().filter(Accuracy.Command.class::isInstance).map(Accuracy.Command.class::cast);
    }
}
