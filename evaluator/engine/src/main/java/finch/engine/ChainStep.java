package finch.engine;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Epilogue;
import finch.engine.kernel.Kernels;
import finch.engine.kernel.PackedWeights;
import finch.engine.kernel.Slice;
import java.util.List;

/**
 * Runs a {@link Chain} of convolutions for a share of the last one's rows: each stage asks the one before it for the rows
 * that its next rows need. Rows pass through rings in the thread's own scratch. Where the shares of two threads meet, both
 * compute the rows that both need.
 */
final class ChainStep extends Step {
    /**
     * One convolution.
     *
     * @param residual added, or {@link Fusion#NONE}
     * @param burst    rows at a time
     * @param ring     rows of its output that are held
     * @param at       where in the scratch they are
     * @param panels   whether each panel of its channels stands by itself there
     */
    record Stage(PackedWeights weights, Epilogue epilogue, int residual, int burst, int ring, int at, boolean panels) {
        ConvGeometry geometry() {
            return weights.geometry();
        }

        int rowFloats() {
            return geometry().outWidth() * geometry().outChannels();
        }

        /** {@link Slice#panelPixels} of its output. */
        int panelPixels() {
            return panels ? ring * geometry().outWidth() : 0;
        }

        /** Rows that come before the first of what it reads for an output row. */
        int firstRead(int row) {
            return Math.max(0, row * geometry().strideHeight() - geometry().top());
        }

        /** One past the last row that it reads for an output row. */
        int lastRead(int row) {
            ConvGeometry g = geometry();
            return Math.min(g.inHeight(), row * g.strideHeight() - g.top() + (g.kernelHeight() - 1) * g.dilationHeight() + 1);
        }
    }

    private final Kernels kernels;
    private final Stage[] stages;
    private final int source;
    private final int output;

    /** @param source tensor that the first stage reads */
    ChainStep(List<String> layers, Kernels kernels, List<Stage> stages, int source, int output) {
        super(layers);
        this.kernels = kernels;
        this.stages = stages.toArray(Stage[]::new);
        this.source = source;
        this.output = output;
    }

    @Override
    void run(Slice[] tensors, Scratch scratch, int part, int parts) {
        int last = stages.length - 1;
        int rows = stages[last].geometry().outHeight();
        int from = bound(rows, 2, part, parts);
        int to = bound(rows, 2, part + 1, parts);
        if (from == to) {
            return;
        }
        int[] done = scratch.done;
        done[last] = from;
        for (int i = last; i > 0; i--) {
            done[i - 1] = stages[i].firstRead(done[i]);
        }
        advance(last, to, tensors, scratch);
    }

    /** Does the rows of a stage up to {@code upTo}, not included. */
    private void advance(int index, int upTo, Slice[] tensors, Scratch scratch) {
        Stage stage = stages[index];
        boolean last = index == stages.length - 1;
        int[] done = scratch.done;
        while (done[index] < upTo) {
            int from = done[index];
            int to = Math.min(upTo, from + stage.burst());
            if (!last) {
                to = Math.min(to, from - from % stage.ring() + stage.ring());
            }
            if (index > 0) {
                if (stage.geometry().isPointwise()) {
                    int ring = stages[index - 1].ring();
                    to = Math.min(to, from - from % ring + ring);
                }
                advance(index - 1, stage.lastRead(to - 1), tensors, scratch);
            }
            rows(index, from, to, tensors, scratch);
            done[index] = to;
        }
    }

    /** Rows that wrap around neither in the ring that is written nor, for products, in the one that is read. */
    private void rows(int index, int from, int to, Slice[] tensors, Scratch scratch) {
        Stage stage = stages[index];
        ConvGeometry g = stage.geometry();
        Slice x = tensors[source];
        int ring = g.inHeight();
        if (index > 0) {
            Stage before = stages[index - 1];
            ring = before.ring();
            // a product counts pixels from the tensor's start, a depthwise convolution knows of the ring
            int shift = g.isPointwise() ? from % ring - from : 0;
            x = scratch.reads(scratch.space.array, scratch.space.offset + before.at() + shift * before.rowFloats(), before.panelPixels());
        }
        int first = from;
        Slice y = tensors[output];
        if (index < stages.length - 1) {
            int shift = from % stage.ring() - from;
            y = scratch.to;
            y.offset = scratch.space.offset + stage.at() + (stage.panels() ? 0 : shift * stage.rowFloats());
            y.panelPixels = stage.panelPixels();
            if (stage.panels()) {
                // pixels are then those of the ring, in what is read too
                x = scratch.reads(x.array, x.offset - shift * g.inWidth() * g.inChannels(), 0);
                first = from + shift;
            }
        }
        int last = first + to - from;
        Slice residual = stage.residual() == Fusion.NONE ? null : tensors[stage.residual()];
        if (g.isDepthwise()) {
            kernels.depthwise(stage.weights(), stage.epilogue(), x, ring, 0, y, residual, scratch.space, first, last, 0, g.outChannels());
        } else if (g.isPointwise()) {
            kernels.pointwise(stage.weights(), stage.epilogue(), x, y, residual, scratch.space, first * g.outWidth(), last * g.outWidth(), 0, g.outChannels());
        } else {
            kernels.convolution(stage.weights(), stage.epilogue(), x, y, residual, scratch.space, first * g.outWidth(), last * g.outWidth());
        }
    }
}
