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
 * each image that is computed at the same time an area of its own, then scratch for each thread.
 *
 * @param imageOffsets of tensors within an image's area; negative for those that are not there
 * @param batchOffsets of tensors of all images; negative for those that have none
 * @param areas        images computed at the same time, each by a thread of its own; 1 where all threads share an image
 * @param firstArea    where the first image's area starts
 * @param areaFloats   from one area to the next
 * @param firstScratch where the first thread's scratch starts
 * @param scratch      floats from one thread's scratch to the next
 * @param floats       in all
 * @param output       the tensor to give to the caller
 */
record Places(int[] imageOffsets, int[] batchOffsets, int areas, int firstArea, int areaFloats, int firstScratch, int scratch, int floats, int output) {
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
        int scratch = 0;
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
        for (int i = 0; i < chains.size(); i++) {
            scratch = Math.max(scratch, Steps.scratchFloats(kernels, chains.get(i), i < images ? 1 : batch));
        }
        List<Chain> perImage = chains.subList(0, images);
        List<Chain> perBatch = chains.subList(images, chains.size());
        int output = chains.getLast().output();
        Set<Integer> passedOn = batch == 1 ? Set.of() : passedOn(perImage, perBatch, output);
        ArenaLayout shared = ArenaLayout.of(perBatch, batchSizes, zeros, passedOn, Set.of(), output);
        ArenaLayout own = ArenaLayout.of(perImage, sizes, 0, Set.of(), passedOn, output);
        int[] imageOffsets = offsets(own, sizes.length);
        int areaFloats = own.floats();
        if (inputInArena) {
            imageOffsets[0] = ArenaLayout.align(areaFloats);
            areaFloats = Math.addExact(imageOffsets[0], sizes[0]);
        }
        // areas start at multiples of a cache line from one another, so that what is aligned in one is in all
        areaFloats = ArenaLayout.lines(areaFloats);
        int firstArea = ArenaLayout.lines(shared.floats());
        int areas = batch >= options.threads() ? options.threads() : 1;
        int firstScratch = ArenaLayout.align(Math.addExact(firstArea, Math.multiplyExact(areaFloats, areas)));
        scratch = ArenaLayout.lines(scratch);
        int floats = Math.addExact(firstScratch, Math.multiplyExact(scratch, options.threads()));
        if (floats > MAXIMUM_FLOATS) {
            throw new ArithmeticException("arena of " + floats + " floats");
        }
        return new Places(imageOffsets, offsets(shared, sizes.length), areas, firstArea, areaFloats, firstScratch, scratch, floats, output);
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
