package finch.space;

import java.util.Arrays;
import java.util.Optional;

/** The activation that follows a batch-normalised convolution or the hidden dense layer. */
public enum Activation {
    LINEAR("linear"),
    RELU("relu"),
    /** min(max(x, 0), 6). */
    RELU6("relu6"),
    /** x·min(max(x + 3, 0), 6)/6, Howard et al. 2019 (arXiv 1905.02244), section 5.2. */
    HARD_SWISH("hard-swish"),
    /** x·sigmoid(x). */
    SWISH("swish");

    private final String formatName;

    Activation(String formatName) {
        this.formatName = formatName;
    }

    /** The word used in architecture files, e.g. {@code hard-swish}. */
    public String formatName() {
        return formatName;
    }

    public static Optional<Activation> ofFormatName(String name) {
        return Arrays.stream(values()).filter(a -> a.formatName.equals(name)).findFirst();
    }
}
