package finch.search.cli;

import finch.search.run.Manifest;
import finch.search.run.RunFolder;
import finch.search.run.RunStatus;
import finch.search.run.SearchRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "resume", description = "Goes on with a search that was interrupted or killed. A finished one is left as it is.",
        footer = {"  finch resume runs/mobilenetv3-small"})
final class ResumeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "A run folder, or its name in runs/.")
    private String run;

    @Mixin
    private SearchCommand.RunOptions options;

    private final Terminal terminal;

    ResumeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return resume(terminal, Runs.resumable(terminal, run), options);
    }

    /** @return the exit code */
    static int resume(Terminal terminal, Path folder, SearchCommand.RunOptions options) throws IOException {
        int threads = options.threads();
        if (Runs.isRun(folder)) {
            Manifest manifest = Manifest.read(new RunFolder(folder));
            if (manifest.status() == RunStatus.FINISHED) {
                terminal.message(terminal.relative(folder) + " is finished; it is left as it is");
                if (options.json()) {
                    terminal.out().println(JsonLine.of(Session.json(SearchRun.ended(folder, manifest))));
                }
                return ExitCode.DONE;
            }
        }
        return new Session(terminal, options.json(), options.cluster(terminal)).run(() -> Optional.of(folder),
                (services, listener, cancelled) -> SearchRun.resume(folder, threads, services, listener, cancelled));
    }
}
