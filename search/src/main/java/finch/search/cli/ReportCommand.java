package finch.search.cli;

import finch.search.report.Report;
import finch.search.run.RunFolder;
import finch.space.format.AtomicFile;
import finch.space.format.TextFile;
import finch.training.supernet.RankStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "report", description = "Writes a run as one self-contained HTML file, report.html in its folder.",
        footer = {"  finch report mobilenetv3-small", "  finch report cifar10 --rank cifar-rank.jsonl"})
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "A run folder, or its name in runs/.")
    private String run;

    @Option(names = "--rank", paramLabel = "FILE", description = "What finch supernet-rank wrote of the run's super-network; it is kept in the run as supernet-rank.jsonl and drawn from then on.")
    private Path rank;

    private final Terminal terminal;

    ReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        RunFolder folder = new RunFolder(Runs.folder(terminal, run));
        if (rank != null) {
            keep(terminal.resolve(rank), folder.supernetRank());
        }
        try (Interruption interruption = Interruption.watch(terminal)) {
            Progress progress = new Progress(terminal);
            Baseline.write(folder, new EvaluatorServices(new Progress(terminal.quietly()), interruption), progress, interruption::requested);
            progress.done("");
        }
        Path file = Report.write(folder);
        terminal.out().println(terminal.relative(file));
        return ExitCode.DONE;
    }

    private static void keep(Path from, Path to) throws IOException {
        RankStudy.stored(from);
        if (!Files.exists(to) || !Files.isSameFile(from, to)) {
            AtomicFile.write(to, TextFile.read(from));
        }
    }
}
