package finch.engine.kernel;

/** Passes everything on; mutants override what they break. */
class ForwardingKernels implements Kernels {
    private final Kernels sound;

    ForwardingKernels(Kernels sound) {
        this.sound = sound;
    }

    @Override
    public String name() {
        return sound.name();
    }

    @Override
    public int lanes() {
        return sound.lanes();
    }

    @Override
    public int channelStep() {
        return sound.channelStep();
    }

    @Override
    public int channelBound(int channels, int part, int parts) {
        return sound.channelBound(channels, part, parts);
    }

    @Override
    public PackedWeights pack(ConvGeometry geometry, float[] weights, float[] bias) {
        return sound.pack(geometry, weights, bias);
    }

    @Override
    public void pointwise(PackedWeights w, Epilogue e, Slice x, Slice y, Slice r, Slice scratch, int from, int to, int low, int high) {
        sound.pointwise(w, e, x, y, r, scratch, from, to, low, high);
    }

    @Override
    public void convolution(PackedWeights w, Epilogue e, Slice x, Slice y, Slice r, Slice scratch, int from, int to) {
        sound.convolution(w, e, x, y, r, scratch, from, to);
    }

    @Override
    public int scratchFloats(ConvGeometry geometry, int pixels) {
        return sound.scratchFloats(geometry, pixels);
    }

    @Override
    public void depthwise(PackedWeights w, Epilogue e, Slice x, int ring, int zeros, Slice y, Slice r, Slice s, int from, int to, int low, int high) {
        sound.depthwise(w, e, x, ring, zeros, y, r, s, from, to, low, high);
    }

    @Override
    public void pool(ConvGeometry g, boolean maximum, boolean countPadding, int bottom, int right, Slice x, Slice y, int from, int to) {
        sound.pool(g, maximum, countPadding, bottom, right, x, y, from, to);
    }

    @Override
    public void globalAverage(Slice x, Slice y, int pixels, int channels, int imageFrom, int imageTo, int low, int high) {
        sound.globalAverage(x, y, pixels, channels, imageFrom, imageTo, low, high);
    }

    @Override
    public void scale(Slice x, Slice gate, Slice y, int pixels, int channels, int from, int to) {
        sound.scale(x, gate, y, pixels, channels, from, to);
    }

    @Override
    public void elementwise(Epilogue e, Slice x, Slice r, Slice y, int from, int to) {
        sound.elementwise(e, x, r, y, from, to);
    }

    @Override
    public void affine(Epilogue e, Slice x, float[] factor, float[] shift, Slice y, int channels, int from, int to) {
        sound.affine(e, x, factor, shift, y, channels, from, to);
    }

    @Override
    public void softmax(Slice x, Slice y, int axis, int inner, int from, int to) {
        sound.softmax(x, y, axis, inner, from, to);
    }
}
