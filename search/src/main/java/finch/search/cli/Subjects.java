package finch.search.cli;

import finch.onnx.OnnxModel;
import finch.onnx.OnnxReader;
import finch.onnx.ReadOptions;
import finch.search.run.FrontPick;
import finch.space.Architecture;
import finch.space.Extent;
import finch.space.format.ArchitectureFormat;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import finch.space.format.References;
import finch.space.format.SourceReader;
import finch.space.format.TextFile;
import finch.space.network.Network;
import finch.training.Classifier;
import finch.training.ModelFile;
import finch.training.ModelMetadata;
import finch.training.TrainedModel;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds what an ARCH argument means. */
final class Subjects {
    private static final String STANDARD_INPUT = "standard input";

    private final Terminal terminal;
    private final Optional<Extent> resolution;

    Subjects(Terminal terminal) {
        this(terminal, Optional.empty());
    }

    /** @param resolution of ONNX files that leave height and width open */
    Subjects(Terminal terminal, Optional<Extent> resolution) {
        this.terminal = terminal;
        this.resolution = resolution;
    }

    static boolean isOnnx(String argument) {
        return argument.toLowerCase(Locale.ROOT).endsWith(".onnx");
    }

    /** @param argument {@code -} for one on standard input   @throws UsageException or InvalidFileException if there is no such architecture, saying what there is */
    Subject resolve(String argument) throws IOException {
        if (argument.equals("-")) {
            Architecture architecture = ArchitectureFormat.parse(STANDARD_INPUT, TextFile.read(STANDARD_INPUT, terminal.in()));
            return lowered(STANDARD_INPUT, architecture.name().isEmpty() ? STANDARD_INPUT : architecture.name(), architecture);
        }
        Optional<Subject> picked = picked(argument);
        if (picked.isPresent()) {
            return picked.get();
        }
        String lower = argument.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".json")) {
            Architecture architecture = ArchitectureFormat.parse(argument, TextFile.read(existing(argument)));
            String file = Path.of(argument).getFileName().toString();
            String name = architecture.name().isEmpty() ? file.substring(0, file.lastIndexOf('.')) : architecture.name();
            return lowered(argument, name, architecture);
        }
        if (isOnnx(argument)) {
            OnnxModel model = OnnxReader.read(existing(argument), new ReadOptions(resolution, Map.of()));
            String name = model.network().name().isEmpty() ? Home.baseName(Path.of(argument)) : model.network().name();
            Optional<Architecture> architecture = model.architecture().map(json -> ArchitectureFormat.parse(argument, json));
            return new Subject(name, model.network(), architecture, Optional.of(model), Optional.empty());
        }
        if (ModelFile.isOne(argument)) {
            TrainedModel model = ModelFile.read(existing(argument));
            String name = model.architecture().name().isEmpty() ? Home.baseName(Path.of(argument)) : model.architecture().name();
            return new Subject(name, Network.of(model.architecture()), Optional.of(model.architecture()), Optional.empty(), Optional.of(model));
        }
        // a reference's name goes first: a folder of that name, as a search makes one, does not hide the network
        if (!References.knows(argument) && Files.exists(terminal.resolve(Path.of(argument)))) {
            throw new UsageException(argument + ": not a kind of file that Finch reads. Architectures are .yaml, .json, .onnx or .finch.");
        }
        Architecture architecture = References.resolve(argument);
        return lowered(argument, architecture.name(), architecture);
    }

    /** What {@code RUN:pick} means; empty where the argument is none, such as {@code mobilenetv2@0.75:keras}. */
    private Optional<Subject> picked(String argument) throws IOException {
        int colon = argument.lastIndexOf(':');
        if (colon < 1 || References.knows(argument)) {
            return Optional.empty();
        }
        String run = argument.substring(0, colon);
        String pick = argument.substring(colon + 1);
        if (Runs.find(terminal, run).isEmpty() && !pick.matches("best|knee|front/.*")) {
            return Optional.empty();
        }
        Architecture architecture = FrontPick.resolve(Runs.folder(terminal, run), pick);
        return Optional.of(lowered(argument, architecture.name().isEmpty() ? argument : architecture.name(), architecture));
    }

    /** The architecture of an argument that must have one. */
    Architecture architecture(String argument) throws IOException {
        return architecture(argument, resolve(argument));
    }

    /** @param argument for messages */
    static Architecture architecture(String argument, Subject subject) {
        return subject.architecture().orElseThrow(() -> new UsageException(
                argument + ": is an ONNX file that does not say its architecture; here an architecture is needed: a reference name or a .yaml or .json file."
                        + " finch export ARCH --weights FILE writes an ONNX file's weights for an architecture that is named"));
    }

    /** The trained network of a model file, or of an ONNX file that says its labels and normalisation. */
    Classifier classifier(String argument) throws IOException {
        if (!ModelFile.isOne(argument) && !isOnnx(argument)) {
            throw new UsageException(argument + ": a trained network is needed here: a model file (.finch) or an ONNX file that finch train wrote, or finch export made of one");
        }
        Subject subject = resolve(argument);
        return subject.model().map(model -> model.classifier(subject.name())).orElseGet(() -> {
            OnnxModel onnx = subject.onnx().orElseThrow();
            return ModelMetadata.classifier(argument, subject.name(), onnx.network(), onnx.weights(), onnx.metadata());
        });
    }

    private static Subject lowered(String source, String name, Architecture architecture) {
        try {
            return Subject.of(name, architecture);
        } catch (IllegalArgumentException e) {
            throw new UsageException(source + ": " + e.getMessage());
        }
    }

    private Path existing(String argument) {
        Path file = terminal.resolve(Path.of(argument));
        if (!Files.isRegularFile(file)) {
            throw new UsageException(argument + ": there is no such file");
        }
        return file;
    }

    Lines lines() {
        return new Lines(new BufferedInputStream(terminal.in()));
    }

    /** A line of standard input. @param bytes which may be no text */
    record Line(int number, byte[] bytes) {
        /** The name that the line gives its architecture, as far as it can be read. */
        String name() {
            try {
                return SourceReader.parse(source(), TextFile.decoded(STANDARD_INPUT, bytes)).get("name").map(node -> node.text()).orElse(source());
            } catch (InvalidFileException e) {
                return source();
            }
        }

        Subject subject() {
            try {
                Architecture architecture = ArchitectureFormat.parse(STANDARD_INPUT, TextFile.decoded(STANDARD_INPUT, bytes));
                return Subject.of(architecture.name().isEmpty() ? source() : architecture.name(), architecture);
            } catch (InvalidFileException e) {
                // each line was parsed alone, as line 1
                throw new InvalidFileException(e.problems().stream()
                        .map(p -> new Problem(p.file(), number, p.key(), p.message())).toList());
            }
        }

        private String source() {
            return "line " + number;
        }
    }

    /** The lines of standard input that are not blank, read one at a time. */
    static final class Lines {
        private final InputStream in;
        private int number;
        private boolean empty = true;
        private boolean afterReturn;

        private Lines(InputStream in) {
            this.in = in;
        }

        /** Whether there has been none so far. */
        boolean isEmpty() {
            return empty;
        }

        Optional<Line> next() throws IOException {
            for (Optional<byte[]> bytes = line(); bytes.isPresent(); bytes = line()) {
                number++;
                if (!new String(bytes.get(), StandardCharsets.UTF_8).isBlank()) {
                    empty = false;
                    return Optional.of(new Line(number, bytes.get()));
                }
            }
            return Optional.empty();
        }

        /** The bytes up to the next end of a line, which is any of {@code \n}, {@code \r} and both; answered without waiting for what follows. */
        private Optional<byte[]> line() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                boolean restOfEnd = b == '\n' && afterReturn;
                afterReturn = b == '\r';
                if (b == '\r' || b == '\n' && !restOfEnd) {
                    return Optional.of(bytes.toByteArray());
                }
                if (!restOfEnd) {
                    bytes.write(b);
                }
            }
            return bytes.size() == 0 ? Optional.empty() : Optional.of(bytes.toByteArray());
        }
    }
}
