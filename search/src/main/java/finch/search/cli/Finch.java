package finch.search.cli;

import finch.engine.kernel.KernelSet;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line. */
public final class Finch {
    private static final String QUIET = "--quiet";

    private Finch() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        // one line for each warning of the engine
        System.setProperty("java.util.logging.SimpleFormatter.format", "finch: %5$s%n");
        Written results = new Written(new FileOutputStream(FileDescriptor.out));
        PrintStream out = stream(results);
        PrintStream err = stream(new FileOutputStream(FileDescriptor.err));
        int code = execute(new Terminal(System.in, out, err, Path.of("").toAbsolutePath(), isTerminal(System.getenv(), "FINCH_TERMINAL"),
                colours(System.getenv()), false), args);
        out.flush();
        if (results.isLost() && code == ExitCode.DONE) {
            err.println("finch: the results could not be written: " + results.failure.getMessage());
            code = ExitCode.FAILED;
        }
        err.flush();
        System.exit(code);
    }

    /** What the launcher found, since the JVM cannot tell of one stream alone. */
    private static boolean isTerminal(Map<String, String> environment, String variable) {
        return "true".equals(environment.get(variable));
    }

    /** On a terminal, unless {@code NO_COLOR} is there and not empty (https://no-color.org). */
    static boolean colours(Map<String, String> environment) {
        return isTerminal(environment, "FINCH_OUTPUT_TERMINAL") && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** Runs one command in this process; never throws for bad input. */
    static int execute(Terminal given, String... args) {
        // commands get their terminal before picocli reads the options
        Terminal terminal = List.of(args).contains(QUIET) ? given.quietly() : given;
        int code = code(terminal, args);
        terminal.out().flush();
        terminal.err().flush();
        return code;
    }

    /** Errors that a large network or file can bring about are told like exceptions, which picocli handles. */
    private static int code(Terminal terminal, String... args) {
        try {
            return commandLine(terminal).execute(args);
        } catch (OutOfMemoryError | StackOverflowError e) {
            return new Errors(terminal).exhausted(e, List.of(args));
        }
    }

    /** The whole model of commands and options. */
    static CommandLine commandLine(Terminal terminal) {
        CommandLine line = new CommandLine(new Root());
        Commands.all(terminal).forEach(line::addSubcommand);
        // words of their own among the names of networks, since they take minutes and hours, and the others a moment
        line.getSubcommands().get("reproduce").addSubcommand(new ReproduceTrainingCommand(terminal));
        line.getSubcommands().get("reproduce").addSubcommand(new ReproduceLatencyCommand(terminal));
        // an inherited provider would be asked for every command, and load kernels that most do not need
        line.getCommandSpec().versionProvider(new Version());
        line.getSubcommands().values().forEach(command -> {
            command.getCommandSpec().versionProvider(new Version());
            command.getSubcommands().values().forEach(own -> own.getCommandSpec().versionProvider(new Version()));
        });
        Errors errors = new Errors(terminal);
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler(errors::usage);
        line.setExecutionExceptionHandler((exception, command, parsed) -> errors.execution(exception, command));
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(100);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        return line;
    }

    private static PrintStream stream(OutputStream bytes) {
        return new PrintStream(new BufferedOutputStream(bytes), true, StandardCharsets.UTF_8);
    }

    /** Remembers what a {@link PrintStream} swallows: that results did not get to where they should, such as a full disk. */
    private static final class Written extends FilterOutputStream {
        private IOException failure;

        Written(OutputStream bytes) {
            super(bytes);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                out.write(bytes, from, count);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        /** A reader that had enough, such as {@code head}, is no loss. */
        boolean isLost() {
            return failure != null && !"Broken pipe".equals(failure.getMessage());
        }
    }

    @Command(name = "finch", scope = ScopeType.INHERIT, sortOptions = false,
            description = "Finds convolutional networks that are as accurate as possible under a latency, size or memory budget"
                    + " on this machine.", footer = {"  finch search mobilenetv3-small", "  finch show mobilenetv3-large", "  finch help search"},
            optionListHeading = "%nOptions:%n", commandListHeading = "%nCommands:%n", parameterListHeading = "%n",
            footerHeading = "%nExamples:%n", synopsisHeading = "Usage: ", descriptionHeading = "%n", exitCodeOnInvalidInput = ExitCode.USAGE,
            exitCodeOnExecutionException = ExitCode.FAILED)
    private static final class Root implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Show this help and exit.")
        private boolean help;

        @Option(names = {"-V", "--version"}, versionHelp = true, scope = ScopeType.INHERIT, description = "Show the version and exit.")
        private boolean version;

        @Option(names = QUIET, scope = ScopeType.INHERIT, description = "Tell results and errors only: no progress, no remarks.")
        private boolean quiet;

        @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Show where in the code an error came from.")
        private boolean stacktrace;

        @Override
        public Integer call() {
            spec.commandLine().usage(spec.commandLine().getErr());
            return ExitCode.USAGE;
        }
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"finch " + number() + " on Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + "), kernels "
                    + KernelSet.configured().kernels().name()};
        }

        /** Of the jar; classes that are not in a jar are of no version. */
        static String number() {
            String version = Finch.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }
    }
}
