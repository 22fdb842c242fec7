package finch.search.cli;

import finch.accuracy.AccuracyTable;
import finch.accuracy.Figure;
import finch.accuracy.ShippedSurrogate;
import finch.accuracy.Surrogate;
import finch.accuracy.SurrogateFit;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "fit", description = "Fits an accuracy surrogate to a table of results and prints how wrong it is on results it was"
        + " not fitted to, beside trivial baselines.",
        footer = {"  finch fit accuracies.csv -o surrogate.json"})
final class FitCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TABLE", description = "A table of architectures or genomes with their accuracy (.csv, .jsonl); or the"
            + " folder of published results that the shipped surrogate is fitted to.")
    private Path table;

    @Option(names = {"-o", "--output"}, required = true, paramLabel = "FILE", description = "The surrogate to write (.json).")
    private Path output;

    @Option(names = "--space", paramLabel = "SPACE", description = "What the table's genomes mean: the name of a shipped space or a space file.")
    private String space;

    @Option(names = "--dataset", paramLabel = "NAME", description = "What the accuracies are of. Default: the table's name.")
    private String dataset;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private final Terminal terminal;

    FitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Path source = terminal.resolve(table);
        if (!Files.exists(source)) {
            throw new UsageException(table + ": there is no such file");
        }
        Path file = terminal.resolve(output);
        OutputFiles.check(file);
        Surrogate surrogate = Files.isDirectory(source) ? ShippedSurrogate.fit(source) : fitted(source);
        OutputFiles.write(file, surrogate::write);
        terminal.out().print(json ? JsonLine.of(json(surrogate, file)) + "\n" : surrogate.explain());
        terminal.message("wrote " + terminal.relative(file));
        return ExitCode.DONE;
    }

    private Surrogate fitted(Path source) throws IOException {
        Optional<SearchSpace> meaning = space == null ? Optional.empty() : Optional.of(Spaces.resolve(terminal, space));
        return SurrogateFit.fit(AccuracyTable.read(source, meaning), Optional.ofNullable(dataset));
    }

    private static Map<String, Object> json(Surrogate surrogate, Path file) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("file", file.toString());
        object.put("dataset", surrogate.dataset());
        object.put("recipe", surrogate.recipe());
        object.put("recipes", surrogate.recipes());
        object.put("figures", surrogate.figures().stream().map(FitCommand::json).toList());
        return object;
    }

    private static Map<String, Object> json(Figure figure) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("test", figure.test());
        object.put("rows", figure.rows());
        object.put("meanAbsoluteError", figure.meanAbsoluteError());
        object.put("rmse", figure.rmse());
        object.put("spearman", figure.spearman());
        object.put("coverage90", figure.coverage90());
        object.put("halfWidth", figure.halfWidth());
        object.put("outside", figure.outside());
        figure.offsetsOff().ifPresent(o -> object.put("offsetsOff", offsetsOff(o)));
        object.put("baselines", figure.baselines().stream().map(FitCommand::baseline).toList());
        return object;
    }

    private static Map<String, Object> offsetsOff(Figure.OffsetsOff score) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("sources", score.sources());
        object.put("rows", score.rows());
        object.put("alone", score.alone());
        object.put("meanAbsoluteError", score.meanAbsoluteError());
        object.put("rmse", score.rmse());
        object.put("spearman", score.spearman());
        object.put("coverage90", score.coverage90());
        return object;
    }

    private static Map<String, Object> baseline(Figure.Baseline baseline) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("feature", baseline.feature());
        object.put("meanAbsoluteError", baseline.meanAbsoluteError());
        object.put("rmse", baseline.rmse());
        object.put("spearman", baseline.spearman());
        return object;
    }
}
