package finch.search.cli;

import finch.data.Normalisation;
import finch.engine.Weights;
import finch.onnx.OnnxModel;
import finch.onnx.OnnxReader;
import finch.space.Architecture;
import finch.space.Extent;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import finch.training.Fingerprint;
import finch.training.ModelFile;
import finch.training.ModelMetadata;
import finch.training.StartingWeights;
import finch.training.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The weights of a file, model or ONNX, to go on training with. */
final class WeightsToTrain {
    private WeightsToTrain() {}

    /**
     * Reads a file.
     *
     * @param given what ARCH means; its resolution, channels and classes may be others than the file's
     * @throws UsageException if the file has no weights, or those of another network
     */
    static StartingWeights read(Terminal terminal, Path file, String arch, Architecture given) throws IOException {
        Path resolved = terminal.resolve(file);
        if (!ModelFile.isOne(file.toString()) && !Subjects.isOnnx(file.toString())) {
            throw new UsageException(file + ": weights are read from model files (.finch) and ONNX files");
        }
        if (!Files.isRegularFile(resolved)) {
            throw new UsageException(file + ": there is no such file");
        }
        String sha256 = Fingerprint.ofFile(resolved);
        if (ModelFile.isOne(file.toString())) {
            TrainedModel model = ModelFile.read(resolved);
            Architecture its = model.architecture();
            if (!like(given, its.resolution(), its.channels(), its.classes()).anonymous().equals(its.anonymous())) {
                throw new UsageException(file + ": its network is another one than " + arch + ". To go on with it as it is, write finch train " + file + " --weights " + file);
            }
            return new StartingWeights(file.toString(), sha256, its, model.weights(), Optional.of(model.normalisation()));
        }
        OnnxModel onnx = OnnxReader.read(resolved);
        TensorShape input = onnx.network().input();
        Architecture its = like(given, new Extent(input.height(), input.width()), input.channels(), onnx.network().output().size());
        try {
            Network.of(its);
        } catch (IllegalArgumentException e) {
            throw new UsageException(file + ": its network is another one than " + arch + ", which does not run at its resolution: " + e.getMessage());
        }
        Weights weights = OnnxExport.weights(its, onnx, file);
        Optional<Normalisation> normalisation = ModelMetadata.of(file.toString(), onnx.network(), onnx.weights(), onnx.metadata()).isEmpty() ? Optional.empty()
                : Optional.of(ModelMetadata.classifier(file.toString(), its.name(), onnx.network(), onnx.weights(), onnx.metadata()).normalisation());
        return new StartingWeights(file.toString(), sha256, its, weights, normalisation);
    }

    private static Architecture like(Architecture given, Extent resolution, int channels, int classes) {
        return new Architecture(given.name(), resolution, channels, classes, given.padding(), given.stem(), given.blocks(), given.head());
    }
}
