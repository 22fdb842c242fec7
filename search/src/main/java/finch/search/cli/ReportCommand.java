package finch.search.cli;

import finch.search.report.Report;
import finch.search.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "report", description = "Writes a run as one self-contained HTML file, report.html in its folder.",
        footer = {"  finch report mobilenetv3-small"})
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "A run folder, or its name in runs/.")
    private String run;

    private final Terminal terminal;

    ReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        RunFolder folder = new RunFolder(Runs.folder(terminal, run));
        try (Interruption interruption = Interruption.watch(terminal)) {
            Progress progress = new Progress(terminal);
            Baseline.write(folder, new EvaluatorServices(new Progress(terminal.quietly()), interruption), progress, interruption::requested);
            progress.done("");
        }
        Path file = Report.write(folder);
        terminal.out().println(terminal.relative(file));
        return ExitCode.DONE;
    }
}
