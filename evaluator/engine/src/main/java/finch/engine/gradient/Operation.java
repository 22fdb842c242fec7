package finch.engine.gradient;

import java.util.List;
import java.util.function.IntFunction;

/** One differentiable step from some tensors to another. */
interface Operation {
    /** Whatever depends on weights only, before a forward pass; operations are prepared by several threads, each by one. */
    default void prepare() {}

    List<Stage> forward();

    /** From the gradient of what it wrote to those of what it read. */
    List<Stage> backward();

    /** Scratch that each thread needs for {@link #afterwards}. */
    default Lane.Need need() {
        return Lane.Need.NONE;
    }

    /** Work of the backward pass that shares no images, behind its stages. */
    default List<Phase.Parts> afterwards(IntFunction<Lane> lanes) {
        return List.of();
    }
}
