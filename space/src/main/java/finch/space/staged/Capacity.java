package finch.space.staged;

import finch.space.Extent;
import java.util.List;

/**
 * The largest that each part of a space's networks can be: what weights that all of them share must have room for.
 *
 * @param stem        output channels of the stem
 * @param stemKernels of the stem, smallest area first
 * @param parts       by place and kind of block
 * @param in          channels that enter the head
 * @param conv        of the head; 0 where no network has one
 * @param hidden      of the head; 0 where no network has one
 */
public record Capacity(int stem, List<Extent> stemKernels, List<Part> parts, int in, int conv, int hidden) {
    public Capacity {
        stemKernels = List.copyOf(stemKernels);
        parts = List.copyOf(parts);
    }

    /**
     * Blocks of one kind at one place.
     *
     * @param kind    never an identity: one that changes the shape is a convolution
     * @param kernels smallest area first
     * @param in      channels that enter
     * @param inside  channels at the spatial convolution, as {@link finch.space.Block#inside} has them
     * @param squeeze squeezed channels; 0 where no block has squeeze-excite
     * @param out     output channels
     */
    public record Part(Place place, BlockKind kind, List<Extent> kernels, int in, int inside, int squeeze, int out) {
        public Part {
            kernels = List.copyOf(kernels);
        }
    }
}
