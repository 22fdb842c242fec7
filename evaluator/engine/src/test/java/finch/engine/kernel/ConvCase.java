package finch.engine.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * One convolution to try.
 *
 * @param residual whether a tensor is added before the epilogue
 */
record ConvCase(ConvGeometry geometry, int batch, Epilogue epilogue, boolean residual) {
    @Override
    public String toString() {
        ConvGeometry g = geometry;
        return "%d x %dx%dx%d -> %dx%dx%d kernel %dx%d stride %dx%d from %d,%d dilation %dx%d groups %d %s%s".formatted(batch,
                g.inHeight(), g.inWidth(), g.inChannels(), g.outHeight(), g.outWidth(), g.outChannels(), g.kernelHeight(),
                g.kernelWidth(), g.strideHeight(), g.strideWidth(), -g.top(), -g.left(), g.dilationHeight(), g.dilationWidth(),
                g.groups(), epilogue.kind(), residual ? " + residual" : "");
    }

    /** Output size for given zeros on all four sides. */
    static ConvGeometry geometry(int h, int w, int in, int out, int kh, int kw, int sh, int sw, int top, int left, int bottom,
                                 int right, int dh, int dw, int groups) {
        int outH = (h + top + bottom - dh * (kh - 1) - 1) / sh + 1;
        int outW = (w + left + right - dw * (kw - 1) - 1) / sw + 1;
        return new ConvGeometry(h, w, in, outH, outW, out, kh, kw, sh, sw, top, left, dh, dw, groups);
    }

    private static final Epilogue[] EXACT = {Epilogue.NONE, Epilogue.RELU, Epilogue.clamp(-20, 30)};

    private static void add(List<ConvCase> cases, ConvGeometry g, int batch) {
        int n = cases.size();
        cases.add(new ConvCase(g, batch, EXACT[n % 3], n % 2 == 1));
    }

    /** Matrix products with every count on the borders of register tiles. */
    static List<ConvCase> pointwise(int lanes) {
        List<ConvCase> cases = new ArrayList<>();
        for (int pixels : new int[] {1, 2, 3, 5, 6, 7, 11, 13, 29}) {
            for (int in : new int[] {1, lanes, 2 * lanes + 3}) {
                for (int out : new int[] {1, lanes - 1, lanes, lanes + 1, 2 * lanes, 2 * lanes + 3, 4 * lanes - 1, 8 * lanes, 19 * lanes + 1}) {
                    if (out > 0) {
                        add(cases, ConvGeometry.pointwise(pixels, in, out), 1);
                    }
                }
            }
        }
        add(cases, ConvGeometry.pointwise(49, 960, 17), 1);
        add(cases, ConvGeometry.pointwise(1500, 8, 24), 2); // more than one chunk
        add(cases, ConvGeometry.pointwise(577, 24, 2 * lanes), 1); // one pixel more than many chunks
        // more than one strip of products, of which the tiles take four a step or, where the last of them are odd, one
        for (int pixels : new int[] {8, 11, 21, 31, 65, 97}) {
            add(cases, ConvGeometry.pointwise(pixels, 300, 3 * lanes + 1), 1);
            add(cases, ConvGeometry.pointwise(pixels, 516, 2 * lanes), 1);
            add(cases, ConvGeometry.pointwise(pixels, 259, 2 * lanes + 2), 1);
        }
        // copied inputs: tiles of six rows, with one row left over and with more, panels of two and three vectors, several blocks and chunks
        for (int pixels : new int[] {6, 7, 12, 14, 17, 49, 200}) {
            for (int in : new int[] {2 * lanes, 2 * lanes + 4, 260}) {
                for (int out : new int[] {lanes + 4, 3 * lanes, 3 * lanes + 1, 5 * lanes, 9 * lanes, 11 * lanes - 3}) {
                    add(cases, ConvGeometry.pointwise(pixels, in, out), 1);
                }
            }
        }
        // sums as long as a plane and longer: one strip of terms, two and three, with and without rows left over, which the last tile of a chunk then computes aside
        for (int pixels : new int[] {6, 7, 8, 11, 12, 49, 100}) {
            for (int in : new int[] {640, 1024, 1028, 2052}) {
                for (int out : new int[] {2 * lanes, 3 * lanes - 1, 9 * lanes + 2}) {
                    add(cases, ConvGeometry.pointwise(pixels, in, out), 1);
                }
            }
        }
        // weights that come from memory
        add(cases, ConvGeometry.pointwise(13, 1024, 416), 1);
        add(cases, ConvGeometry.pointwise(7, 512, 832), 1);
        add(cases, ConvGeometry.pointwise(13, 1028, 416), 1); // in strips
        add(cases, ConvGeometry.pointwise(1207, 40, 13 * lanes), 1);
        add(cases, ConvGeometry.pointwise(391, 520, 9 * lanes), 2);
        add(cases, ConvGeometry.pointwise(31, 192, 2 * lanes), 1);
        add(cases, ConvGeometry.pointwise(31, 194, 3 * lanes - 1), 1);
        add(cases, ConvGeometry.pointwise(31, 256, 2 * lanes + 1), 1);
        return cases;
    }

    /** Depthwise windows of all kinds, on images smaller than the kernel too. */
    static List<ConvCase> depthwise(int lanes) {
        List<ConvCase> cases = new ArrayList<>();
        int[][] kernels = {{3, 3}, {5, 5}, {7, 7}, {3, 1}, {1, 3}, {5, 1}, {1, 7}, {2, 2}, {4, 3}, {9, 9}, {1, 1}};
        int[][] strides = {{1, 1}, {2, 2}, {2, 1}, {1, 2}, {3, 3}};
        int[][] sizes = {{7, 7}, {4, 14}, {9, 5}, {2, 3}, {3, 17}};
        int[] channels = {lanes + 1, lanes, 2 * lanes + 3, Math.max(2, lanes - 1), 2, 5 * lanes};
        for (int[] k : kernels) {
            for (int[] s : strides) {
                for (int[] size : sizes) {
                    int c = channels[cases.size() % channels.length];
                    int top = (k[0] - 1) / 2;
                    int left = (k[1] - 1) / 2;
                    add(cases, geometry(size[0], size[1], c, c, k[0], k[1], s[0], s[1], top, left, k[0] - 1 - top, k[1] - 1 - left, 1, 1, c), 1 + cases.size() % 2);
                    // TensorFlow's side: less before than behind
                    if (top > 0 && size[0] + 2 * top - 1 >= k[0] && size[1] + Math.max(0, 2 * left - 1) >= k[1]) {
                        add(cases, geometry(size[0], size[1], c, c, k[0], k[1], s[0], s[1], top - 1, Math.max(0, left - 1), top, left, 1, 1, c), 1);
                    }
                }
            }
        }
        // rows are taken in pairs: images of an odd number of rows, one behind another
        for (int k : new int[] {1, 3, 5, 7}) {
            for (int s : new int[] {1, 2}) {
                add(cases, geometry(5, 6, 2 * lanes + 3, 2 * lanes + 3, k, k, s, s, k / 2, k / 2, k / 2, k / 2, 1, 1, 2 * lanes + 3), 3);
            }
        }
        for (int c : channels) {
            add(cases, geometry(9, 13, c, c, 3, 3, 1, 1, 2, 2, 2, 2, 2, 2, c), 1);
            add(cases, geometry(9, 13, c, c, 3, 3, 2, 1, 1, 3, 1, 3, 1, 3, c), 2);
            add(cases, geometry(13, 9, c, c, 5, 3, 1, 1, 4, 1, 4, 1, 2, 1, c), 2);
            add(cases, geometry(8, 8, c, c, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, c), 1);
            add(cases, geometry(60, 40, c, c, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, c), 1); // several blocks of rows
        }
        // images that the second level cache does not hold, which are read ahead
        add(cases, geometry(61, 33, 40, 40, 7, 7, 2, 2, 3, 3, 3, 3, 1, 1, 40), 2);
        add(cases, geometry(49, 20, 72, 72, 5, 5, 1, 1, 2, 2, 2, 2, 1, 1, 72), 1);
        add(cases, geometry(41, 48, 36, 36, 3, 3, 2, 2, 0, 0, 1, 1, 2, 2, 36), 2);
        // numbers of channels at which pixels and taps share few sets of a cache
        for (int c : new int[] {128, 256, 512, 1024}) {
            for (int k : new int[] {3, 5, 7}) {
                for (int s = 1; s <= 2; s++) {
                    add(cases, geometry(5, 6, c, c, k, k, s, s, k / 2, k / 2, k / 2, k / 2, 1, 1, c), 2);
                }
            }
        }
        // pixels two or three vectors apart, in rows that are long enough for kernels of their own
        for (int c : new int[] {2 * lanes, 3 * lanes}) {
            for (int width : new int[] {27, 28, 31}) {
                add(cases, geometry(6, width, c, c, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, c), 2);
                add(cases, geometry(7, width + 1, c, c, 3, 3, 2, 2, 0, 0, 1, 1, 1, 1, c), 1);
                add(cases, geometry(5, width, c, c, 3, 3, 2, 2, 2, 2, 2, 2, 1, 1, c), 1);
            }
        }
        add(cases, geometry(19, 29, 512, 512, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 512), 1);
        add(cases, geometry(37, 29, 512, 512, 3, 3, 1, 1, 0, 1, 2, 1, 1, 1, 512), 1); // several blocks of copied rows
        add(cases, geometry(31, 41, 256, 256, 5, 5, 2, 2, 2, 1, 1, 2, 1, 1, 256), 2);
        return cases;
    }

    /** Standard, grouped and multiplied convolutions. */
    static List<ConvCase> standard(int lanes) {
        List<ConvCase> cases = new ArrayList<>();
        for (int[] k : new int[][] {{3, 3}, {5, 5}, {1, 1}, {3, 1}, {1, 5}, {2, 2}, {7, 7}}) {
            for (int[] s : new int[][] {{1, 1}, {2, 2}, {2, 1}, {3, 2}}) {
                for (int in : new int[] {1, 3, lanes + 1}) {
                    int out = new int[] {1, Math.max(1, lanes - 1), lanes, lanes + 1, 2 * lanes + 3}[cases.size() % 5];
                    int top = (k[0] - 1) / 2;
                    int left = (k[1] - 1) / 2;
                    add(cases, geometry(9, 11, in, out, k[0], k[1], s[0], s[1], top, left, top, left, 1, 1, 1), 1 + cases.size() % 2);
                    add(cases, geometry(8, 10, in, out, k[0], k[1], s[0], s[1], 0, left, k[0] - 1, left, 1, 1, 1), 1);
                    add(cases, geometry(5, 3, in, out, k[0], k[1], s[0], s[1], k[0] - 1, k[1] - 1, k[0] - 1, k[1] - 1, 1, 1, 1), 1);
                }
            }
        }
        add(cases, geometry(9, 11, 5, 7, 3, 3, 1, 1, 2, 2, 2, 2, 2, 2, 1), 1);
        add(cases, geometry(9, 11, 4, 6, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1, 2), 2);
        add(cases, geometry(9, 11, 6, 3 * (lanes + 1), 3, 3, 1, 2, 1, 1, 1, 1, 1, 1, 3), 1);
        add(cases, geometry(7, 7, 6, 12, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 6), 2); // depthwise with multiplier 2
        add(cases, geometry(7, 7, 4, 12, 5, 5, 2, 2, 2, 2, 2, 2, 1, 1, 4), 1);
        add(cases, geometry(33, 65, 3, 16, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1), 1); // a stem of more than one chunk
        add(cases, geometry(32, 64, 3, 24, 3, 3, 2, 2, 0, 0, 1, 1, 1, 1, 1), 2);
        // stems whose tiles are of one vector, two and three, with a mask and without, on rows of whole tiles and of some more
        for (int out : new int[] {lanes - 1, lanes, lanes + 3, 2 * lanes, 3 * lanes - 2, 3 * lanes, 4 * lanes, 7 * lanes + 1}) {
            for (int width : new int[] {24, 26, 48, 53}) {
                add(cases, geometry(13, width, 3, Math.max(1, out), 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1), 1);
                add(cases, geometry(12, width, 3, Math.max(1, out), 5, 5, 2, 2, 1, 1, 2, 2, 1, 1, 1), 2);
            }
            add(cases, geometry(12, 48, 3, Math.max(1, out), 4, 4, 2, 2, 1, 1, 2, 2, 1, 1, 1), 1); // sums of which the tiles of three vectors take four a step
            add(cases, geometry(13, 48, 3, Math.max(1, out), 3, 3, 2, 2, 2, 1, 2, 1, 2, 1, 1), 1); // rows of taps farther apart
            add(cases, geometry(13, 48, 3, Math.max(1, out), 3, 3, 2, 2, 1, 2, 1, 2, 1, 2, 1), 1); // taps that do not stand together
            add(cases, geometry(9, 40, 6, Math.max(1, out), 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1), 1); // pixels as far apart
            add(cases, geometry(9, 81, 2, Math.max(1, out), 3, 2, 1, 3, 1, 0, 1, 1, 1, 1, 1), 1); // likewise, but of other taps
        }
        return cases;
    }

    static List<ConvCase> all(int lanes) {
        List<ConvCase> cases = new ArrayList<>(pointwise(lanes));
        cases.addAll(depthwise(lanes));
        cases.addAll(standard(lanes));
        return cases;
    }
}
