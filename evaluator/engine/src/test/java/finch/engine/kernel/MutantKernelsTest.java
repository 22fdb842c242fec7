package finch.engine.kernel;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Tests the tests: kernels broken in the ways kernels break must not pass. */
class MutantKernelsTest {
    private static final Kernels SOUND = KernelSet.configured().kernels();
    private static final int LANES = Math.max(4, SOUND.lanes());

    private static void check(Kernels kernels) {
        ConvHarness harness = new ConvHarness(kernels);
        long seed = 1;
        for (ConvCase c : ConvCase.all(LANES)) {
            harness.check(c, ConvHarness.Values.INTEGERS, seed++);
        }
    }

    @Test
    void sound_kernels_pass() {
        assertThatCode(() -> check(new ForwardingKernels(SOUND))).doesNotThrowAnyException();
    }

    @Test
    void a_lost_tail_is_caught() {
        assertCaught(new ForwardingKernels(SOUND) {
            @Override
            public void pointwise(PackedWeights w, Epilogue e, Slice x, Slice y, Slice r, Slice scratch, int from, int to, int low, int high) {
                super.pointwise(w, e, x, y, r, scratch, from, to, low, high > LANES && high % LANES == 1 ? high - 1 : high);
            }
        });
    }

    @Test
    void a_product_left_out_is_caught() {
        assertCaught(new ForwardingKernels(SOUND) {
            @Override
            public PackedWeights pack(ConvGeometry g, float[] weights, float[] bias) {
                float[] less = weights.clone();
                if (g.depth() > 2 * LANES) {
                    less[less.length - 1] = 0;
                }
                return super.pack(g, less, bias);
            }
        });
    }

    @Test
    void a_stride_off_by_one_is_caught() {
        assertCaught(geometry(g -> new ConvGeometry(g.inHeight(), g.inWidth(), g.inChannels(), g.outHeight(), g.outWidth(),
                g.outChannels(), g.kernelHeight(), g.kernelWidth(), g.strideHeight(), g.strideWidth() == 2 ? 1 : g.strideWidth(),
                g.top(), g.left(), g.dilationHeight(), g.dilationWidth(), g.groups())));
    }

    @Test
    void padding_on_the_wrong_side_is_caught() {
        assertCaught(geometry(g -> new ConvGeometry(g.inHeight(), g.inWidth(), g.inChannels(), g.outHeight(), g.outWidth(),
                g.outChannels(), g.kernelHeight(), g.kernelWidth(), g.strideHeight(), g.strideWidth(),
                g.top() == 0 && g.kernelHeight() > 1 ? 1 : g.top(), g.left(), g.dilationHeight(), g.dilationWidth(), g.groups())));
    }

    @Test
    void stale_scratch_is_caught() {
        assertCaught(new ForwardingKernels(SOUND) {
            @Override
            public void convolution(PackedWeights w, Epilogue e, Slice x, Slice y, Slice r, Slice scratch, int from, int to) {
                float stale = scratch.array[scratch.offset];
                super.convolution(w, e, x, y, r, scratch, from, to);
                if (!Float.isNaN(stale)) {
                    y.array[y.offset] += stale;
                }
            }
        });
    }

    @Test
    void a_write_past_the_end_is_caught() {
        assertCaught(new ForwardingKernels(SOUND) {
            @Override
            public void depthwise(PackedWeights w, Epilogue e, Slice x, int ring, int zeros, Slice y, Slice r, Slice s, int from, int to, int low, int high) {
                super.depthwise(w, e, x, ring, zeros, y, r, s, from, to, low, high);
                ConvGeometry g = w.geometry();
                y.array[y.offset + to * g.outWidth() * g.outChannels()] = 0;
            }
        });
    }

    @Test
    void a_read_past_the_end_is_caught() {
        assertCaught(new ForwardingKernels(SOUND) {
            @Override
            public void depthwise(PackedWeights w, Epilogue e, Slice x, int ring, int zeros, Slice y, Slice r, Slice s, int from, int to, int low, int high) {
                super.depthwise(w, e, new Slice(x.array, x.offset + 1), ring, zeros, y, r, s, from, to, low, high);
            }
        });
    }

    private static void assertCaught(Kernels mutant) {
        assertThatThrownBy(() -> check(mutant)).isInstanceOf(AssertionError.class);
    }

    private static Kernels geometry(UnaryOperator<ConvGeometry> change) {
        return new ForwardingKernels(SOUND) {
            private PackedWeights changed(PackedWeights w) {
                return new PackedWeights(change.apply(w.geometry()), w.kernel(), w.at(), w.bias(), w.offsets());
            }

            @Override
            public void convolution(PackedWeights w, Epilogue e, Slice x, Slice y, Slice r, Slice scratch, int from, int to) {
                super.convolution(changed(w), e, x, y, r, scratch, from, to);
            }

            @Override
            public void depthwise(PackedWeights w, Epilogue e, Slice x, int ring, int zeros, Slice y, Slice r, Slice s, int from, int to, int low, int high) {
                super.depthwise(changed(w), e, x, ring, zeros, y, r, s, from, to, low, high);
            }
        };
    }
}
