package finch.search.cli;

import finch.training.ModelFile;
import finch.training.TrainedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** The file that a command writes a trained network to: Finch's own, or ONNX. */
record ModelOutput(Path file) {
    /**
     * Before the work that makes the model.
     *
     * @param named by {@code -o}
     * @throws UsageException if it is of neither kind, or cannot be written where it is wanted
     */
    static ModelOutput of(Terminal terminal, Path named) {
        String name = named.toString().toLowerCase(Locale.ROOT);
        if (!ModelFile.isOne(name) && !Subjects.isOnnx(name)) {
            throw new UsageException("-o " + named + ": a model is written as .finch or .onnx");
        }
        Path file = terminal.resolve(named);
        OutputFiles.check(file);
        return new ModelOutput(file);
    }

    void write(TrainedModel model) throws IOException {
        if (Subjects.isOnnx(file.toString())) {
            OnnxExport.model(model, true, file);
        } else {
            OutputFiles.write(file, temporary -> ModelFile.write(temporary, model));
        }
    }
}
