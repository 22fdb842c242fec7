package finch.search.cli;

import finch.search.report.Report;
import finch.search.report.ShellWord;
import finch.search.run.ClusterAddress;
import finch.search.run.ClusterEngine;
import finch.search.run.RunFolder;
import finch.search.run.RunListener;
import finch.search.run.RunResult;
import finch.search.run.RunStatus;
import finch.search.run.SearchRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One sitting of a search in front of a person: progress, Ctrl-C, and what is told at the end. */
final class Session {
    private final Terminal terminal;
    private final boolean json;
    private final Progress progress;
    private final Optional<ClusterAddress> cluster;

    /** @param cluster where to listen for workers; empty to evaluate here */
    Session(Terminal terminal, boolean json, Optional<ClusterAddress> cluster) {
        this.cluster = cluster;
        this.terminal = terminal;
        this.json = json;
        this.progress = new Progress(terminal);
    }

    /** Starts or resumes a search. */
    @FunctionalInterface
    interface Work {
        RunResult run(EvaluatorServices services, RunListener listener, BooleanSupplier cancelled) throws IOException;
    }

    /** @param folder of the run, once it is known   @return the exit code */
    int run(Supplier<Optional<Path>> folder, Work work) throws IOException {
        try (Interruption interruption = Interruption.watch(terminal)) {
            RunResult result;
            Optional<ClusterEngine.Listening> workers = Optional.empty();
            try {
                workers = listen(interruption);
                EvaluatorServices services = new EvaluatorServices(progress, interruption, workers);
                result = work.run(services, listener(), interruption::requested);
                if (result.status() == RunStatus.FINISHED) {
                    Baseline.write(new RunFolder(result.folder()), services, progress, interruption::requested);
                }
            } catch (CancelledException e) {
                progress.done("");
                return cancelled(folder.get());
            } finally {
                progress.done("");
                workers.ifPresent(ClusterEngine.Listening::close);
            }
            return told(result);
        }
    }

    private Optional<ClusterEngine.Listening> listen(Interruption interruption) throws IOException {
        if (cluster.isEmpty()) {
            return Optional.empty();
        }
        ClusterEngine.Listening listening = ClusterOptions.engine().listen(cluster.get(), interruption::requested, progress::message);
        progress.message("listening for workers at " + listening.address());
        return Optional.of(listening);
    }

    private int cancelled(Optional<Path> folder) {
        terminal.message(folder.filter(SearchRun::isRun).map(run -> "interrupted. Go on with: finch resume " + ShellWord.of(terminal.relative(run)))
                .orElse("interrupted; no run was begun"));
        return ExitCode.INTERRUPTED;
    }

    private int told(RunResult result) throws IOException {
        RunFolder folder = new RunFolder(result.folder());
        if (Files.exists(folder.front()) && result.frontSize() > 0) {
            Report.write(folder);
        }
        switch (result.status()) {
            case FINISHED -> terminal.message("finished: " + result.message());
            case INTERRUPTED, RUNNING -> terminal.message("interrupted after " + Quantities.exact(result.evaluated())
                    + " evaluations. Go on with: finch resume " + ShellWord.of(terminal.relative(result.folder())));
            case INFEASIBLE, FAILED -> terminal.error("finch: " + result.message());
        }
        if (json) {
            terminal.out().println(JsonLine.of(json(result)));
        } else if (result.status() == RunStatus.FINISHED) {
            terminal.out().print(new RunSummary(terminal, folder).text());
        }
        return result.status().exitCode();
    }

    static Map<String, Object> json(RunResult result) {
        Map<String, Object> object = new LinkedHashMap<>();
        // a search that can reach none of what is asked makes none
        object.put("folder", Files.exists(result.folder()) ? result.folder().toString() : null);
        object.put("status", result.status().formatName());
        object.put("evaluated", result.evaluated());
        object.put("proposed", result.proposed());
        object.put("front", result.frontSize());
        object.put("message", result.message());
        return object;
    }

    private RunListener listener() {
        return new Told(progress);
    }
}
