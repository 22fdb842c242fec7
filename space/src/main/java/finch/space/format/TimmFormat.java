package finch.space.format;

import finch.space.Activation;
import finch.space.Architecture;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Architectures as timm (pytorch-image-models) defines them: block strings such as {@code ir_r2_k5_s1_e6_c40_se0.25},
 * stage by stage, and the arguments of the model class that builds them. What is written is a Python file that builds
 * the model where timm is installed. Channel counts survive exactly: ratios are chosen, and checked, so that timm's
 * rounding gives the counts back.
 */
public final class TimmFormat {
    /** The most a network may shrink its input; timm turns further strides into dilation without a word. */
    static final int OUTPUT_STRIDE = 32;

    /** The activation suffixes of block strings ({@code n} before them). */
    static final Map<String, Activation> SUFFIXES = ordered("re", "r6", "hs", "sw");
    /** The names that timm's get_act_layer knows. */
    static final Map<String, Activation> LAYERS = ordered("relu", "relu6", "hard_swish", "swish");

    private TimmFormat() {}

    private static Map<String, Activation> ordered(String relu, String relu6, String hardSwish, String swish) {
        Map<String, Activation> map = new LinkedHashMap<>();
        map.put(relu, Activation.RELU);
        map.put(relu6, Activation.RELU6);
        map.put(hardSwish, Activation.HARD_SWISH);
        map.put(swish, Activation.SWISH);
        return map;
    }

    /** The key of an activation. @throws java.util.NoSuchElementException for linear */
    static String key(Map<String, Activation> names, Activation activation) {
        return names.entrySet().stream().filter(e -> e.getValue() == activation).findFirst().orElseThrow().getKey();
    }

    /**
     * Writes a Python file; ends with a line break.
     *
     * @throws IllegalArgumentException if timm cannot express the architecture exactly; the message names every part
     *                                  and reason, one a line
     */
    public static String write(Architecture architecture) {
        return new TimmWriter(architecture).text();
    }

    /**
     * Reads what {@link #write} writes, and files written by hand in the same form: {@code input_size}, optional
     * {@code name}, and {@code model = MobileNetV3(…)} or {@code EfficientNet(…)} over {@code decode_arch_def} of a list
     * of lists of block strings. An unknown token or argument is a mistake, never passed over.
     *
     * @param sourceName how messages call the text
     * @throws InvalidFileException with the mistakes, each with its line
     */
    public static Architecture parse(String sourceName, String text) {
        return new TimmReader(new Problems(sourceName)).architecture(text);
    }
}
