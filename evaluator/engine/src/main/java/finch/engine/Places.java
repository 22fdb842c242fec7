package finch.engine;

import finch.engine.kernel.CacheLines;
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
 * @param scratchOffsets of each chain's scratch within an image's area; negative for those that need none
 * @param scratch      floats of each chain's scratch for one thread
 * @param floats       in all
 * @param output       the tensor to give to the caller
 */
record Places(int[] imageOffsets, int[] batchOffsets, int areas, int firstArea, int areaFloats, int[] scratchOffsets, int[] scratch, int floats,
              int output) {
    /** Depthwise kernels mark places outside the image by indices this far below zero. */
    private static final int MAXIMUM_FLOATS = 1 << 30;

    /** @param images chains that run image by image; the others take all images at once */
    static Places of(Network network, List<Chain> chains, int images, PlanOptions options, Kernels kernels) {
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
                ConvGeometry geometry = KernelForm.geometry(c);
                if (geometry.isDepthwise()) {
                    zeros = Math.max(zeros, geometry.inChannels());
                    inputInArena |= c.source() == 0;
                }
            }
        }
        List<Chain> perImage = chains.subList(0, images);
        List<Chain> perBatch = chains.subList(images, chains.size());
        int output = chains.getLast().output();
        Set<Integer> passedOn = batch == 1 ? Set.of() : passedOn(perImage, perBatch, output);
        int areas = batch >= options.threads() ? options.threads() : 1;
        // scratch stands in the areas, also that of the chains of all images: when these run, nothing else there is wanted
        int[] scratch = new int[chains.size()];
        Arrays.setAll(scratch, i -> CacheLines.whole(Steps.scratchFloats(kernels, chains.get(i), i < images ? 1 : batch, options.threads() / areas)));
        int[] inArea = Arrays.stream(scratch).map(floats -> Math.multiplyExact(floats, options.threads() / areas)).toArray();
        ArenaLayout shared = ArenaLayout.of(perBatch, batchSizes, new int[0], zeros, passedOn, Set.of(), output);
        ArenaLayout own = ArenaLayout.of(perImage, sizes, inArea, 0, inputInArena ? Set.of(0) : Set.of(), passedOn, output);
        // areas start at multiples of a cache line from one another, so that what is aligned in one is in all
        int areaFloats = CacheLines.whole(own.floats());
        int firstArea = CacheLines.whole(shared.floats());
        int floats = Math.addExact(firstArea, Math.multiplyExact(areaFloats, areas));
        if (floats > MAXIMUM_FLOATS) {
            throw new ArithmeticException("arena of " + floats + " floats");
        }
        return new Places(offsets(own, sizes.length), offsets(shared, sizes.length), areas, firstArea, areaFloats, own.scratch(), scratch, floats, output);
    }

    /** Where a chain's scratch starts for a thread: in the area of its images or, where all threads share one, beside that of the others. */
    int scratchOffset(int chain, int thread) {
        int area = areas == 1 ? 0 : thread;
        return firstArea + area * areaFloats + Math.max(scratchOffsets[chain], 0) + (thread - area) * scratch[chain];
    }

    /** Tensors that are made image by image and wanted for all images. */
    private static Set<Integer> passedOn(List<Chain> perImage, List<Chain> perBatch, int output) {
        Set<Integer> wanted = new HashSet<>(Set.of(output));
        perBatch.forEach(chain -> wanted.addAll(chain.inputs()));
        Set<Integer> passedOn = new HashSet<>();
        for (Chain chain : perImage) {
            if (wanted.contains(chain.output())) {
                passedOn.add(chain.output());
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
