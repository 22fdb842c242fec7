package finch.engine.kernel;

/** Kernels on the Vector API. The arithmetic is in static methods of the other {@code Vector…} classes. */
final class VectorKernels implements Kernels {
    /** Where packed weights start; the depthwise kernels have it as a constant. */
    private static final int AT = CacheLines.HEADER_GAP;
    /** Floats of input and output that one pass over all panels should touch, to stay in the nearest caches. */
    private static final int CHUNK_FLOATS = 16 * 1024;
    /** Floats of a block of depthwise rows that is finished while it is near. */
    private static final int BLOCK_FLOATS = 16 * 1024;

    @Override
    public String name() {
        return "vector-" + VectorWidth.FLOATS.vectorBitSize();
    }

    @Override
    public int lanes() {
        return VectorWidth.LANES;
    }

    @Override
    public int channelStep() {
        return VectorWidth.LANES;
    }

    @Override
    public int channelBound(int channels, int part, int parts) {
        return VectorMatmul.bound(channels, part, parts);
    }

    @Override
    public PackedWeights pack(ConvGeometry g, float[] weights, float[] bias) {
        int depth = g.depth();
        if (g.isDepthwise()) {
            int pitch = VectorDepthwise.tapPitch(g);
            float[] packed = new float[AT + depth * pitch];
            for (int c = 0; c < g.outChannels(); c++) {
                for (int tap = 0; tap < depth; tap++) {
                    packed[AT + tap * pitch + c] = weights[c * depth + tap];
                }
            }
            return new PackedWeights(g, packed, AT, bias);
        }
        int outs = g.outChannels() / g.groups();
        int padded = VectorMatmul.padded(outs);
        float[] packed = new float[AT + g.groups() * padded * depth];
        float[] paddedBias = new float[g.groups() * padded];
        for (int group = 0; group < g.groups(); group++) {
            VectorMatmul.pack(weights, group * outs, outs, depth, packed, AT + group * padded * depth);
            System.arraycopy(bias, group * outs, paddedBias, group * padded, outs);
        }
        return g.groups() > 1 || g.isPointwise() ? new PackedWeights(g, packed, AT, paddedBias)
                : new PackedWeights(g, packed, AT, paddedBias, offsets(g));
    }

    @Override
    public PackedWeights repack(PackedWeights before, float[] weights, float[] bias) {
        ConvGeometry g = before.geometry();
        if (g.groups() > 1) {
            return pack(g, weights, bias);
        }
        VectorMatmul.pack(weights, 0, g.outChannels(), g.depth(), before.kernel(), before.at());
        System.arraycopy(bias, 0, before.bias(), 0, bias.length);
        return before;
    }

    @Override
    public PackedWeights packTransposed(ConvGeometry g, float[] weights, PackedWeights before) {
        int padded = VectorMatmul.padded(g.outChannels());
        PackedWeights packed = before != null ? before : new PackedWeights(g, new float[AT + padded * g.depth()], AT, new float[padded]);
        VectorMatmul.packTransposed(weights, g.outChannels(), g.depth(), packed.kernel(), packed.at());
        return packed;
    }

    private static int[] offsets(ConvGeometry g) {
        int[] offsets = new int[g.depth()];
        for (int k = 0; k < offsets.length; k++) {
            int tap = k / g.inChannels();
            int pixel = tap / g.kernelWidth() * g.dilationHeight() * g.inWidth() + tap % g.kernelWidth() * g.dilationWidth();
            offsets[k] = pixel * g.inChannels() + k % g.inChannels();
        }
        return offsets;
    }

    /** Rows whose input and output fit the near caches, a multiple of the tiles'. */
    private static int chunk(int depth, int columns) {
        int grain = VectorMatmul.rowGrain();
        return Math.max(grain, CHUNK_FLOATS / (depth + columns) / grain * grain);
    }

    /** Floats of copied input that a chunk may have where weights are read again for each: large, so that they are seldom. */
    private static final int FEW_CHUNKS_FLOATS = 60 * 1024;
    /** Weights of fewer floats stay in the second level cache. */
    private static final int NEAR_WEIGHTS = 32 * 1024;

    /** Rows of the next chunk of a product whose input is copied, where {@code rows} are left: about the same for all, so that the last has a whole tile too. */
    private static int copiedRows(ConvGeometry g, int rows) {
        return Math.ceilDiv(rows, Math.ceilDiv(rows, mostCopied(g, rows)));
    }

    /** The most rows of such a chunk. */
    private static int mostCopied(ConvGeometry g, int rows) {
        int perRow = Math.ceilDiv(g.depth(), VectorMatmul.STRIP) * VectorMatmul.STRIDE;
        return Math.min(rows, Math.max(2 * VectorMatmul.rowGrain(), copyWanted(g) / perRow));
    }

    /** Floats of the copied input that a chunk should have: few where the copies of several threads would be large beside the tensors. */
    private static int copyWanted(ConvGeometry g) {
        long tensors = (long) g.outPixels() * (g.depth() + g.outChannels());
        return g.weights() > NEAR_WEIGHTS ? (int) Math.min(FEW_CHUNKS_FLOATS, tensors * 3 / 8) : 0;
    }

    /** Fewer of planes, whose blocks are whole. */
    private static int planesWanted(ConvGeometry g) {
        return copyWanted(g) / 3 * 2;
    }

    @Override
    public void pointwise(PackedWeights weights, Epilogue epilogue, Slice x, Slice y, Slice residual, Slice scratch,
                          int pixelFrom, int pixelTo, int channelFrom, int channelTo) {
        ConvGeometry g = weights.geometry();
        int depth = g.inChannels();
        int outs = g.outChannels();
        int pixels = pixelTo - pixelFrom;
        boolean planes = scratch != null && VectorMatmul.planes(pixels, depth, outs);
        boolean copied = !planes && scratch != null && VectorMatmul.copied(pixels, depth, outs);
        int chunk = chunk(depth, channelTo - channelFrom);
        boolean adds = planes && PlaneMatmul.adds(depth, epilogue, y, residual);
        int finish = pixels == 1 ? Finish.PLAIN : adds ? Finish.ADD : Finish.of(epilogue, residual);
        int added = adds ? residual.offset - y.offset : 0;
        for (int first = pixelFrom; first < pixelTo;) {
            int left = pixelTo - first;
            int rows = planes ? PlaneMatmul.chunkRows(left, depth, planesWanted(g)) : copied ? copiedRows(g, left) : Math.min(chunk, left);
            int xAt = x.offset + first * depth;
            int yAt = y.offset + first * outs;
            if (planes) {
                PlaneMatmul.multiply(finish, epilogue.low(), epilogue.high(), x.array, xAt, rows, scratch.array, scratch.offset,
                        weights.kernel(), weights.at(), depth, weights.bias(), y.array, y.panelPixels > 0 ? y.offset : yAt, outs, y.panelPixels, first, added, outs, channelFrom, channelTo);
            } else if (copied) {
                VectorMatmul.multiplyCopied(finish, epilogue.low(), epilogue.high(), x.array, xAt, depth, rows, scratch.array, scratch.offset,
                        weights.kernel(), weights.at(), depth, weights.bias(), y.array, yAt, outs, outs, channelFrom, channelTo);
            } else {
                VectorMatmul.multiply(finish, epilogue.low(), epilogue.high(), x.array, xAt, depth, rows, weights.kernel(), weights.at(), depth,
                        weights.bias(), 0, y.array, yAt, outs, outs, channelFrom, channelTo);
            }
            if (finish == Finish.PLAIN && y.panelPixels > 0) {
                for (int c = 0, width; c < outs; c += width) {
                    width = VectorMatmul.panel(outs - c, depth) * VectorWidth.LANES;
                    finish(epilogue, y, null, c * y.panelPixels + first * width, c * y.panelPixels + (first + rows) * width);
                }
            } else if (finish == Finish.PLAIN) {
                finish(epilogue, y, residual, first, first + rows, outs, channelFrom, channelTo);
            }
            first += rows;
        }
    }

    private static void finish(Epilogue epilogue, Slice y, Slice residual, int rowFrom, int rowTo, int columns, int from, int to) {
        if (residual == null && epilogue.kind() == Epilogue.Kind.NONE) {
            return;
        }
        if (from == 0 && to == columns) {
            finish(epilogue, y, residual, rowFrom * columns, rowTo * columns);
        } else {
            for (int row = rowFrom; row < rowTo; row++) {
                finish(epilogue, y, residual, row * columns + from, row * columns + to);
            }
        }
    }

    private static void finish(Epilogue epilogue, Slice y, Slice residual, int from, int to) {
        VectorElementwise.finish(epilogue, y.array, y.offset + from, y.offset + to, residual == null ? null : residual.array,
                residual == null ? 0 : residual.offset + from);
    }

    @Override
    public boolean panels(ConvGeometry product, ConvGeometry reader) {
        return product.isPointwise() && product.outChannels() % VectorWidth.LANES == 0 && VectorMatmul.planes(product.outWidth(), product.depth(), product.outChannels())
                && PlaneMatmul.oneStrip(product.depth()) && reader.isDepthwise() && VectorDepthwise.strips(reader);
    }

    @Override
    public int scratchFloats(ConvGeometry g, int pixels) {
        if (g.isDepthwise()) {
            return DepthwiseGroups.scratchFloats(g);
        }
        if (g.isPointwise()) {
            if (VectorMatmul.planes(pixels, g.depth(), g.outChannels())) {
                return PlaneMatmul.copyFloats(pixels, g.depth(), g.outChannels(), planesWanted(g));
            }
            return VectorMatmul.copied(pixels, g.depth(), g.outChannels()) ? VectorMatmul.copyFloats(mostCopied(g, pixels), g.depth()) : 0;
        }
        return Math.max(TileEnds.FLOATS, Math.min(chunk(g.depth(), g.outChannels()), pixels) * g.depth() + VectorWidth.LANES);
    }

    @Override
    public void convolution(PackedWeights weights, Epilogue epilogue, Slice x, Slice y, Slice residual, Slice scratch,
                            int pixelFrom, int pixelTo) {
        ConvGeometry g = weights.geometry();
        int finish = Finish.of(epilogue, residual);
        int chunk = chunk(g.depth(), g.outChannels());
        int innerLeft = VectorPatches.innerLeft(g);
        int innerRight = VectorPatches.innerRight(g);
        for (int pixel = pixelFrom; pixel < pixelTo;) {
            int row = pixel / g.outWidth();
            int firstY = row % g.outHeight() * g.strideHeight() - g.top();
            boolean rowInside = firstY >= 0 && firstY + (g.kernelHeight() - 1) * g.dilationHeight() < g.inHeight();
            int start = row * g.outWidth();
            int inner = Math.min(pixelTo, start + innerRight);
            int end;
            if (weights.offsets().length > 0 && rowInside && pixel >= start + innerLeft && inner - pixel >= VectorMatmul.OFFSET_ROWS) {
                end = inner;
                int column = (pixel - start) * g.strideWidth() - g.left();
                int xAt = x.offset + (row / g.outHeight() * g.inPixels() + firstY * g.inWidth() + column) * g.inChannels();
                int yAt = y.offset + pixel * g.outChannels();
                if (StemMatmul.takes(g, end - pixel)) {
                    StemMatmul.multiply(g, finish, epilogue.low(), epilogue.high(), x.array, xAt, end - pixel, weights.kernel(), weights.at(), weights.bias(),
                            y.array, yAt, scratch.array, scratch.offset);
                } else {
                    VectorMatmul.offsets(finish, epilogue.low(), epilogue.high(), x.array, xAt, g.strideWidth() * g.inChannels(), end - pixel, weights.offsets(),
                            weights.kernel(), weights.at(), g.depth(), weights.bias(), 0, y.array, yAt, g.outChannels(), g.outChannels());
                }
            } else {
                end = Math.min(pixelTo, pixel + chunk);
                if (weights.offsets().length > 0) {
                    // up to where the taps lie inside, or through rows where they never do
                    end = Math.min(end, rowInside && pixel < start + innerLeft ? start + innerLeft : start + g.outWidth());
                }
                gathered(weights, finish, epilogue, x, y, scratch, pixel, end);
            }
            if (finish == Finish.PLAIN) {
                finish(epilogue, y, residual, pixel, end, g.outChannels(), 0, g.outChannels());
            }
            pixel = end;
        }
    }

    private static void gathered(PackedWeights weights, int finish, Epilogue epilogue, Slice x, Slice y, Slice scratch, int from, int to) {
        ConvGeometry g = weights.geometry();
        int depth = g.depth();
        int outs = g.outChannels() / g.groups();
        int padded = VectorMatmul.padded(outs);
        for (int group = 0; group < g.groups(); group++) {
            VectorPatches.gather(g, group, x.array, x.offset, scratch.array, scratch.offset, from, to);
            VectorMatmul.multiply(finish, epilogue.low(), epilogue.high(), scratch.array, scratch.offset, depth, to - from, weights.kernel(), weights.at() + group * padded * depth, depth,
                    weights.bias(), group * padded, y.array, y.offset + from * g.outChannels() + group * outs, g.outChannels(), outs, 0, outs);
        }
    }

    @Override
    public void depthwise(PackedWeights weights, Epilogue epilogue, Slice x, int ring, int zeros, Slice y, Slice residual, Slice scratch,
                          int rowFrom, int rowTo, int channelFrom, int channelTo) {
        ConvGeometry g = weights.geometry();
        int channels = g.outChannels();
        int finish = Finish.ofDepthwise(epilogue, residual);
        boolean grouped = x.panelPixels == 0 && DepthwiseGroups.crowded(g) && (channelTo - channelFrom) % DepthwiseGroups.GROUP == 0;
        int block = grouped ? DepthwiseGroups.outRows(g) : Math.max(2, BLOCK_FLOATS / (g.outWidth() * channels) / 2 * 2);
        // a ring, and what a step before wrote of a small image, is near
        boolean far = !grouped && x.panelPixels == 0 && ring == g.inHeight() && channelTo - channelFrom == channels
                && (long) channels * g.inWidth() * Math.max(g.inHeight(), (rowTo - rowFrom) * g.strideHeight()) > ReadAhead.NEAR_FLOATS;
        for (int first = rowFrom; first < rowTo;) {
            // within one image: kernels take two rows at a time
            int last = Math.min(Math.min(first + block, rowTo), (first / g.outHeight() + 1) * g.outHeight());
            if (far) {
                ReadAhead.rows(g, x.array, x.offset, first, last);
            }
            boolean finished = grouped
                    ? DepthwiseGroups.rows(weights, finish, epilogue.low(), epilogue.high(), x.array, x.offset, ring, scratch.array, scratch.offset,
                            y.array, y.offset, first, last, channelFrom, channelTo)
                    : VectorDepthwise.rows(weights, finish, epilogue.low(), epilogue.high(), x.array, x.offset, x.panelPixels, ring, zeros,
                            y.array, y.offset, first, last, channelFrom, channelTo);
            if (!finished) {
                finish(epilogue, y, residual, first * g.outWidth(), last * g.outWidth(), channels, channelFrom, channelTo);
            }
            first = last;
        }
    }

    @Override
    public void pool(ConvGeometry g, boolean maximum, boolean countPadding, int bottom, int right, Slice x, Slice y,
                     int rowFrom, int rowTo) {
        Pooling.run(g, maximum, countPadding, bottom, right, x, y, rowFrom, rowTo);
    }

    @Override
    public void globalAverage(Slice x, Slice y, int pixels, int channels, int imageFrom, int imageTo, int channelFrom, int channelTo) {
        for (int image = imageFrom; image < imageTo; image++) {
            VectorElementwise.average(x.array, x.offset + image * pixels * channels, y.array, y.offset + image * channels,
                    pixels, channels, channelFrom, channelTo);
        }
    }

    @Override
    public void scale(Slice x, Slice gate, Slice y, int pixels, int channels, int pixelFrom, int pixelTo) {
        for (int p = pixelFrom; p < pixelTo; p++) {
            VectorElementwise.multiply(x.array, x.offset + p * channels, gate.array, gate.offset + p / pixels * channels,
                    y.array, y.offset + p * channels, channels);
        }
    }

    @Override
    public void elementwise(Epilogue epilogue, Slice x, Slice residual, Slice y, int from, int to) {
        boolean overResidual = residual != null && residual.array == y.array && residual.offset == y.offset;
        Slice source = overResidual ? residual : x;
        Slice added = overResidual ? x : residual;
        VectorElementwise.copy(source.array, source.offset + from, y.array, y.offset + from, to - from);
        finish(epilogue, y, added, from, to);
    }

    @Override
    public void affine(Epilogue epilogue, Slice x, float[] factor, float[] shift, Slice y, int channels, int pixelFrom, int pixelTo) {
        for (int p = pixelFrom; p < pixelTo; p++) {
            int at = p * channels;
            VectorElementwise.affine(x.array, x.offset + at, factor, shift, y.array, y.offset + at, channels);
            finish(epilogue, y, null, at, at + channels);
        }
    }

    @Override
    public void softmax(Slice x, Slice y, int axis, int inner, int from, int to) {
        Softmaxes.run(x, y, axis, inner, from, to);
    }
}
