package finch.engine;

import finch.engine.kernel.CacheLines;
import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Epilogue;
import finch.engine.kernel.Kernels;
import finch.engine.kernel.PackedWeights;
import finch.engine.kernel.Slice;
import finch.space.network.Layer;
import finch.space.network.TensorShape;
import java.util.ArrayList;
import java.util.List;

/** Makes the step of a fused group: which kernel, and how its work is cut for threads. */
final class Steps {
    /** About the rows of two register tiles: pieces of fewer rows waste them. */
    private static final int PIXEL_GRAIN = 12;

    private final Kernels kernels;
    private final Weights weights;
    private final int batch;

    Steps(Kernels kernels, Weights weights, int batch) {
        this.kernels = kernels;
        this.weights = weights;
        this.batch = batch;
    }

    Step of(Chain chain) {
        return chain.single() ? of(chain.groups().getFirst()) : chained(chain);
    }

    private Step chained(Chain chain) {
        List<ConvGeometry> geometries = chain.geometries();
        Chain.Bands bands = Chain.bands(geometries);
        int at = rings(kernels, chain);
        List<ChainStep.Stage> stages = new ArrayList<>();
        for (int i = 0; i < geometries.size(); i++) {
            Fusion.Group group = chain.groups().get(i);
            ConvGeometry g = geometries.get(i);
            stages.add(new ChainStep.Stage(pack(g, group), KernelForm.epilogue(group.nonlinearity()), group.residual(), bands.burst()[i], bands.ring()[i], at,
                    i + 1 < geometries.size() && group.residual() == Fusion.NONE && kernels.panels(g, geometries.get(i + 1))));
            at += CacheLines.whole(bands.ring()[i] * g.outWidth() * g.outChannels());
        }
        return new ChainStep(chain.layers(), kernels, stages, chain.groups().getFirst().main().inputs().getFirst(), chain.output());
    }

    /** Where in the scratch a chain's rings start: behind what its kernels use. */
    private static int rings(Kernels kernels, Chain chain) {
        List<ConvGeometry> geometries = chain.geometries();
        Chain.Bands bands = Chain.bands(geometries);
        int floats = 0;
        for (int i = 0; i < geometries.size(); i++) {
            floats = Math.max(floats, kernels.scratchFloats(geometries.get(i), bands.burst()[i] * geometries.get(i).outWidth()));
        }
        return CacheLines.whole(floats);
    }

    /** Floats of scratch that each of some threads that share a chain needs. */
    static int scratchFloats(Kernels kernels, Chain chain, int batch, int parts) {
        if (!chain.single()) {
            return Math.addExact(rings(kernels, chain), Chain.bands(chain.geometries()).floats(chain.geometries()));
        }
        return switch (chain.main()) {
            case Layer.Convolution _ -> {
                ConvGeometry g = chain.geometries().getFirst();
                int pixels = Math.multiplyExact(batch, g.outPixels());
                yield kernels.scratchFloats(g, g.isPointwise() ? share(pixels, parts) : pixels);
            }
            case Layer.Dense d -> kernels.scratchFloats(dense(d), share(batch, parts));
            default -> 0;
        };
    }

    private static ConvGeometry dense(Layer.Dense d) {
        return ConvGeometry.pointwise(1, d.input().size(), d.output().channels());
    }

    private Step of(Fusion.Group group) {
        String name = group.main().name();
        Epilogue epilogue = KernelForm.epilogue(group.nonlinearity());
        int out = group.output();
        return switch (group.main()) {
            case Layer.Convolution c -> convolution(c, group, epilogue);
            case Layer.Dense d -> pointwise(name, pack(dense(d), group), epilogue, batch, d.source(), out, group.residual());
            case Layer.GlobalAveragePool p -> globalAverage(p, out);
            case Layer.Pool p -> pool(p, out);
            case Layer.Add a -> elementwise(name, epilogue, a.left(), a.right(), out, a.input());
            case Layer.Activate a -> elementwise(name, epilogue, a.source(), Fusion.NONE, out, a.input());
            case Layer.Scale s -> scale(s, out);
            case Layer.BatchNorm b -> affine(b, epilogue, out);
            case Layer.Softmax s -> softmax(s, out);
        };
    }

    private PackedWeights pack(ConvGeometry geometry, Fusion.Group group) {
        FoldedWeights folded = FoldedWeights.of(group.main(), weights, group.norms());
        return kernels.pack(geometry, folded.kernel(), folded.bias());
    }

    private static Slice residual(Slice[] tensors, int residual) {
        return residual == Fusion.NONE ? null : tensors[residual];
    }

    private Step convolution(Layer.Convolution c, Fusion.Group group, Epilogue epilogue) {
        ConvGeometry geometry = KernelForm.geometry(c);
        PackedWeights packed = pack(geometry, group);
        if (geometry.isDepthwise()) {
            return depthwise(c, packed, epilogue, group);
        }
        int pixels = batch * geometry.outPixels();
        if (geometry.isPointwise()) {
            return pointwise(c.name(), packed, epilogue, pixels, c.source(), group.output(), group.residual());
        }
        return new Step(c.name()) {
            @Override
            void run(Slice[] t, Scratch scratch, int part, int parts) {
                kernels.convolution(packed, epilogue, t[c.source()], t[group.output()], residual(t, group.residual()), scratch.space,
                        bound(pixels, PIXEL_GRAIN, part, parts), bound(pixels, PIXEL_GRAIN, part + 1, parts));
            }
        };
    }

    private Step pointwise(String name, PackedWeights packed, Epilogue epilogue, int pixels, int source, int out, int residual) {
        int channels = packed.geometry().outChannels();
        return new Step(name) {
            @Override
            void run(Slice[] t, Scratch scratch, int part, int parts) {
                boolean byPixel = byPixel(pixels, parts);
                int from = byPixel ? bound(pixels, 1, part, parts) : kernels.channelBound(channels, part, parts);
                int to = byPixel ? bound(pixels, 1, part + 1, parts) : kernels.channelBound(channels, part + 1, parts);
                if (byPixel) {
                    kernels.pointwise(packed, epilogue, t[source], t[out], residual(t, residual), scratch.space, from, to, 0, channels);
                } else {
                    // each of several threads would copy the whole input
                    kernels.pointwise(packed, epilogue, t[source], t[out], residual(t, residual), parts == 1 ? scratch.space : null, 0, pixels, from, to);
                }
            }
        };
    }

    /** Of few pixels (dense layers, squeeze-excite) the channels are cut, so that weights are read once. */
    private static boolean byPixel(int pixels, int parts) {
        return pixels >= 2 * PIXEL_GRAIN * parts;
    }

    /** The most pixels that a thread takes of a product whose pixels are shared; 0 where its channels are. */
    private static int share(int pixels, int parts) {
        return parts == 1 ? pixels : byPixel(pixels, parts) ? Math.ceilDiv(pixels, parts) : 0;
    }

    private Step depthwise(Layer.Convolution c, PackedWeights packed, Epilogue epilogue, Fusion.Group group) {
        int rows = batch * c.output().height();
        int channels = c.output().channels();
        return new Step(c.name()) {
            @Override
            void run(Slice[] t, Scratch scratch, int part, int parts) {
                boolean byRow = rows >= 8 * parts || channels < 2 * kernels.channelStep() * parts;
                int from = byRow ? bound(rows, 1, part, parts) : bound(channels, kernels.channelStep(), part, parts);
                int to = byRow ? bound(rows, 1, part + 1, parts) : bound(channels, kernels.channelStep(), part + 1, parts);
                kernels.depthwise(packed, epilogue, t[c.source()], c.input().height(), 0, t[group.output()], residual(t, group.residual()), scratch.space,
                        byRow ? from : 0, byRow ? to : rows, byRow ? 0 : from, byRow ? channels : to);
            }
        };
    }

    private Step globalAverage(Layer.GlobalAveragePool p, int out) {
        int channels = p.input().channels();
        return new Step(p.name()) {
            @Override
            void run(Slice[] t, Scratch scratch, int part, int parts) {
                kernels.globalAverage(t[p.source()], t[out], p.input().pixels(), channels, 0, batch,
                        bound(channels, kernels.channelStep(), part, parts), bound(channels, kernels.channelStep(), part + 1, parts));
            }
        };
    }

    private Step pool(Layer.Pool p, int out) {
        ConvGeometry geometry = KernelForm.geometry(p);
        int rows = batch * p.output().height();
        boolean maximum = p.kind() == Layer.Pool.Kind.MAX;
        return new Step(p.name()) {
            @Override
            void run(Slice[] t, Scratch scratch, int part, int parts) {
                kernels.pool(geometry, maximum, p.countPadding(), p.window().bottom(), p.window().right(), t[p.source()], t[out],
                        bound(rows, 1, part, parts), bound(rows, 1, part + 1, parts));
            }
        };
    }

    private Step scale(Layer.Scale s, int out) {
        int pixels = s.input().pixels();
        int channels = s.input().channels();
        return new Step(s.name()) {
            @Override
            void run(Slice[] t, Scratch scratch, int part, int parts) {
                kernels.scale(t[s.source()], t[s.gate()], t[out], pixels, channels,
                        bound(batch * pixels, 1, part, parts), bound(batch * pixels, 1, part + 1, parts));
            }
        };
    }

    private Step elementwise(String name, Epilogue epilogue, int left, int right, int out, TensorShape shape) {
        int elements = Math.multiplyExact(batch, shape.size());
        return new Step(name) {
            @Override
            void run(Slice[] t, Scratch scratch, int part, int parts) {
                kernels.elementwise(epilogue, t[left], residual(t, right), t[out],
                        bound(elements, kernels.lanes(), part, parts), bound(elements, kernels.lanes(), part + 1, parts));
            }
        };
    }

    private Step affine(Layer.BatchNorm b, Epilogue epilogue, int out) {
        FoldedWeights folded = FoldedWeights.of(b, weights);
        int pixels = batch * b.input().pixels();
        int channels = b.input().channels();
        return new Step(b.name()) {
            @Override
            void run(Slice[] t, Scratch scratch, int part, int parts) {
                kernels.affine(epilogue, t[b.source()], folded.kernel(), folded.bias(), t[out], channels,
                        bound(pixels, 1, part, parts), bound(pixels, 1, part + 1, parts));
            }
        };
    }

    private Step softmax(Layer.Softmax s, int out) {
        TensorShape shape = s.input();
        int axis = switch (s.axis()) {
            case HEIGHT -> shape.height();
            case WIDTH -> shape.width();
            case CHANNELS -> shape.channels();
        };
        int inner = switch (s.axis()) {
            case HEIGHT -> shape.width() * shape.channels();
            case WIDTH -> shape.channels();
            case CHANNELS -> 1;
        };
        int outer = batch * (shape.size() / (axis * inner));
        return new Step(s.name()) {
            @Override
            void run(Slice[] t, Scratch scratch, int part, int parts) {
                kernels.softmax(t[s.source()], t[out], axis, inner, bound(outer, 1, part, parts), bound(outer, 1, part + 1, parts));
            }
        };
    }
}
