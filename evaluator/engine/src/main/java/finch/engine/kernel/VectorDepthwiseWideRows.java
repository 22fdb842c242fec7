package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * One output row of one vector of channels, four pixels at a time, for rows of 5 and 7 taps. Tiles at the right end start
 * earlier and compute some pixels again.
 */
final class VectorDepthwiseWideRows {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;

    private VectorDepthwiseWideRows() {}

    /** 5 taps a row, 1 column a step. */
    static void taps5step1(ConvGeometry g, float[] w, float[] bias, float[] x, int image, int zero, float[] y, int yAt, int outY, int c) {
        int channels = g.inChannels();
        int width = g.inWidth();
        int rowStep = width * channels;
        int first = outY * g.strideHeight() - g.top();
        int ky0 = VectorDepthwise.firstTap(first, g.dilationHeight());
        int ky1 = VectorDepthwise.lastTap(first, g.dilationHeight(), g.kernelHeight(), g.inHeight());
        int outWidth = g.outWidth();
        for (int tile = 0; tile < outWidth; tile += 4) {
            int outX = Math.min(tile, outWidth - 4);
            int inX = outX * 1 - g.left();
            int o0 = VectorDepthwise.offset(inX, width, channels);
            int o1 = VectorDepthwise.offset(inX + 1, width, channels);
            int o2 = VectorDepthwise.offset(inX + 2, width, channels);
            int o3 = VectorDepthwise.offset(inX + 3, width, channels);
            int o4 = VectorDepthwise.offset(inX + 4, width, channels);
            int o5 = VectorDepthwise.offset(inX + 5, width, channels);
            int o6 = VectorDepthwise.offset(inX + 6, width, channels);
            int o7 = VectorDepthwise.offset(inX + 7, width, channels);
            FloatVector a0 = FloatVector.zero(F), a1 = FloatVector.zero(F), a2 = FloatVector.zero(F), a3 = FloatVector.zero(F);
            int row = image + (first + ky0 * g.dilationHeight()) * rowStep + c;
            int tap = ky0 * 5 * channels + c;
            for (int ky = ky0; ky < ky1; ky++) {
                FloatVector w0 = FloatVector.fromArray(F, w, tap);
                FloatVector w1 = FloatVector.fromArray(F, w, tap + channels);
                FloatVector w2 = FloatVector.fromArray(F, w, tap + 2 * channels);
                FloatVector w3 = FloatVector.fromArray(F, w, tap + 3 * channels);
                FloatVector w4 = FloatVector.fromArray(F, w, tap + 4 * channels);
                FloatVector x0 = FloatVector.fromArray(F, x, Math.max(row + o0, zero));
                a0 = x0.fma(w0, a0);
                FloatVector x1 = FloatVector.fromArray(F, x, Math.max(row + o1, zero));
                a0 = x1.fma(w1, a0);
                a1 = x1.fma(w0, a1);
                FloatVector x2 = FloatVector.fromArray(F, x, Math.max(row + o2, zero));
                a0 = x2.fma(w2, a0);
                a1 = x2.fma(w1, a1);
                a2 = x2.fma(w0, a2);
                FloatVector x3 = FloatVector.fromArray(F, x, Math.max(row + o3, zero));
                a0 = x3.fma(w3, a0);
                a1 = x3.fma(w2, a1);
                a2 = x3.fma(w1, a2);
                a3 = x3.fma(w0, a3);
                FloatVector x4 = FloatVector.fromArray(F, x, Math.max(row + o4, zero));
                a0 = x4.fma(w4, a0);
                a1 = x4.fma(w3, a1);
                a2 = x4.fma(w2, a2);
                a3 = x4.fma(w1, a3);
                FloatVector x5 = FloatVector.fromArray(F, x, Math.max(row + o5, zero));
                a1 = x5.fma(w4, a1);
                a2 = x5.fma(w3, a2);
                a3 = x5.fma(w2, a3);
                FloatVector x6 = FloatVector.fromArray(F, x, Math.max(row + o6, zero));
                a2 = x6.fma(w4, a2);
                a3 = x6.fma(w3, a3);
                FloatVector x7 = FloatVector.fromArray(F, x, Math.max(row + o7, zero));
                a3 = x7.fma(w4, a3);
                row += g.dilationHeight() * rowStep;
                tap += 5 * channels;
            }
            FloatVector b = FloatVector.fromArray(F, bias, c);
            int at = yAt + outX * channels + c;
            b.add(a0).intoArray(y, at);
            b.add(a1).intoArray(y, at + channels);
            b.add(a2).intoArray(y, at + 2 * channels);
            b.add(a3).intoArray(y, at + 3 * channels);
        }
    }

    /** 5 taps a row, 2 columns a step. */
    static void taps5step2(ConvGeometry g, float[] w, float[] bias, float[] x, int image, int zero, float[] y, int yAt, int outY, int c) {
        int channels = g.inChannels();
        int width = g.inWidth();
        int rowStep = width * channels;
        int first = outY * g.strideHeight() - g.top();
        int ky0 = VectorDepthwise.firstTap(first, g.dilationHeight());
        int ky1 = VectorDepthwise.lastTap(first, g.dilationHeight(), g.kernelHeight(), g.inHeight());
        int outWidth = g.outWidth();
        for (int tile = 0; tile < outWidth; tile += 4) {
            int outX = Math.min(tile, outWidth - 4);
            int inX = outX * 2 - g.left();
            int o0 = VectorDepthwise.offset(inX, width, channels);
            int o1 = VectorDepthwise.offset(inX + 1, width, channels);
            int o2 = VectorDepthwise.offset(inX + 2, width, channels);
            int o3 = VectorDepthwise.offset(inX + 3, width, channels);
            int o4 = VectorDepthwise.offset(inX + 4, width, channels);
            int o5 = VectorDepthwise.offset(inX + 5, width, channels);
            int o6 = VectorDepthwise.offset(inX + 6, width, channels);
            int o7 = VectorDepthwise.offset(inX + 7, width, channels);
            int o8 = VectorDepthwise.offset(inX + 8, width, channels);
            int o9 = VectorDepthwise.offset(inX + 9, width, channels);
            int o10 = VectorDepthwise.offset(inX + 10, width, channels);
            FloatVector a0 = FloatVector.zero(F), a1 = FloatVector.zero(F), a2 = FloatVector.zero(F), a3 = FloatVector.zero(F);
            int row = image + (first + ky0 * g.dilationHeight()) * rowStep + c;
            int tap = ky0 * 5 * channels + c;
            for (int ky = ky0; ky < ky1; ky++) {
                FloatVector w0 = FloatVector.fromArray(F, w, tap);
                FloatVector w1 = FloatVector.fromArray(F, w, tap + channels);
                FloatVector w2 = FloatVector.fromArray(F, w, tap + 2 * channels);
                FloatVector w3 = FloatVector.fromArray(F, w, tap + 3 * channels);
                FloatVector w4 = FloatVector.fromArray(F, w, tap + 4 * channels);
                FloatVector x0 = FloatVector.fromArray(F, x, Math.max(row + o0, zero));
                a0 = x0.fma(w0, a0);
                FloatVector x1 = FloatVector.fromArray(F, x, Math.max(row + o1, zero));
                a0 = x1.fma(w1, a0);
                FloatVector x2 = FloatVector.fromArray(F, x, Math.max(row + o2, zero));
                a0 = x2.fma(w2, a0);
                a1 = x2.fma(w0, a1);
                FloatVector x3 = FloatVector.fromArray(F, x, Math.max(row + o3, zero));
                a0 = x3.fma(w3, a0);
                a1 = x3.fma(w1, a1);
                FloatVector x4 = FloatVector.fromArray(F, x, Math.max(row + o4, zero));
                a0 = x4.fma(w4, a0);
                a1 = x4.fma(w2, a1);
                a2 = x4.fma(w0, a2);
                FloatVector x5 = FloatVector.fromArray(F, x, Math.max(row + o5, zero));
                a1 = x5.fma(w3, a1);
                a2 = x5.fma(w1, a2);
                FloatVector x6 = FloatVector.fromArray(F, x, Math.max(row + o6, zero));
                a1 = x6.fma(w4, a1);
                a2 = x6.fma(w2, a2);
                a3 = x6.fma(w0, a3);
                FloatVector x7 = FloatVector.fromArray(F, x, Math.max(row + o7, zero));
                a2 = x7.fma(w3, a2);
                a3 = x7.fma(w1, a3);
                FloatVector x8 = FloatVector.fromArray(F, x, Math.max(row + o8, zero));
                a2 = x8.fma(w4, a2);
                a3 = x8.fma(w2, a3);
                FloatVector x9 = FloatVector.fromArray(F, x, Math.max(row + o9, zero));
                a3 = x9.fma(w3, a3);
                FloatVector x10 = FloatVector.fromArray(F, x, Math.max(row + o10, zero));
                a3 = x10.fma(w4, a3);
                row += g.dilationHeight() * rowStep;
                tap += 5 * channels;
            }
            FloatVector b = FloatVector.fromArray(F, bias, c);
            int at = yAt + outX * channels + c;
            b.add(a0).intoArray(y, at);
            b.add(a1).intoArray(y, at + channels);
            b.add(a2).intoArray(y, at + 2 * channels);
            b.add(a3).intoArray(y, at + 3 * channels);
        }
    }

    /** 7 taps a row, 1 column a step. */
    static void taps7step1(ConvGeometry g, float[] w, float[] bias, float[] x, int image, int zero, float[] y, int yAt, int outY, int c) {
        int channels = g.inChannels();
        int width = g.inWidth();
        int rowStep = width * channels;
        int first = outY * g.strideHeight() - g.top();
        int ky0 = VectorDepthwise.firstTap(first, g.dilationHeight());
        int ky1 = VectorDepthwise.lastTap(first, g.dilationHeight(), g.kernelHeight(), g.inHeight());
        int outWidth = g.outWidth();
        for (int tile = 0; tile < outWidth; tile += 4) {
            int outX = Math.min(tile, outWidth - 4);
            int inX = outX * 1 - g.left();
            int o0 = VectorDepthwise.offset(inX, width, channels);
            int o1 = VectorDepthwise.offset(inX + 1, width, channels);
            int o2 = VectorDepthwise.offset(inX + 2, width, channels);
            int o3 = VectorDepthwise.offset(inX + 3, width, channels);
            int o4 = VectorDepthwise.offset(inX + 4, width, channels);
            int o5 = VectorDepthwise.offset(inX + 5, width, channels);
            int o6 = VectorDepthwise.offset(inX + 6, width, channels);
            int o7 = VectorDepthwise.offset(inX + 7, width, channels);
            int o8 = VectorDepthwise.offset(inX + 8, width, channels);
            int o9 = VectorDepthwise.offset(inX + 9, width, channels);
            FloatVector a0 = FloatVector.zero(F), a1 = FloatVector.zero(F), a2 = FloatVector.zero(F), a3 = FloatVector.zero(F);
            int row = image + (first + ky0 * g.dilationHeight()) * rowStep + c;
            int tap = ky0 * 7 * channels + c;
            for (int ky = ky0; ky < ky1; ky++) {
                FloatVector w0 = FloatVector.fromArray(F, w, tap);
                FloatVector w1 = FloatVector.fromArray(F, w, tap + channels);
                FloatVector w2 = FloatVector.fromArray(F, w, tap + 2 * channels);
                FloatVector w3 = FloatVector.fromArray(F, w, tap + 3 * channels);
                FloatVector w4 = FloatVector.fromArray(F, w, tap + 4 * channels);
                FloatVector w5 = FloatVector.fromArray(F, w, tap + 5 * channels);
                FloatVector w6 = FloatVector.fromArray(F, w, tap + 6 * channels);
                FloatVector x0 = FloatVector.fromArray(F, x, Math.max(row + o0, zero));
                a0 = x0.fma(w0, a0);
                FloatVector x1 = FloatVector.fromArray(F, x, Math.max(row + o1, zero));
                a0 = x1.fma(w1, a0);
                a1 = x1.fma(w0, a1);
                FloatVector x2 = FloatVector.fromArray(F, x, Math.max(row + o2, zero));
                a0 = x2.fma(w2, a0);
                a1 = x2.fma(w1, a1);
                a2 = x2.fma(w0, a2);
                FloatVector x3 = FloatVector.fromArray(F, x, Math.max(row + o3, zero));
                a0 = x3.fma(w3, a0);
                a1 = x3.fma(w2, a1);
                a2 = x3.fma(w1, a2);
                a3 = x3.fma(w0, a3);
                FloatVector x4 = FloatVector.fromArray(F, x, Math.max(row + o4, zero));
                a0 = x4.fma(w4, a0);
                a1 = x4.fma(w3, a1);
                a2 = x4.fma(w2, a2);
                a3 = x4.fma(w1, a3);
                FloatVector x5 = FloatVector.fromArray(F, x, Math.max(row + o5, zero));
                a0 = x5.fma(w5, a0);
                a1 = x5.fma(w4, a1);
                a2 = x5.fma(w3, a2);
                a3 = x5.fma(w2, a3);
                FloatVector x6 = FloatVector.fromArray(F, x, Math.max(row + o6, zero));
                a0 = x6.fma(w6, a0);
                a1 = x6.fma(w5, a1);
                a2 = x6.fma(w4, a2);
                a3 = x6.fma(w3, a3);
                FloatVector x7 = FloatVector.fromArray(F, x, Math.max(row + o7, zero));
                a1 = x7.fma(w6, a1);
                a2 = x7.fma(w5, a2);
                a3 = x7.fma(w4, a3);
                FloatVector x8 = FloatVector.fromArray(F, x, Math.max(row + o8, zero));
                a2 = x8.fma(w6, a2);
                a3 = x8.fma(w5, a3);
                FloatVector x9 = FloatVector.fromArray(F, x, Math.max(row + o9, zero));
                a3 = x9.fma(w6, a3);
                row += g.dilationHeight() * rowStep;
                tap += 7 * channels;
            }
            FloatVector b = FloatVector.fromArray(F, bias, c);
            int at = yAt + outX * channels + c;
            b.add(a0).intoArray(y, at);
            b.add(a1).intoArray(y, at + channels);
            b.add(a2).intoArray(y, at + 2 * channels);
            b.add(a3).intoArray(y, at + 3 * channels);
        }
    }

    /** 7 taps a row, 2 columns a step. */
    static void taps7step2(ConvGeometry g, float[] w, float[] bias, float[] x, int image, int zero, float[] y, int yAt, int outY, int c) {
        int channels = g.inChannels();
        int width = g.inWidth();
        int rowStep = width * channels;
        int first = outY * g.strideHeight() - g.top();
        int ky0 = VectorDepthwise.firstTap(first, g.dilationHeight());
        int ky1 = VectorDepthwise.lastTap(first, g.dilationHeight(), g.kernelHeight(), g.inHeight());
        int outWidth = g.outWidth();
        for (int tile = 0; tile < outWidth; tile += 4) {
            int outX = Math.min(tile, outWidth - 4);
            int inX = outX * 2 - g.left();
            int o0 = VectorDepthwise.offset(inX, width, channels);
            int o1 = VectorDepthwise.offset(inX + 1, width, channels);
            int o2 = VectorDepthwise.offset(inX + 2, width, channels);
            int o3 = VectorDepthwise.offset(inX + 3, width, channels);
            int o4 = VectorDepthwise.offset(inX + 4, width, channels);
            int o5 = VectorDepthwise.offset(inX + 5, width, channels);
            int o6 = VectorDepthwise.offset(inX + 6, width, channels);
            int o7 = VectorDepthwise.offset(inX + 7, width, channels);
            int o8 = VectorDepthwise.offset(inX + 8, width, channels);
            int o9 = VectorDepthwise.offset(inX + 9, width, channels);
            int o10 = VectorDepthwise.offset(inX + 10, width, channels);
            int o11 = VectorDepthwise.offset(inX + 11, width, channels);
            int o12 = VectorDepthwise.offset(inX + 12, width, channels);
            FloatVector a0 = FloatVector.zero(F), a1 = FloatVector.zero(F), a2 = FloatVector.zero(F), a3 = FloatVector.zero(F);
            int row = image + (first + ky0 * g.dilationHeight()) * rowStep + c;
            int tap = ky0 * 7 * channels + c;
            for (int ky = ky0; ky < ky1; ky++) {
                FloatVector w0 = FloatVector.fromArray(F, w, tap);
                FloatVector w1 = FloatVector.fromArray(F, w, tap + channels);
                FloatVector w2 = FloatVector.fromArray(F, w, tap + 2 * channels);
                FloatVector w3 = FloatVector.fromArray(F, w, tap + 3 * channels);
                FloatVector w4 = FloatVector.fromArray(F, w, tap + 4 * channels);
                FloatVector w5 = FloatVector.fromArray(F, w, tap + 5 * channels);
                FloatVector w6 = FloatVector.fromArray(F, w, tap + 6 * channels);
                FloatVector x0 = FloatVector.fromArray(F, x, Math.max(row + o0, zero));
                a0 = x0.fma(w0, a0);
                FloatVector x1 = FloatVector.fromArray(F, x, Math.max(row + o1, zero));
                a0 = x1.fma(w1, a0);
                FloatVector x2 = FloatVector.fromArray(F, x, Math.max(row + o2, zero));
                a0 = x2.fma(w2, a0);
                a1 = x2.fma(w0, a1);
                FloatVector x3 = FloatVector.fromArray(F, x, Math.max(row + o3, zero));
                a0 = x3.fma(w3, a0);
                a1 = x3.fma(w1, a1);
                FloatVector x4 = FloatVector.fromArray(F, x, Math.max(row + o4, zero));
                a0 = x4.fma(w4, a0);
                a1 = x4.fma(w2, a1);
                a2 = x4.fma(w0, a2);
                FloatVector x5 = FloatVector.fromArray(F, x, Math.max(row + o5, zero));
                a0 = x5.fma(w5, a0);
                a1 = x5.fma(w3, a1);
                a2 = x5.fma(w1, a2);
                FloatVector x6 = FloatVector.fromArray(F, x, Math.max(row + o6, zero));
                a0 = x6.fma(w6, a0);
                a1 = x6.fma(w4, a1);
                a2 = x6.fma(w2, a2);
                a3 = x6.fma(w0, a3);
                FloatVector x7 = FloatVector.fromArray(F, x, Math.max(row + o7, zero));
                a1 = x7.fma(w5, a1);
                a2 = x7.fma(w3, a2);
                a3 = x7.fma(w1, a3);
                FloatVector x8 = FloatVector.fromArray(F, x, Math.max(row + o8, zero));
                a1 = x8.fma(w6, a1);
                a2 = x8.fma(w4, a2);
                a3 = x8.fma(w2, a3);
                FloatVector x9 = FloatVector.fromArray(F, x, Math.max(row + o9, zero));
                a2 = x9.fma(w5, a2);
                a3 = x9.fma(w3, a3);
                FloatVector x10 = FloatVector.fromArray(F, x, Math.max(row + o10, zero));
                a2 = x10.fma(w6, a2);
                a3 = x10.fma(w4, a3);
                FloatVector x11 = FloatVector.fromArray(F, x, Math.max(row + o11, zero));
                a3 = x11.fma(w5, a3);
                FloatVector x12 = FloatVector.fromArray(F, x, Math.max(row + o12, zero));
                a3 = x12.fma(w6, a3);
                row += g.dilationHeight() * rowStep;
                tap += 7 * channels;
            }
            FloatVector b = FloatVector.fromArray(F, bias, c);
            int at = yAt + outX * channels + c;
            b.add(a0).intoArray(y, at);
            b.add(a1).intoArray(y, at + channels);
            b.add(a2).intoArray(y, at + 2 * channels);
            b.add(a3).intoArray(y, at + 3 * channels);
        }
    }
}
