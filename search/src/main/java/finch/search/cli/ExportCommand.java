package finch.search.cli;

import finch.engine.Weights;
import finch.onnx.OnnxModel;
import finch.onnx.OnnxReader;
import finch.search.export.SourceFormat;
import finch.search.export.SvgDiagram;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.DotFormat;
import finch.space.format.TimmFormat;
import finch.space.network.Network;
import finch.training.ModelFile;
import finch.training.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "export", description = "Writes an architecture in another format, reads it back and compares.",
        footer = {"  finch export mobilenetv3-small --format onnx -o small.onnx", "  finch export runs/mobilenetv3-small:best --format pytorch -o best.py", "  finch export mobilenetv3-large --format svg -o large.svg",
                "  finch export mine.finch --format onnx -o mine.onnx"})
final class ExportCommand implements Callable<Integer> {
    /** What can be written. Names are the words on the command line. */
    enum Format { json, yaml, onnx, pytorch, keras, timm, dot, svg, java }

    @Parameters(paramLabel = "ARCH", description = "A reference name, an architecture file, RUN:best, RUN:knee, RUN:front/N, - for one on standard"
            + " input, or a model file or an ONNX file that says its architecture, as Finch's do, whose weights are written where the format holds some.")
    private String argument;

    @Option(names = "--format", required = true, paramLabel = "FORMAT", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Format format;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "The file to write; without it, standard output.")
    private Path output;

    @Option(names = "--weights", paramLabel = "FILE", description = "A model file or an ONNX file of the same network, whose weights are written;"
            + " without it, and where ARCH has none, weights are seeded and untrained, and the file says so. For onnx and pytorch.")
    private Path weights;

    @Option(names = "--weight-seed", paramLabel = "N", description = "Seed of untrained weights, from 0. Default: 1. For onnx and pytorch.")
    private Long weightSeed;

    @Option(names = "--keep-batch-norm", description = "Do not fold batch normalisation into the convolutions. Only for onnx.")
    private boolean keepBatchNorm;

    private final Terminal terminal;

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Subject subject = new Subjects(terminal).resolve(argument);
        Architecture architecture = Subjects.architecture(argument, subject);
        if (weights != null && format != Format.onnx && format != Format.pytorch) {
            throw new UsageException("--weights goes with --format onnx or pytorch; " + format + " holds no weights");
        }
        if (weights != null && format == Format.pytorch && output == null) {
            throw new UsageException("--weights needs -o FILE: a PyTorch source has its weights in a file beside it");
        }
        if (keepBatchNorm && format != Format.onnx) {
            throw new UsageException("--keep-batch-norm goes with --format onnx; no other format folds batch normalisation");
        }
        if (weightSeed != null && format != Format.onnx && format != Format.pytorch) {
            throw new UsageException("--weight-seed goes with --format onnx or pytorch; " + format + " holds no weights");
        }
        if (weightSeed != null && format == Format.pytorch && output == null) {
            throw new UsageException("--weight-seed needs -o FILE: a PyTorch source has its weights in a file beside it");
        }
        if (weightSeed != null && weightSeed < 0) {
            throw new UsageException("--weight-seed must be a whole number of at least 0, not " + weightSeed);
        }
        if (weights != null && subject.model().isPresent()) {
            throw new UsageException("--weights goes with an architecture; " + argument + " has weights of its own");
        }
        if (format == Format.onnx && output == null) {
            throw new UsageException("an ONNX file is no text; say where to write it with -o FILE");
        }
        if (weightSeed != null && (weights != null || subject.model().isPresent() || subject.onnx().isPresent())) {
            throw new UsageException("--weight-seed draws weights where none are given; " + origin() + " has weights of its own");
        }
        Optional<TrainedModel> model = weights == null ? subject.model() : ModelFile.isOne(weights.toString()) ? Optional.of(model(architecture)) : Optional.empty();
        Optional<OnnxModel> file = weights == null ? subject.onnx() : model.isPresent() ? Optional.empty() : Optional.of(OnnxReader.read(existing(weights)));
        return switch (format) {
            case onnx -> onnx(architecture, model, file);
            case pytorch, keras, java -> source(architecture, model, file);
            case json, yaml, timm, dot, svg -> text(architecture);
        };
    }

    private TrainedModel model(Architecture architecture) throws IOException {
        TrainedModel model = ModelFile.read(existing(weights));
        if (!model.architecture().anonymous().equals(architecture.anonymous())) {
            throw new UsageException(weights + ": its network is another one than " + argument + ". To export it as it is, write finch export " + weights);
        }
        return model;
    }

    /** The file that the weights are of. */
    private Path origin() {
        return weights == null ? Path.of(argument) : weights;
    }

    private long seed() {
        return weightSeed == null ? 1 : weightSeed;
    }

    private int source(Architecture architecture, Optional<TrainedModel> model, Optional<OnnxModel> onnx) throws IOException {
        SourceExport export = new SourceExport(terminal, architecture, SourceFormat.valueOf(format.name().toUpperCase(java.util.Locale.ROOT)));
        if (output == null) {
            terminal.out().print(export.text());
        } else if (format != Format.pytorch) {
            export.write(terminal.resolve(output));
        } else if (model.isPresent()) {
            export.write(terminal.resolve(output), model.get().weights(), "of " + origin().getFileName());
        } else if (onnx.isPresent()) {
            export.write(terminal.resolve(output), OnnxExport.weights(architecture, onnx.get(), origin()), "of " + origin().getFileName());
        } else {
            export.write(terminal.resolve(output), Weights.seeded(Network.of(architecture), seed()), "drawn from seed " + seed());
        }
        return ExitCode.DONE;
    }

    private Path existing(Path file) {
        Path resolved = terminal.resolve(file);
        if (!Files.isRegularFile(resolved)) {
            throw new UsageException(file + ": there is no such file");
        }
        return resolved;
    }

    private int onnx(Architecture architecture, Optional<TrainedModel> trained, Optional<OnnxModel> onnx) throws IOException {
        Path file = terminal.resolve(output);
        if (trained.isPresent()) {
            OnnxExport.model(trained.get(), !keepBatchNorm, file);
            terminal.message("wrote " + terminal.relative(file) + " with labels and normalisation");
        } else if (onnx.isPresent()) {
            boolean labelled = OnnxExport.withWeights(architecture, onnx.get(), origin(), !keepBatchNorm, file);
            terminal.message("wrote " + terminal.relative(file) + (labelled ? " with labels and normalisation" : "")
                    + (onnx.get().weights().trained() ? "" : ", untrained: so are the weights of " + origin()));
        } else {
            OnnxExport.seeded(architecture, seed(), !keepBatchNorm, file);
            terminal.message("wrote " + terminal.relative(file) + ", untrained: its weights are drawn from seed " + seed());
        }
        return ExitCode.DONE;
    }

    private int text(Architecture architecture) throws IOException {
        String text = switch (format) {
            case json -> ArchitectureFormat.toJson(architecture) + "\n";
            case yaml -> ArchitectureFormat.toYaml(architecture);
            case timm -> TimmFormat.write(architecture);
            case dot -> DotFormat.write(Network.of(architecture));
            case svg -> SvgDiagram.write(architecture);
            case onnx, pytorch, keras, java -> throw new IllegalStateException("is written elsewhere");
        };
        Architecture back = switch (format) {
            case timm -> TimmFormat.parse("the exported text", text);
            // drawings, not formats to read
            case dot, svg -> architecture;
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
