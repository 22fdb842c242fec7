package finch.space.format;

import java.util.Arrays;
import java.util.List;

/** The keys of a space file, in one place: the reader allows these, and the JSON Schema is made from them. */
enum SpaceKey {
    FORMAT(Section.SPACE, "format", Form.FORMAT, "the format and its version"),
    NAME(Section.SPACE, "name", Form.TEXT, "what messages and reports call the space; by default the file's name"),
    DESCRIPTION(Section.SPACE, "description", Form.TEXT, "one sentence for people"),
    CHANNELS(Section.SPACE, "channels", Form.COUNT, "input channels; by default 3"),
    CLASSES(Section.SPACE, "classes", Form.COUNT, "outputs of the classifier; by default 1000"),
    PADDING(Section.SPACE, "padding", Form.PADDING, "by default symmetric"),
    RESOLUTION(Section.SPACE, "resolution", Form.RESOLUTION, "choices of the input size in pixels"),
    WIDTH(Section.SPACE, "width", Form.MULTIPLIER, "choices of the width multiplier; by default 1"),
    ROUNDING(Section.SPACE, "rounding", Form.ROUNDING, "how ratios and multiples of channels become whole numbers"),
    SCALING(Section.SPACE, "scaling", Form.SCALING, "which channel counts the width multiplier changes"),
    STEM(Section.SPACE, "stem", Form.STEM, "the first convolution"),
    DEFAULTS(Section.SPACE, "defaults", Form.DEFAULTS, "what stages do not say themselves"),
    STAGES(Section.SPACE, "stages", Form.STAGES, "from the stem to the head"),
    HEAD(Section.SPACE, "head", Form.HEAD, "what follows the blocks; by default pooling and classifier alone"),

    ROUNDING_OUT(Section.ROUNDING, "out", Form.DIVISOR, "stem, block outputs and head; by default 8"),
    ROUNDING_EXPANDED(Section.ROUNDING, "expanded", Form.DIVISOR, "channels inside a block; by default 8"),
    ROUNDING_OF_EXPANDED(Section.ROUNDING, "squeeze-of-expanded", Form.DIVISOR,
            "squeezed channels given as a ratio of those inside; by default 8"),
    ROUNDING_OF_INPUT(Section.ROUNDING, "squeeze-of-input", Form.DIVISOR,
            "squeezed channels given as a ratio of the block's input; by default down"),

    SCALING_STEM(Section.SCALING, "stem", Form.SCALE, "by default always"),
    SCALING_OUT(Section.SCALING, "out", Form.SCALE, "outputs of blocks; by default always"),
    SCALING_EXPANDED(Section.SCALING, "expanded", Form.SCALE,
            "channels inside a block where they are given as a count; by default always"),
    SCALING_HEAD_CONV(Section.SCALING, "head-conv", Form.SCALE, "by default always"),
    SCALING_HEAD_HIDDEN(Section.SCALING, "head-hidden", Form.SCALE, "by default always"),

    STEM_OUT(Section.STEM, "out", Form.CHANNELS, "choices of the output channels at width 1"),
    STEM_KERNEL(Section.STEM, "kernel", Form.KERNEL, "choices of the kernel; by default 3"),
    STEM_STRIDE(Section.STEM, "stride", Form.STRIDE, "choices of the stride; by default 2"),
    STEM_ACTIVATION(Section.STEM, "activation", Form.ACTIVATION, "choices of the activation"),

    TYPE(Section.BLOCK, "type", Form.TYPE, "choices of the kind of block, or of bundles of properties; by default inverted-residual"),
    KERNEL(Section.BLOCK, "kernel", Form.KERNEL, "choices of the kernel"),
    STRIDE(Section.BLOCK, "stride", Form.STRIDE,
            "choices of the stride; given for a stage it is that of the first block, the others have 1; by default 1"),
    OUT(Section.BLOCK, "out", Form.CHANNELS, "choices of the output channels at width 1"),
    EXPAND(Section.BLOCK, "expand", Form.EXPAND, "choices of the expansion: a ratio of the input channels, or \"72 channels\""),
    SQUEEZE(Section.BLOCK, "squeeze", Form.SQUEEZE,
            "choices of squeeze-excite: none, \"0.25 of expanded\", \"0.25 of input\" or \"24 channels\"; by default none"),
    GATE(Section.BLOCK, "gate", Form.GATE, "choices of the gate of squeeze-excite; by default hard-sigmoid"),
    ACTIVATION(Section.BLOCK, "activation", Form.ACTIVATION, "choices of the activation"),
    SKIP(Section.BLOCK, "skip", Form.FLAG, "whether the input is added where shapes agree; by default true"),
    FORCE_EXPAND(Section.BLOCK, "force-expand", Form.FLAG,
            "whether an expansion by 1 has a convolution all the same; by default false"),

    DEPTH(Section.STAGE, "depth", Form.DEPTH, "choices of the number of blocks; 0 leaves the stage out"),
    PER_BLOCK(Section.STAGE, "per-block", Form.BLOCK, "what every block chooses for itself"),
    BLOCKS(Section.STAGE, "blocks", Form.BLOCKS, "block by block, what differs from the rest of the stage"),

    BUNDLE_NAME(Section.BUNDLE, "name", Form.TEXT, "what the choice is called"),

    HEAD_CONV(Section.HEAD, "conv", Form.HEAD_CONV, "choices of the 1x1 convolution: none, channels, or \"6 of input\""),
    HEAD_HIDDEN(Section.HEAD, "hidden", Form.HEAD_HIDDEN, "choices of the hidden layer: none or units"),
    HEAD_HIDDEN_BIAS(Section.HEAD, "hidden-bias", Form.BOOLEAN, "whether the hidden layer has a bias; by default true"),
    HEAD_ACTIVATION(Section.HEAD, "activation", Form.ACTIVATION, "choices of the activation; needed with conv or hidden");

    /** The mapping a key belongs to. */
    enum Section { SPACE, ROUNDING, SCALING, STEM, BLOCK, STAGE, BUNDLE, HEAD }

    /** What stands at a key. */
    enum Form {
        FORMAT, TEXT, COUNT, BOOLEAN, PADDING, DIVISOR, SCALE,
        // one choice or a list of them
        RESOLUTION, MULTIPLIER, CHANNELS, KERNEL, STRIDE, ACTIVATION, TYPE, EXPAND, SQUEEZE, GATE, FLAG, DEPTH, HEAD_CONV, HEAD_HIDDEN,
        // mappings and lists of them
        ROUNDING, SCALING, STEM, DEFAULTS, STAGES, HEAD, BLOCK, BLOCKS;

        /** Whether one choice or a list of them stands there. */
        boolean isChoice() {
            return compareTo(RESOLUTION) >= 0 && compareTo(HEAD_HIDDEN) <= 0;
        }
    }

    /** Properties of a block that a bundle may hold. */
    static final List<SpaceKey> IN_BUNDLE = List.of(TYPE, KERNEL, EXPAND, SQUEEZE, GATE, ACTIVATION);

    final Section section;
    final String key;
    final Form form;
    final String description;

    SpaceKey(Section section, String key, Form form, String description) {
        this.section = section;
        this.key = key;
        this.form = form;
        this.description = description;
    }

    static List<SpaceKey> of(Section section) {
        return Arrays.stream(values()).filter(k -> k.section == section).toList();
    }

    /** What may stand in a stage: its own keys and the properties of its blocks. */
    static List<SpaceKey> inStage() {
        return Arrays.stream(values()).filter(k -> k.section == Section.STAGE || k.section == Section.BLOCK).toList();
    }

    /** A stage without a list of blocks. */
    static List<SpaceKey> inDefaults() {
        return inStage().stream().filter(k -> k != BLOCKS).toList();
    }

    static String[] names(List<SpaceKey> keys) {
        return keys.stream().map(k -> k.key).toArray(String[]::new);
    }
}
