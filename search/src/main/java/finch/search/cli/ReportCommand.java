package finch.search.cli;

import finch.search.report.Report;
import finch.search.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "report", description = "Writes a run as one self-contained HTML file, report.html in its folder.")
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "A run folder, or its name in runs/.")
    private String run;

    private final Terminal terminal;

    ReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Path file = Report.write(new RunFolder(Runs.folder(terminal, run)));
        terminal.out().println(terminal.relative(file));
        return ExitCode.DONE;
    }
}
