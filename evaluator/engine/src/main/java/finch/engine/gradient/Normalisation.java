package finch.engine.gradient;

import finch.engine.gradient.Parameter.Role;
import finch.engine.kernel.Epilogue;
import finch.engine.kernel.GradientKernels;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalisation, if the layer has one, and nonlinearity: y = f(γ·x̂ + β), x̂ = (x − mean)/√(variance + ε), with moments over
 * batch and pixels (Ioffe and Szegedy 2015, arXiv 1502.03167, algorithm 1). Back, in place, since x is read by nobody else:
 * dx = γ/√(variance + ε) · (du − mean(du) − x̂·mean(du·x̂)), with du the gradient before f.
 */
final class Normalisation implements Operation {
    private final State state;
    private final GradientKernels kernels;
    private final double momentum;
    private final Epilogue nonlinearity;
    private final Tensor x;
    private final Tensor y;
    private final int channels;
    private final Parameter gamma;
    private final Parameter beta;
    private final Parameter runningMean;
    private final Parameter runningVariance;
    private final double epsilon;
    /** y = f(x · factor + shift). */
    private final float[] factor;
    private final float[] shift;
    /** x̂ = x · scale + offset. */
    private final float[] scale;
    private final float[] offset;
    /** dx = du · a + x · b + d. */
    private final float[] a;
    private final float[] b;
    private final float[] d;

    /** @param normalised the layer whose batch normalisation it is, null for a nonlinearity alone */
    Normalisation(Context context, Parameters parameters, String normalised, Epilogue nonlinearity, Tensor x, Tensor y) {
        this.state = context.state();
        this.kernels = context.gradientKernels();
        this.momentum = context.momentum();
        this.nonlinearity = nonlinearity;
        this.x = x;
        this.y = y;
        this.channels = x.channels;
        boolean norm = normalised != null;
        this.gamma = norm ? parameters.of(normalised, Role.GAMMA) : null;
        this.beta = norm ? parameters.of(normalised, Role.BETA) : null;
        this.runningMean = norm ? parameters.of(normalised, Role.RUNNING_MEAN) : null;
        this.runningVariance = norm ? parameters.of(normalised, Role.RUNNING_VARIANCE) : null;
        this.epsilon = norm ? parameters.epsilon(normalised) : 0;
        int period = kernels.period(channels);
        this.factor = new float[period];
        this.shift = new float[period];
        this.scale = new float[channels];
        this.offset = new float[channels];
        this.a = new float[period];
        this.b = new float[period];
        this.d = new float[period];
        Arrays.fill(factor, 1f);
    }

    /** x · factor + shift of the last forward pass: what went into the nonlinearity. */
    float[] before(int images) {
        float[] u = x.copy(images);
        for (int i = 0; i < u.length; i++) {
            u[i] = Math.fma(u[i], factor[i % channels], shift[i % channels]);
        }
        return u;
    }

    private boolean normalises() {
        return gamma != null && state.mode != Mode.LINEAR;
    }

    private Epilogue function() {
        return state.mode == Mode.LINEAR ? Epilogue.NONE : nonlinearity;
    }

    @Override
    public List<Stage> forward() {
        return gamma == null ? List.of(new Apply()) : List.of(new Moments(), new Apply());
    }

    @Override
    public List<Stage> backward() {
        return gamma == null ? List.of(new Slope()) : List.of(new Slope(), new Combine());
    }

    private final class Moments extends Stage {
        private final Partials partials = new Partials(3 * channels);
        private int images;

        Moments() {
            super(x.size, x.pixels);
        }

        @Override
        Lane.Need reserve(int chunkImages, int chunks) {
            images = chunkImages;
            partials.reserve(chunks);
            return Lane.Need.NONE;
        }

        @Override
        boolean barrier() {
            return true;
        }

        @Override
        void run(int from, int to, int chunk, Lane lane) {
            if (state.mode == Mode.TRAINING) {
                kernels.moments(x.values, x.image(from), (to - from) * x.pixels, channels, partials.values, partials.at(chunk));
            }
        }

        @Override
        void finish(int chunks) {
            for (int c = 0; c < channels; c++) {
                switch (state.mode) {
                    case TRAINING -> ofBatch(c, chunks);
                    case EVALUATION -> affine(c, runningMean.values()[c], runningVariance.values()[c]);
                    case LINEAR -> {
                        factor[c] = 1;
                        shift[c] = 0;
                    }
                }
            }
            GradientKernels.repeat(factor, channels);
            GradientKernels.repeat(shift, channels);
        }

        /** Joins the chunks' moments, each about a value of its own (Chan, Golub and LeVeque 1983, equation 2.1). */
        private void ofBatch(int c, int chunks) {
            double n = 0;
            double mean = 0;
            double squares = 0;
            for (int chunk = 0; chunk < chunks; chunk++) {
                int at = partials.at(chunk);
                double m = (double) x.pixels * (Math.min(state.count, (chunk + 1) * images) - chunk * images);
                double difference = partials.values[at + channels + c] / m;
                double own = partials.values[at + c] + difference;
                double ownSquares = Math.max(0, partials.values[at + 2 * channels + c] - m * difference * difference);
                squares += ownSquares + (own - mean) * (own - mean) * n * m / (n + m);
                mean += (own - mean) * m / (n + m);
                n += m;
            }
            affine(c, mean, squares / n);
            runningMean.values()[c] += (float) (momentum * (mean - runningMean.values()[c]));
            runningVariance.values()[c] += (float) (momentum * (squares / Math.max(1, n - 1) - runningVariance.values()[c]));
        }

        private void affine(int c, double mean, double variance) {
            double inverse = 1 / Math.sqrt(variance + epsilon);
            scale[c] = (float) inverse;
            offset[c] = (float) (-mean * inverse);
            factor[c] = (float) (gamma.values()[c] * inverse);
            shift[c] = (float) (beta.values()[c] - mean * gamma.values()[c] * inverse);
        }
    }

    private final class Apply extends Stage {
        Apply() {
            super(x.size + y.size, x.pixels);
        }

        @Override
        void run(int from, int to, int chunk, Lane lane) {
            kernels.activate(function(), x.values, x.image(from), factor, shift, y.values, y.image(from), (to - from) * x.pixels, channels);
        }
    }

    /** Through the nonlinearity, with the sums that the normalisation needs. */
    private final class Slope extends Stage {
        private final Partials partials = new Partials(2 * channels);

        Slope() {
            super(x.size + y.size, x.pixels);
        }

        @Override
        Lane.Need reserve(int images, int chunks) {
            partials.reserve(gamma == null ? 0 : chunks);
            return Lane.Need.NONE;
        }

        @Override
        boolean barrier() {
            return gamma != null;
        }

        @Override
        void run(int from, int to, int chunk, Lane lane) {
            int count = (to - from) * x.pixels;
            if (function().kind() != Epilogue.Kind.NONE) {
                kernels.activateBackward(function(), x.values, x.image(from), factor, shift, y.gradients, y.image(from), count, channels);
            }
            if (normalises()) {
                kernels.gradientSums(y.gradients, y.image(from), x.values, x.image(from), scale, offset, count, channels, partials.values, partials.at(chunk));
            }
        }

        @Override
        void finish(int chunks) {
            if (gamma == null) {
                return;
            }
            double n = (double) state.count * x.pixels;
            for (int c = 0; c < channels; c++) {
                double sum = normalises() ? partials.total(chunks, c) : 0;
                double products = normalises() ? partials.total(chunks, channels + c) : 0;
                beta.gradient()[c] = (float) sum;
                gamma.gradient()[c] = (float) products;
                boolean moments = state.mode == Mode.TRAINING;
                a[c] = factor[c];
                b[c] = moments ? (float) (-(double) factor[c] * products / n * scale[c]) : 0;
                d[c] = moments ? (float) (-(double) factor[c] * (sum + products * offset[c]) / n) : 0;
            }
            GradientKernels.repeat(a, channels);
            GradientKernels.repeat(b, channels);
            GradientKernels.repeat(d, channels);
        }
    }

    private final class Combine extends Stage {
        Combine() {
            super(x.size + y.size, x.pixels);
        }

        @Override
        void run(int from, int to, int chunk, Lane lane) {
            if (normalises()) {
                kernels.combine(y.gradients, y.image(from), x.values, x.image(from), a, b, d, (to - from) * x.pixels, channels);
            }
        }
    }
}
