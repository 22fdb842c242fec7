package finch.search.cli;

import java.util.List;

/** All commands, in the order in which help lists them. */
final class Commands {
    private Commands() {}

    static List<Object> all(Terminal terminal) {
        return List.of(
                new SearchCommand(terminal),
                new ResumeCommand(terminal),
                new WorkerCommand(terminal),
                new ReproduceCommand(terminal),
                new ReportCommand(terminal),
                new CompareCommand(terminal),
                new ServeCommand(terminal),
                new ExportCommand(terminal),
                new ShowCommand(terminal),
                new ShowSpaceCommand(terminal),
                new ListCommand(terminal),
                new TrainCommand(terminal),
                new EvaluateCommand(terminal),
                new ClassifyCommand(terminal),
                new SupernetCommand(terminal),
                new SupernetRankCommand(terminal),
                new SupernetExtractCommand(terminal),
                new CalibrateCommand(terminal),
                new MeasureCommand(terminal),
                new EstimateCommand(terminal),
                new FitCommand(terminal),
                new ProxiesCommand(terminal),
                new CompletionCommand(terminal),
                new HelpCommand());
    }
}
