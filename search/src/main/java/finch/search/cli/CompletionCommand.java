package finch.search.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "completion", description = "Prints a script that lets a shell complete commands and options.",
        footer = {"  source <(finch completion bash)", "  finch completion zsh > ~/.finch-completion"})
final class CompletionCommand implements Callable<Integer> {
    /** Shells. Names are the words on the command line. */
    enum Shell { bash, zsh }

    @Parameters(paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        // zsh reads bash's completions; the script turns that on by itself, once zsh's own completion is there
        String prelude = shell == Shell.zsh ? "autoload -Uz compinit && compinit -u\n" : "";
        terminal.out().print(prelude + AutoComplete.bash("finch", spec.root().commandLine()));
        return ExitCode.DONE;
    }
}
