package finch.search.cli;

import finch.engine.HeapTooSmallException;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import finch.space.format.Suggestions;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into one message for a person and an exit code. A stack trace only follows when asked for. */
final class Errors {
    private final Terminal terminal;

    Errors(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A message without the program's name in front; empty where the exception is a defect of Finch. */
    static Optional<String> messageOf(Throwable exception) {
        return switch (exception) {
            case InvalidFileException e -> Optional.of(e.getMessage());
            case HeapTooSmallException e -> Optional.of(e.getMessage() + ": FINCH_JAVA_OPTS=-Xmx" + e.enoughMebibytes() + "m finch ...");
            case UsageException e -> Optional.of(e.getMessage());
            case NoSuchFileException e -> Optional.of(e.getFile() + ": there is no such file");
            case AccessDeniedException e -> Optional.of(e.getFile() + ": access denied");
            case FileSystemException e -> Optional.of(e.getFile() + ": " + (e.getReason() == null ? "cannot be used" : e.getReason()));
            case IOException e -> Optional.of(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
            case java.io.UncheckedIOException e -> messageOf(e.getCause());
            case InvalidPathException e -> Optional.of(e.getInput() + ": no file can be called that (" + e.getReason() + ")" + wayOut(e));
            case IllegalArgumentException e when e.getMessage() != null && e.getClass() == IllegalArgumentException.class ->
                    Optional.of(e.getMessage());
            default -> Optional.empty();
        };
    }

    /** A NUL is wrong anywhere; other characters only where names are not Unicode. */
    private static String wayOut(InvalidPathException exception) {
        boolean unicode = System.getProperty("sun.jnu.encoding", "").toUpperCase(Locale.ROOT).startsWith("UTF");
        return unicode || exception.getInput().indexOf(0) >= 0 ? "" : ". In a locale of UTF-8 it can; maybe set LC_ALL=C.UTF-8";
    }

    int usage(ParameterException exception, String[] args) {
        CommandLine command = exception.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        terminal.error("finch: " + describe(exception, command, List.of(args)));
        terminal.error("See: " + name + " --help");
        trace(exception, List.of(args).contains("--stacktrace"));
        return ExitCode.USAGE;
    }

    int execution(Exception exception, CommandLine command) {
        boolean wanted = command.getParseResult() != null && command.getCommandSpec().root().commandLine().getParseResult() != null
                && stacktraceAsked(command);
        Optional<String> message = messageOf(exception);
        if (message.isPresent()) {
            message.get().lines().forEach(line -> terminal.error("finch: " + Problem.visible(line)));
        } else {
            terminal.error("finch: this should not happen: " + exception
                    + (wanted ? "" : "\nPlease report it; --stacktrace shows where."));
        }
        trace(exception, wanted);
        boolean usage = exception instanceof InvalidFileException || exception instanceof UsageException
                || exception instanceof NoSuchFileException || exception instanceof IllegalArgumentException;
        return message.isPresent() && usage ? ExitCode.USAGE : ExitCode.FAILED;
    }

    /** The heap or a stack is full. What a command had finished is written. */
    int exhausted(VirtualMachineError error, List<String> args) {
        terminal.error(error instanceof OutOfMemoryError
                ? "finch: out of memory: the heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB is too small for this (" + error.getMessage()
                        + "). Give it more, e.g. FINCH_JAVA_OPTS=-Xmx8g finch ..., or ask for less."
                : "finch: out of stack: something in the input is nested too deeply. FINCH_JAVA_OPTS=-Xss16m allows more.");
        if (args.contains("--stacktrace")) {
            error.printStackTrace(terminal.err());
        }
        return ExitCode.FAILED;
    }

    private static boolean stacktraceAsked(CommandLine command) {
        for (CommandLine at = command; at != null; at = at.getParent()) {
            if (at.getParseResult() != null && at.getParseResult().hasMatchedOption("--stacktrace")) {
                return true;
            }
        }
        return false;
    }

    private void trace(Exception exception, boolean wanted) {
        if (wanted) {
            exception.printStackTrace(terminal.err());
        }
    }

    private static String describe(ParameterException exception, CommandLine command, List<String> args) {
        if (exception instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            return word.startsWith("-") ? unknownOption(word, command) : unknownWord(word, command);
        }
        if (exception instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
            // an option that is there lacks its value
            Optional<String> valueless = missing.getMissing().stream().filter(OptionSpec.class::isInstance)
                    .flatMap(spec -> args.stream().filter(List.of(((OptionSpec) spec).names())::contains).map(name -> name + " needs a value: " + name + " " + spec.paramLabel())).findFirst();
            return valueless.orElseGet(() -> command.getCommandSpec().qualifiedName() + " needs " + missing.getMissing().stream().map(Errors::label).collect(Collectors.joining(" and ")));
        }
        return exception.getMessage();
    }

    private static String label(ArgSpec spec) {
        if (spec instanceof OptionSpec option) {
            return option.longestName();
        }
        int least = spec.arity().min();
        return least < 2 ? spec.paramLabel() : spec.paramLabel() + " at least " + (least == 2 ? "twice" : least + " times");
    }

    private static String unknownOption(String word, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        List<String> known = new ArrayList<>(spec.optionsMap().keySet());
        return "unknown option " + name + " of " + spec.qualifiedName() + "." + Suggestions.nearest(name, known)
                .map(n -> " Maybe you meant " + n + ".").orElse("");
    }

    private static String unknownWord(String word, CommandLine command) {
        if (command.getSubcommands().isEmpty()) {
            return command.getCommandSpec().qualifiedName() + " does not take the argument \"" + word + "\".";
        }
        List<String> known = new ArrayList<>(command.getSubcommands().keySet());
        return "unknown command \"" + word + "\". " + Suggestions.nearest(word, known)
                .map(n -> "Maybe you meant " + n + ". ").orElse("") + "Commands: " + String.join(", ", known) + ".";
    }
}
