package finch.space.staged;

import finch.space.Activation;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Padding;
import java.util.List;
import java.util.Objects;

/**
 * What a space file says, every property of every block spelled out. Slots of one stage that hold {@link Choices} of one
 * name share that choice.
 *
 * @param channels   input channels
 * @param hiddenBias whether the hidden layer has a bias
 */
public record SpaceDefinition(String name, String description, int channels, int classes, Padding padding,
                              Choices<Extent> resolution, Choices<Double> width, Rules rules, Stem stem, List<Stage> stages,
                              Head head, boolean hiddenBias) {
    public SpaceDefinition {
        Objects.requireNonNull(name);
        stages = List.copyOf(stages);
    }

    /** The first convolution; {@code out} at width 1. */
    public record Stem(Choices<Integer> out, Choices<Extent> kernel, Choices<Extent> stride, Choices<Activation> activation) {}

    /** Slots of which the first {@code depth} are used. */
    public record Stage(Choices<Integer> depth, List<Slot> slots) {
        /** @throws IllegalArgumentException if a depth is negative or needs more slots than there are */
        public Stage {
            slots = List.copyOf(slots);
            for (int d : depth.values()) {
                if (d < 0 || d > slots.size()) {
                    throw new IllegalArgumentException(depth.name() + " must be from 0 to " + slots.size() + ", not " + d);
                }
            }
        }
    }

    /** One block's place; {@code out} at width 1. */
    public record Slot(Choices<Operation> type, Choices<Extent> kernel, Choices<Extent> stride, Choices<Integer> out,
                       Choices<Amount> expand, Choices<Amount> squeeze, Choices<Gate> gate, Choices<Activation> activation,
                       Choices<Boolean> skip, Choices<Boolean> forceExpand) {
        List<Choices<?>> all() {
            return List.of(type, kernel, stride, out, expand, squeeze, gate, activation, skip, forceExpand);
        }
    }

    /** What follows the blocks. */
    public record Head(Choices<Amount> conv, Choices<Amount> hidden, Choices<Activation> activation) {}
}
