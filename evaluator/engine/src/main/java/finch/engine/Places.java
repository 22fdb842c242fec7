package finch.engine;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Kernels;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where things stand in the array of an inference: a vector of zeros, what all images of a batch share a part of, then for
 * each image that is computed at the same time an area of its own, with the scratch of its threads.
 *
 * @param imageOffsets of tensors within an image's area; negative for those that are not there
 * @param batchOffsets of tensors of all images; negative for those that have none
 * @param areas        images computed at the same time, each by a thread of its own; 1 where all threads share an image
 * @param firstArea    where the first image's area starts
 * @param areaFloats   from one area to the next
 * @param scratchOffsets of each group's scratch within an image's area; negative for those that need none
 * @param scratch      floats of each group's scratch for one thread
 * @param floats       in all
 * @param output       the tensor to give to the caller
 */
record Places(int[] imageOffsets, int[] batchOffsets, int areas, int firstArea, int areaFloats, int[] scratchOffsets, int[] scratch, int floats,
              int output) {
    /** Depthwise kernels mark places outside the image by indices this far below zero. */
    private static final int MAXIMUM_FLOATS = 1 << 30;

    /** @param images groups that run image by image; the others take all images at once */
    static Places of(Network network, List<Fusion.Group> groups, int images, PlanOptions options, Kernels kernels) {
        int batch = options.batch();
        int[] sizes = new int[network.layers().size() + 1];
        int[] batchSizes = new int[sizes.length];
        for (int tensor = 0; tensor < sizes.length; tensor++) {
            sizes[tensor] = network.shape(tensor).size();
            batchSizes[tensor] = Math.multiplyExact(sizes[tensor], batch);
        }
        int zeros = 0;
        boolean inputInArena = false;
        for (Layer layer : network.layers()) {
            if (layer instanceof Layer.Convolution c) {
                ConvGeometry geometry = Steps.geometry(c.input(), c.output(), c.window(), c.groups());
                if (geometry.isDepthwise()) {
                    zeros = Math.max(zeros, geometry.inChannels());
                    inputInArena |= c.source() == 0;
                }
            }
        }
        List<Fusion.Group> perImage = groups.subList(0, images);
        List<Fusion.Group> perBatch = groups.subList(images, groups.size());
        int output = groups.getLast().output();
        Set<Integer> passedOn = batch == 1 ? Set.of() : passedOn(perImage, perBatch, output);
        int areas = batch >= options.threads() ? options.threads() : 1;
        // scratch stands in the areas, also that of the groups of all images: when these run, nothing else there is wanted
        int[] scratch = groups.stream().mapToInt(group -> ArenaLayout.lines(scratchFloats(group, kernels))).toArray();
        int[] inArea = Arrays.stream(scratch).map(floats -> Math.multiplyExact(floats, options.threads() / areas)).toArray();
        ArenaLayout shared = ArenaLayout.of(perBatch, batchSizes, new int[0], zeros, passedOn, Set.of(), output);
        ArenaLayout own = ArenaLayout.of(perImage, sizes, inArea, 0, inputInArena ? Set.of(0) : Set.of(), passedOn, output);
        // areas start at multiples of a cache line from one another, so that what is aligned in one is in all
        int areaFloats = ArenaLayout.lines(own.floats());
        int firstArea = ArenaLayout.lines(shared.floats());
        int floats = Math.addExact(firstArea, Math.multiplyExact(areaFloats, areas));
        if (floats > MAXIMUM_FLOATS) {
            throw new ArithmeticException("arena of " + floats + " floats");
        }
        return new Places(offsets(own, sizes.length), offsets(shared, sizes.length), areas, firstArea, areaFloats, own.scratch(), scratch, floats, output);
    }

    /** Floats of scratch that one thread needs for the step of a group. */
    private static int scratchFloats(Fusion.Group group, Kernels kernels) {
        if (group.main() instanceof Layer.Convolution c) {
            ConvGeometry geometry = Steps.geometry(c.input(), c.output(), c.window(), c.groups());
            return geometry.isDepthwise() || geometry.isPointwise() ? 0 : kernels.scratchFloats(geometry);
        }
        return 0;
    }

    /** Where a group's scratch starts for a thread: in the area of its images or, where all threads share one, beside that of the others. */
    int scratchOffset(int group, int thread) {
        int area = areas == 1 ? 0 : thread;
        return firstArea + area * areaFloats + Math.max(scratchOffsets[group], 0) + (thread - area) * scratch[group];
    }

    /** Tensors that are made image by image and wanted for all images. */
    private static Set<Integer> passedOn(List<Fusion.Group> perImage, List<Fusion.Group> perBatch, int output) {
        Set<Integer> wanted = new HashSet<>(Set.of(output));
        perBatch.forEach(group -> wanted.addAll(group.inputs()));
        Set<Integer> passedOn = new HashSet<>();
        for (Fusion.Group group : perImage) {
            if (wanted.contains(group.output())) {
                passedOn.add(group.output());
            }
        }
        return passedOn;
    }

    private static int[] offsets(ArenaLayout layout, int tensors) {
        int[] offsets = new int[tensors];
        Arrays.setAll(offsets, layout::offset);
        return offsets;
    }
}
