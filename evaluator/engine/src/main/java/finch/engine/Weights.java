package finch.engine;

import finch.space.network.Layer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters of a network, by layer name. Layouts: convolution [out][kernel h][kernel w][in/groups], dense
 * [out][in h·w·c, NHWC order]. Arrays are shared, not copied: treat what you read as read-only.
 */
public final class Weights {
    /** The parameters of one layer. @param kernel empty for a layer without; @param bias empty without */
    public record Parameters(float[] kernel, float[] bias, BatchNorm batchNorm) {}

    /** Batch normalisation of one layer, arrays of one entry per channel. */
    public record BatchNorm(float[] gamma, float[] beta, float[] mean, float[] variance, float epsilon) {}

    private final Map<String, Parameters> byLayer;
    private final boolean trained;

    public Weights(Map<String, Parameters> byLayer, boolean trained) {
        this.byLayer = new LinkedHashMap<>(byLayer);
        this.trained = trained;
    }

    public boolean trained() {
        return trained;
    }

    public Parameters of(Layer layer) {
        Parameters parameters = byLayer.get(layer.name());
        if (parameters == null) {
            throw new IllegalArgumentException("no weights for layer " + layer.name());
        }
        return parameters;
    }
}
