package finch.search.cli;

import finch.engine.FinchRuntime;
import finch.engine.LoadedNetwork;
import finch.engine.Weights;
import finch.engine.kernel.KernelSet;
import finch.onnx.OnnxModel;
import finch.onnx.OnnxOptions;
import finch.onnx.OnnxReader;
import finch.onnx.OnnxWriter;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.training.ModelMetadata;
import finch.training.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes architectures as ONNX, reads the file back and runs both networks on one input: a file that is left behind has
 * been shown to hold what it should.
 */
final class OnnxExport {
    /** Largest difference of a logit, relative to the largest logit; float32 summed in another order stays well below. */
    private static final double TOLERANCE = 1e-4;
    private static final float[] NONE = {};

    private OnnxExport() {}

    /** Writes seeded, untrained weights; the file says so. */
    static void seeded(Architecture architecture, long seed, boolean foldBatchNorm, Path file) throws IOException {
        Network network = Network.of(architecture);
        OnnxWriter.check(network, options(foldBatchNorm));
        write(architecture, Weights.seeded(network, seed), options(foldBatchNorm).withSeed(seed), file);
    }

    /** Writes a trained network with its labels, normalisation and provenance. */
    static void model(TrainedModel model, boolean foldBatchNorm, Path file) throws IOException {
        write(model.architecture(), model.weights(), options(foldBatchNorm, ModelMetadata.of(model)), file);
    }

    /**
     * Writes the weights of another ONNX file of the same network, with its labels, normalisation and provenance.
     *
     * @return whether it has these
     * @throws UsageException if its network is another one
     */
    static boolean withWeights(Architecture architecture, OnnxModel model, Path from, boolean foldBatchNorm, Path file) throws IOException {
        Map<String, String> properties = ModelMetadata.of(from.toString(), model.network(), model.weights(), model.metadata());
        write(architecture, weights(architecture, model, from), options(foldBatchNorm, properties), file);
        return !properties.isEmpty();
    }

    /** The weights of an ONNX file under the names of our layers. @throws UsageException if its network is another one */
    static Weights weights(Architecture architecture, OnnxModel model, Path from) {
        Network network = Network.of(architecture);
        Weights weights = transferred(network, model, from);
        double difference = difference(network, weights, model.network(), model.weights());
        if (Double.isNaN(difference)) {
            throw new UsageException(from + ": its network answers with what is no number (NaN or infinite), so its weights cannot be shown to be those of "
                    + architecture.name() + ". Train or export it again.");
        }
        if (!(difference <= TOLERANCE)) {
            throw new UsageException(from + ": its network has the shapes of " + architecture.name()
                    + " but computes something else; its activations or paddings differ");
        }
        return weights;
    }

    private static OnnxOptions options(boolean foldBatchNorm) {
        return foldBatchNorm ? OnnxOptions.folded() : OnnxOptions.unfolded();
    }

    private static OnnxOptions options(boolean foldBatchNorm, Map<String, String> properties) {
        OnnxOptions options = options(foldBatchNorm);
        for (Map.Entry<String, String> property : properties.entrySet()) {
            options = options.with(property.getKey(), property.getValue());
        }
        return options;
    }

    private static void write(Architecture architecture, Weights weights, OnnxOptions options, Path file) throws IOException {
        Network network = Network.of(architecture);
        OnnxOptions described = options.withArchitecture(ArchitectureFormat.toJson(architecture));
        OutputFiles.write(file, temporary -> {
            Files.write(temporary, OnnxWriter.toBytes(network, weights, described));
            OnnxModel back = OnnxReader.read(temporary);
            double difference = difference(network, weights, back.network(), back.weights());
            if (!(difference <= TOLERANCE) || back.weights().trained() != weights.trained()) {
                throw new IllegalStateException("the ONNX file of " + architecture.name() + " reads back as another network: outputs differ by "
                        + difference + " of the largest");
            }
        });
    }

    /** The largest difference between the outputs of two networks on one input, relative to the largest output. */
    private static double difference(Network a, Weights weightsOfA, Network b, Weights weightsOfB) {
        if (!a.input().equals(b.input()) || a.output().size() != b.output().size()) {
            return Double.POSITIVE_INFINITY;
        }
        float[] input = new float[a.input().size()];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) random.nextGaussian();
        }
        float[] ours = run(a, weightsOfA, input);
        float[] theirs = run(b, weightsOfB, input);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < ours.length; i++) {
            largest = Math.max(largest, Math.abs(ours[i]));
            difference = Math.max(difference, Math.abs(ours[i] - theirs[i]));
        }
        return difference == 0 ? 0 : difference / largest;
    }

    private static float[] run(Network network, Weights weights, float[] input) {
        float[] output = new float[network.output().size()];
        // one inference: scalar kernels are fast enough, and there without the Vector API
        try (LoadedNetwork loaded = new FinchRuntime(KernelSet.SCALAR).load(network, weights, 1, 1)) {
            loaded.run(input, output);
        }
        return output;
    }

    /** The parameters of a file under the names of our layers: convolutions and dense layers correspond in their order. */
    private static Weights transferred(Network network, OnnxModel model, Path from) {
        List<Layer> ours = weighted(network);
        List<Layer> theirs = weighted(model.network());
        if (ours.size() != theirs.size()) {
            throw new UsageException(from + ": has " + theirs.size() + " layers with weights, where " + network.name() + " has " + ours.size());
        }
        Map<String, Weights.Parameters> parameters = new LinkedHashMap<>();
        for (int i = 0; i < ours.size(); i++) {
            parameters.put(ours.get(i).name(), parameters(ours.get(i), theirs.get(i), model.weights(), from));
        }
        return new Weights(parameters, model.weights().trained());
    }

    private static List<Layer> weighted(Network network) {
        return network.layers().stream().filter(layer -> layer instanceof Layer.Convolution || layer instanceof Layer.Dense).toList();
    }

    private static Weights.Parameters parameters(Layer ours, Layer theirs, Weights weights, Path from) {
        Weights.Parameters given = weights.of(theirs);
        if (!ours.op().equals(theirs.op()) || !ours.input().equals(theirs.input()) || !ours.output().equals(theirs.output())
                || given.kernel().length != ours.macs() / ours.output().pixels()) {
            throw new UsageException(from + ": its layer " + theirs.name() + " (" + theirs.op() + " " + theirs.input() + " to "
                    + theirs.output() + ") is not " + ours.name() + " (" + ours.op() + " " + ours.input() + " to " + ours.output() + ")");
        }
        if (ours.batchNormChannels() == 0 || given.batchNorm() != null) {
            int biases = ours instanceof Layer.Convolution c && c.bias() || ours instanceof Layer.Dense d && d.bias() ? ours.output().channels() : 0;
            return new Weights.Parameters(given.kernel(), biases == 0 ? NONE : orZero(given.bias(), biases), given.batchNorm());
        }
        // folded in the file: a batch normalisation that only adds the folded bias computes the same
        int channels = ours.output().channels();
        float[] ones = new float[channels];
        Arrays.fill(ones, 1);
        return new Weights.Parameters(given.kernel(), NONE,
                new Weights.BatchNorm(ones, orZero(given.bias(), channels), new float[channels], ones.clone(), 0));
    }

    private static float[] orZero(float[] bias, int channels) {
        return bias.length == 0 ? new float[channels] : bias;
    }
}
