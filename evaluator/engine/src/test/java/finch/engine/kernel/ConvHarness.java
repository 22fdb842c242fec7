package finch.engine.kernel;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Runs one convolution on one kernel set inside guarded memory and compares it with the reference. Inputs are
 * surrounded by NaN, outputs and scratch filled with it; every cell outside the output must keep its bits.
 */
final class ConvHarness {
    /** Where values come from: small integers make every order of summation exact. */
    enum Values { INTEGERS, REALS }

    private static final int GUARD = 40;
    private static final float MARK = Float.intBitsToFloat(0x7fc0beef);

    private final Kernels kernels;
    private double largestShare;

    ConvHarness(Kernels kernels) {
        this.kernels = kernels;
    }

    /** The largest error so far, as a share of its bound. */
    double largestShare() {
        return largestShare;
    }

    /** @throws AssertionError saying case and place */
    void check(ConvCase c, Values values, long seed) {
        ConvGeometry g = c.geometry();
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = draw(random, values, c.batch() * g.inPixels() * g.inChannels());
        float[] weights = draw(random, values, g.weights());
        float[] bias = draw(random, values, g.outChannels());
        float[] residual = c.residual() ? draw(random, values, c.batch() * g.outPixels() * g.outChannels()) : null;
        ReferenceKernels.Result reference = ReferenceKernels.convolve(g, c.batch(), x, weights, bias, residual);
        PackedWeights packed = kernels.pack(g, weights, bias);

        float[] whole = run(c, packed, x, residual, 1);
        compare(c, values, reference, whole);
        float[] pieces = run(c, packed, x, residual, 3);
        for (int i = 0; i < whole.length; i++) {
            if (Float.floatToRawIntBits(whole[i]) != Float.floatToRawIntBits(pieces[i])) {
                throw new AssertionError(c + ": output " + i + " is " + whole[i] + " in one piece, " + pieces[i] + " in three");
            }
        }
    }

    private static float[] draw(SplittableRandom random, Values values, int count) {
        float[] drawn = new float[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = values == Values.INTEGERS
                    ? random.nextInt(1, 5) * (random.nextBoolean() ? 1 : -1)
                    : (float) random.nextDouble(-1, 1);
        }
        return drawn;
    }

    private void compare(ConvCase c, Values values, ReferenceKernels.Result reference, float[] actual) {
        int terms = c.geometry().depth() + 2;
        double unit = terms * 0x1p-24;
        double gamma = unit / (1 - unit);
        for (int i = 0; i < actual.length; i++) {
            double expected = ReferenceKernels.epilogue(c.epilogue(), reference.values()[i]);
            double error = Math.abs(actual[i] - expected);
            double bound = values == Values.INTEGERS ? 0 : gamma * reference.magnitudes()[i];
            if (!(error <= bound)) {
                throw new AssertionError(c + ": output " + i + " is " + actual[i] + " instead of " + expected
                        + " (" + kernels.name() + ", bound " + bound + ")");
            }
            if (bound > 0) {
                largestShare = Math.max(largestShare, error / bound);
            }
        }
    }

    /** Runs the case in guarded memory; {@code parts} pieces of rows or pixels, and of channels where that is allowed. */
    private float[] run(ConvCase c, PackedWeights packed, float[] x, float[] residual, int parts) {
        ConvGeometry g = c.geometry();
        int size = c.batch() * g.outPixels() * g.outChannels();
        int zeros = GUARD;
        int xAt = zeros + g.inChannels() + GUARD;
        int residualAt = xAt + x.length + GUARD;
        int yAt = residualAt + size + GUARD;
        float[] memory = new float[yAt + size + GUARD];
        Arrays.fill(memory, MARK);
        Arrays.fill(memory, zeros, zeros + g.inChannels(), 0f);
        System.arraycopy(x, 0, memory, xAt, x.length);
        if (residual != null) {
            System.arraycopy(residual, 0, memory, residualAt, size);
        }
        float[] before = memory.clone();
        Slice source = g.isDepthwise() ? new Slice(memory, xAt) : new Slice(x, 0); // elsewhere: an array without slack
        Slice target = new Slice(memory, yAt);
        Slice added = residual == null ? null : new Slice(memory, residualAt);
        scratched(c, packed, source, zeros, target, added, parts);
        for (int i = 0; i < memory.length; i++) {
            boolean output = i >= yAt && i < yAt + size;
            if (output && Float.isNaN(memory[i])) {
                throw new AssertionError(c + ": output " + (i - yAt) + " was not written, or read what it must not (" + kernels.name() + ")");
            }
            if (!output && Float.floatToRawIntBits(memory[i]) != Float.floatToRawIntBits(before[i])) {
                throw new AssertionError(c + ": wrote " + memory[i] + " outside its output, " + (i - yAt) + " floats from its start (" + kernels.name() + ")");
            }
        }
        return Arrays.copyOfRange(memory, yAt, yAt + size);
    }

    private void scratched(ConvCase c, PackedWeights packed, Slice source, int zeros, Slice target, Slice added, int parts) {
        ConvGeometry g = c.geometry();
        int pixels = c.batch() * g.outPixels();
        int floats = kernels.scratchFloats(g, pixels);
        float[] scratch = new float[floats + 2 * GUARD];
        // dirty, and differently in the second run: once NaN, once a large number
        Arrays.fill(scratch, parts == 1 ? MARK : 1e6f);
        Slice slice = new Slice(scratch, GUARD);
        if (g.isDepthwise()) {
            forPieces(c.batch() * g.outHeight(), 1, parts, (from, to) ->
                    forPieces(g.outChannels(), kernels.channelStep(), parts, (low, high) ->
                            kernels.depthwise(packed, c.epilogue(), source, g.inHeight(), zeros, target, added, slice, from, to, low, high)));
        } else if (g.isPointwise()) {
            forPieces(pixels, 1, parts, (from, to) ->
                    forShares(g.outChannels(), parts, (low, high) ->
                            kernels.pointwise(packed, c.epilogue(), source, target, added, slice, from, to, low, high)));
        } else {
            forPieces(pixels, 1, parts, (from, to) -> kernels.convolution(packed, c.epilogue(), source, target, added, slice, from, to));
        }
        float mark = parts == 1 ? MARK : 1e6f;
        for (int i = 0; i < GUARD; i++) {
            if (Float.floatToRawIntBits(scratch[i]) != Float.floatToRawIntBits(mark)
                    || Float.floatToRawIntBits(scratch[GUARD + floats + i]) != Float.floatToRawIntBits(mark)) {
                throw new AssertionError(c + ": wrote outside its scratch (" + kernels.name() + ")");
            }
        }
    }

    interface Piece {
        void run(int from, int to);
    }

    /** The shares of a product's channels as threads take them; some may be empty. */
    private void forShares(int channels, int parts, Piece piece) {
        for (int part = 0; part < parts; part++) {
            piece.run(kernels.channelBound(channels, part, parts), kernels.channelBound(channels, part + 1, parts));
        }
    }

    /** Cuts {@code items} into uneven pieces that start at multiples of {@code grain}. */
    static void forPieces(int items, int grain, int parts, Piece piece) {
        int first = parts == 1 ? items : Math.min(items, grain);
        piece.run(0, first);
        int from = first;
        while (from < items) {
            int to = Math.min(items, from + Math.ceilDiv(items - first, (parts - 1) * grain) * grain);
            piece.run(from, to);
            from = to;
        }
    }
}
