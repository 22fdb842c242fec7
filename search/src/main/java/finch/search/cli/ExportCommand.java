package finch.search.cli;

import finch.onnx.OnnxModel;
import finch.onnx.OnnxReader;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.DotFormat;
import finch.space.format.TimmFormat;
import finch.space.network.Network;
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
    enum Format { json, yaml, onnx, timm, dot }

    @Parameters(paramLabel = "ARCH", description = "A reference name, an architecture file, or RUN:best, RUN:knee, RUN:front/N.")
    private String argument;

    @Option(names = "--format", required = true, paramLabel = "FORMAT", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Format format;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "The file to write; without it, standard output.")
    private Path output;

    @Option(names = "--weights", paramLabel = "FILE", description = "An ONNX file of the same network, whose weights are written;"
            + " without it, weights are seeded and untrained, and the file says so. Only for onnx.")
    private Path weights;

    @Option(names = "--weight-seed", paramLabel = "N", defaultValue = "1",
            description = "Seed of untrained weights. Default: ${DEFAULT-VALUE}.")
    private long weightSeed;

    @Option(names = "--keep-batch-norm", description = "Do not fold batch normalisation into the convolutions. Only for onnx.")
    private boolean keepBatchNorm;

    private final Terminal terminal;

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Architecture architecture = new Subjects(terminal).architecture(argument);
        return format == Format.onnx ? onnx(architecture) : text(architecture);
    }

    private int onnx(Architecture architecture) throws IOException {
        if (output == null) {
            throw new UsageException("an ONNX file is no text; say where to write it with -o FILE");
        }
        Path file = terminal.resolve(output);
        if (weights == null) {
            OnnxExport.seeded(architecture, weightSeed, !keepBatchNorm, file);
            terminal.message("wrote " + terminal.relative(file) + ", untrained: its weights are drawn from seed " + weightSeed);
        } else {
            Path from = terminal.resolve(weights);
            if (!Files.isRegularFile(from)) {
                throw new UsageException(weights + ": there is no such file");
            }
            OnnxModel model = OnnxReader.read(from);
            OnnxExport.withWeights(architecture, model, weights, !keepBatchNorm, file);
            terminal.message("wrote " + terminal.relative(file) + (model.weights().trained() ? "" : ", untrained: so are the weights of " + weights));
        }
        return ExitCode.DONE;
    }

    private int text(Architecture architecture) throws IOException {
        if (weights != null) {
            throw new UsageException("--weights goes with --format onnx; " + format + " holds no weights");
        }
        String text = switch (format) {
            case json -> ArchitectureFormat.toJson(architecture) + "\n";
            case yaml -> ArchitectureFormat.toYaml(architecture);
            case timm -> TimmFormat.write(architecture);
            case dot -> DotFormat.write(Network.of(architecture));
            case onnx -> throw new IllegalStateException("is no text");
        };
        Architecture back = switch (format) {
            case timm -> TimmFormat.parse("the exported text", text);
            // a drawing, not a format to read
            case dot -> architecture;
            default -> ArchitectureFormat.parse("the exported text", text);
        };
        if (!back.anonymous().equals(architecture.anonymous())) {
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
