package finch.search.cli;

import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "export", description = "Writes an architecture in another format, reads it back and compares.")
final class ExportCommand implements Callable<Integer> {
    /** What can be written. Names are the words on the command line. */
    enum Format { json, yaml }

    @Parameters(paramLabel = "ARCH", description = "A reference name, an architecture file, or RUN:best, RUN:knee, RUN:front/N.")
    private String argument;

    @Option(names = "--format", required = true, paramLabel = "FORMAT", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Format format;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "The file to write; without it, standard output.")
    private Path output;

    private final Terminal terminal;

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Architecture architecture = new Subjects(terminal).architecture(argument);
        String text = switch (format) {
            case json -> ArchitectureFormat.toJson(architecture) + "\n";
            case yaml -> ArchitectureFormat.toYaml(architecture);
        };
        Architecture back = ArchitectureFormat.parse("the exported text", text);
        if (!back.equals(architecture)) {
            throw new IllegalStateException("the exported text reads back as another architecture");
        }
        if (output == null) {
            terminal.out().print(text);
        } else {
            Path file = terminal.resolve(output);
            OutputFiles.write(file, temporary -> Files.writeString(temporary, text));
            terminal.message("wrote " + terminal.relative(file));
        }
        return ExitCode.DONE;
    }
}
