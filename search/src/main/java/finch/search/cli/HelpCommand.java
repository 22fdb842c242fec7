package finch.search.cli;

import finch.space.format.Suggestions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "help", description = "Shows the help of a command.",
        footer = {"  finch help search"})
final class HelpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "A command; without it the list of all.")
    private String command;

    @Override
    public Integer call() {
        CommandLine root = spec.parent().commandLine();
        Map<String, CommandLine> commands = root.getSubcommands();
        if (command != null && !commands.containsKey(command)) {
            throw new UsageException("unknown command \"" + command + "\". " + Suggestions.nearest(command, commands.keySet())
                    .map(n -> "Maybe you meant " + n + ". ").orElse("") + "Commands: " + String.join(", ", commands.keySet()) + ".");
        }
        CommandLine wanted = command == null ? root : commands.get(command);
        wanted.usage(root.getOut());
        return ExitCode.DONE;
    }
}
