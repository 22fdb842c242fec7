package finch.engine;

import finch.engine.kernel.CacheLines;
import finch.engine.kernel.ConvGeometry;
import finch.space.network.Layer;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups that run as one step: a single one, or convolutions of which each reads nothing but what the one before it
 * writes. Those are computed band by band of rows, depth first, so that what they pass on is read while it is in the second
 * level cache and never stands in memory as a whole (the line buffers of fused-layer accelerators: Alwani et al. 2016, "Fused-layer CNN
 * accelerators", there on FPGAs).
 *
 * @param groups in the order of the data
 */
record Chain(List<Fusion.Group> groups) {
    /** Groups of the longest chain. */
    static final int LONGEST = 12;

    /** Output pixels of a band: enough for the products' tiles. */
    private static final int BAND_PIXELS = 96;
    /** Strips of depthwise rows come in pairs. */
    private static final int EVEN = 2;

    Chain {
        if (groups.isEmpty() || groups.size() > LONGEST) {
            throw new IllegalArgumentException("a chain of " + groups.size() + " groups");
        }
        groups = List.copyOf(groups);
    }

    /** The first group's layer. */
    Layer main() {
        return groups.getFirst().main();
    }

    boolean single() {
        return groups.size() == 1;
    }

    int output() {
        return groups.getLast().output();
    }

    /** Tensors read from outside. */
    List<Integer> inputs() {
        List<Integer> inputs = new ArrayList<>(groups.getFirst().main().inputs());
        for (Fusion.Group group : groups) {
            if (group.residual() != Fusion.NONE) {
                inputs.add(group.residual());
            }
        }
        return inputs;
    }

    /** The main layers' names. */
    List<String> layers() {
        return groups.stream().map(group -> group.main().name()).toList();
    }

    private static ConvGeometry geometry(Fusion.Group group) {
        return KernelForm.geometry((Layer.Convolution) group.main());
    }

    /** The geometries of a chain of convolutions. */
    List<ConvGeometry> geometries() {
        return groups.stream().map(Chain::geometry).toList();
    }

    /**
     * How many rows each group does at a time, and how many of its output's rows are held for the next one.
     *
     * @param burst rows at a time
     * @param ring  rows held, the last group's none
     */
    record Bands(int[] burst, int[] ring) {
        /** Floats of all rows held. */
        int floats(List<ConvGeometry> geometries) {
            int floats = 0;
            for (int i = 0; i < ring.length; i++) {
                floats = Math.addExact(floats, CacheLines.whole(Math.multiplyExact(ring[i], geometries.get(i).outWidth() * geometries.get(i).outChannels())));
            }
            return floats;
        }
    }

    /** The bands of a chain of convolutions. */
    static Bands bands(List<ConvGeometry> geometries) {
        int count = geometries.size();
        int[] burst = new int[count];
        int[] ring = new int[count];
        ConvGeometry last = geometries.getLast();
        burst[count - 1] = Math.min(last.outHeight(), even(Math.ceilDiv(BAND_PIXELS, last.outWidth())));
        for (int i = count - 1; i > 0; i--) {
            ConvGeometry g = geometries.get(i);
            int window = (burst[i] - 1) * g.strideHeight() + (g.kernelHeight() - 1) * g.dilationHeight() + 1;
            ring[i - 1] = Math.min(g.inHeight(), even(window));
            burst[i - 1] = Math.min(g.inHeight(), even(burst[i] * g.strideHeight()));
        }
        return new Bands(burst, ring);
    }

    private static int even(int rows) {
        return Math.ceilDiv(rows, EVEN) * EVEN;
    }
}
