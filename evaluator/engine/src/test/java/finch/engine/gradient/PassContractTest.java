package finch.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.engine.HeapTooSmallException;
import finch.engine.gradient.Parameter.Role;
import finch.engine.kernel.GradientKernels;
import finch.engine.kernel.KernelSet;
import finch.space.format.References;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import finch.space.Extent;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers of a pass rely on beside its numbers. */
class PassContractTest {
    private static final int BATCH = 23;

    @Test
    void threads_and_repeats_change_no_bit() {
        for (Network network : Stream.concat(Nets.wholes().stream().map(Network::of), Stream.of(Nets.manyWeights())).toList()) {
            List<float[]> expected = pass(network, 1);
            for (int threads : new int[] {1, 2, 3, 5}) {
                List<float[]> actual = pass(network, threads);
                for (int i = 0; i < expected.size(); i++) {
                    assertThat(actual.get(i)).as("%s, %d threads, array %d", network.name(), threads, i).isEqualTo(expected.get(i));
                }
            }
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void threads_that_share_a_products_outputs_have_scratch_of_their_own() {
        Network network = Nets.manyWeights();
        Map<Object, Thread> owners = Collections.synchronizedMap(new IdentityHashMap<>());
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        CountDownLatch both = new CountDownLatch(2);
        GradientKernels right = KernelSet.configured().gradientKernels();
        GradientKernels watched = (GradientKernels) Proxy.newProxyInstance(GradientKernels.class.getClassLoader(), new Class<?>[] {GradientKernels.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("outer")) {
                        Thread owner = owners.putIfAbsent(arguments[arguments.length - 1], Thread.currentThread());
                        assertThat(owner).isIn(null, Thread.currentThread());
                        if (seen.add(Thread.currentThread())) {
                            both.countDown();
                        }
                        // one waits for the other, so that it gets a part
                        both.await();
                    }
                    return method.invoke(right, arguments);
                });
        try (GradientPass pass = new GradientPass(Parameters.initial(network, 3), PassOptions.of(4).withThreads(2), watched)) {
            float[] logits = pass.forward(noise(4 * network.input().size(), 1), 4, Mode.TRAINING);
            pass.backward(logits);
        }
        assertThat(seen).hasSize(2);
        assertThat(owners).hasSize(2);
    }

    /** Logits, gradients and running statistics after three steps. */
    private static List<float[]> pass(Network network, int threads) {
        Parameters parameters = Parameters.initial(network, 3);
        List<float[]> results = new ArrayList<>();
        try (GradientPass pass = new GradientPass(parameters, PassOptions.of(BATCH).withThreads(threads).withDropout(0.3).withMomentum(0.1))) {
            for (int step = 0; step < 3; step++) {
                int count = BATCH - step;
                float[] logits = pass.forward(noise(count * network.input().size(), step), count, Mode.TRAINING, step);
                float[] gradient = new float[logits.length];
                int[] labels = new int[count];
                Arrays.setAll(labels, i -> i % network.output().channels());
                new CrossEntropy(0.1).of(logits, labels, count, network.output().channels(), gradient);
                pass.backward(gradient);
                results.add(logits);
                for (Parameter p : parameters.all()) {
                    results.add((p.role().trained() ? p.gradient() : p.values()).clone());
                    for (int i = 0; i < p.gradient().length; i++) {
                        p.values()[i] -= 0.05f * p.gradient()[i];
                    }
                }
            }
        }
        return results;
    }

    private static float[] noise(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void dropout_drops_its_share_by_seed_and_keeps_the_mean() {
        Network network = new Network("", TensorShape.vector(2000), List.of(new Layer.Dense("last", 0, TensorShape.vector(2000), TensorShape.vector(1), false,
                finch.space.network.Nonlinearity.LINEAR)));
        Parameters parameters = Parameters.initial(network, 1);
        Arrays.fill(parameters.of("last", Role.KERNEL).values(), 1f);
        float[] ones = new float[2000];
        Arrays.fill(ones, 1f);
        try (GradientPass pass = new GradientPass(parameters, PassOptions.of(1).withDropout(0.25))) {
            float sum = pass.forward(ones, 1, Mode.TRAINING, 5)[0];
            assertThat(sum).isBetween(1900f, 2100f).isNotEqualTo(2000f);
            pass.backward(new float[] {1});
            float[] gradient = parameters.of("last", Role.KERNEL).gradient();
            double dropped = 0;
            for (float g : gradient) {
                assertThat(g).isIn(0f, (float) (1 / 0.75));
                dropped += g == 0 ? 1 : 0;
            }
            assertThat(dropped / 2000).isBetween(0.2, 0.3);
            assertThat(pass.forward(ones, 1, Mode.TRAINING, 5)[0]).isEqualTo(sum);
            assertThat(pass.forward(ones, 1, Mode.TRAINING, 6)[0]).isNotEqualTo(sum);
            assertThat(pass.forward(ones, 1, Mode.EVALUATION, 6)[0]).isEqualTo(2000f);
        }
    }

    @Test
    void what_is_dropped_differs_with_every_part_of_its_place() {
        TensorShape shape = TensorShape.vector(64);
        Network network = new Network("", shape, List.of(new Layer.Dense("last", 0, shape, shape, false, finch.space.network.Nonlinearity.LINEAR)));
        Parameters parameters = Parameters.initial(network, 1);
        float[] kernel = parameters.of("last", Role.KERNEL).values();
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = i / 64 == i % 64 ? 1f : 0f;
        }
        float[] ones = new float[4 * 64];
        Arrays.fill(ones, 1f);
        List<String> seen = new ArrayList<>();
        try (GradientPass pass = new GradientPass(parameters, PassOptions.of(4).withDropout(0.5))) {
            for (long seed = 1; seed <= 3; seed++) {
                for (long epoch = 0; epoch < 3; epoch++) {
                    for (long step = 0; step < 3; step++) {
                        float[] kept = pass.forward(ones, 4, Mode.TRAINING, Seeds.of(seed, epoch, step));
                        for (int image = 0; image < 4; image++) {
                            seen.add(Arrays.toString(Arrays.copyOfRange(kept, image * 64, (image + 1) * 64)));
                        }
                    }
                }
            }
        }
        assertThat(seen).hasSize(108).doesNotHaveDuplicates();
        // sums of a seed and a multiple of the image's place, as they once were, repeat
        assertThat(Seeds.of(1 + Seeds.GOLDEN, 0)).isNotEqualTo(Seeds.of(1, 1));
    }

    @Test
    void dropout_without_a_layer_to_drop_for_is_refused() {
        Network network = new Network("flat", TensorShape.vector(3), List.of(new Layer.Activate("a", 0, TensorShape.vector(3), finch.space.network.Nonlinearity.RELU)));
        assertThatThrownBy(() -> new GradientPass(Parameters.initial(network, 1), PassOptions.of(1).withDropout(0.1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("network flat has no dense layer whose inputs dropout could drop; maybe train it with dropout 0");
        new GradientPass(Parameters.initial(network, 1), PassOptions.of(1)).close();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_closed_pass_says_so_and_keeps_what_it_computed() {
        Network network = Network.of(Nets.v2());
        for (int threads : new int[] {1, 3}) {
            GradientPass pass = new GradientPass(Parameters.initial(network, 3), PassOptions.of(8).withThreads(threads));
            float[] logits = pass.forward(new float[8 * 140], 8, Mode.TRAINING);
            pass.close();
            pass.close();
            assertThatThrownBy(() -> pass.forward(new float[8 * 140], 8, Mode.TRAINING)).isInstanceOf(IllegalStateException.class).hasMessage("this pass is closed");
            assertThatThrownBy(() -> pass.backward(logits)).isInstanceOf(IllegalStateException.class).hasMessage("this pass is closed");
            assertThat(pass.output("classifier")).isEqualTo(logits);
        }
        Team team = new Team(2);
        team.close();
        assertThatThrownBy(() -> team.run((_, _) -> { }, 2)).isInstanceOf(IllegalStateException.class).hasMessage("the threads have ended");
    }

    @Test
    void running_averages_move_in_training_only() {
        Network network = Network.of(Nets.v2());
        Parameters parameters = Parameters.initial(network, 3);
        float[] images = noise(8 * network.input().size(), 1);
        float[] mean = parameters.of("stem", Role.RUNNING_MEAN).values();
        try (GradientPass pass = new GradientPass(parameters, PassOptions.of(8).withMomentum(1))) {
            pass.forward(images, 8, Mode.EVALUATION);
            pass.forward(images, 8, Mode.LINEAR);
            assertThat(mean).containsOnly(0f);
            pass.forward(images, 8, Mode.TRAINING);
            float[] trained = pass.output("stem");
            assertThat(mean).doesNotContain(0f);
            // with momentum 1 the averages are the batch's moments; the variance is the unbiased one
            Parameters inferred = Parameters.of(network, parameters.weights());
            assertThat(inferred.of("stem", Role.RUNNING_MEAN).values()).isEqualTo(mean);
            pass.forward(images, 8, Mode.EVALUATION);
            assertThat(distance(pass.output("stem"), trained)).isLessThan(0.01 * distance(trained, new float[trained.length]));
        }
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    @Test
    void mistakes_are_named() {
        Network network = Network.of(Nets.v2());
        Parameters parameters = Parameters.initial(network, 3);
        try (GradientPass pass = new GradientPass(parameters, PassOptions.of(2))) {
            assertThatThrownBy(() -> pass.forward(new float[10], 3, Mode.TRAINING)).hasMessage("a pass made for up to 2 images cannot take 3");
            assertThatThrownBy(() -> pass.forward(new float[10], 2, Mode.TRAINING)).hasMessage("2 images of 10x14x1 are 280 floats, not 10");
            assertThatThrownBy(() -> pass.backward(new float[8])).hasMessageContaining("needs a forward pass before it");
            pass.forward(new float[280], 2, Mode.TRAINING);
            assertThatThrownBy(() -> pass.backward(new float[7])).hasMessage("the gradient of 2 outputs of 4 are 8 floats, not 7");
            assertThatThrownBy(() -> pass.output("nothing")).hasMessage("network v2 has no layer nothing");
            assertThatThrownBy(pass::inputGradient).hasMessageContaining("withInputGradient");
        }
        assertThatThrownBy(() -> parameters.of("stem", Role.BIAS)).hasMessageContaining("layer stem has no BIAS; it has [KERNEL, GAMMA");
        assertThatThrownBy(() -> CrossEntropy.PLAIN.of(new float[4], new int[] {4}, 1, 4, new float[4]))
                .hasMessage("label 4 of image 0 is not among the network's 4 classes, 0 to 3");
        TensorShape map = new TensorShape(4, 4, 4);
        Network grouped = new Network("g", map, List.of(new Layer.Convolution("two", 0, map, map, Window.POINTWISE, 2, true, false,
                finch.space.network.Nonlinearity.LINEAR), new Layer.Softmax("soft", 1, map, Layer.Softmax.Axis.CHANNELS)));
        assertThatThrownBy(() -> new GradientPass(Parameters.initial(grouped, 1), PassOptions.of(1)))
                .hasMessageContaining("two (grouped convolution, 2 groups of 2 channels), soft (softmax");
        assertThatThrownBy(() -> new GradientPass(Parameters.initial(Network.of(Nets.v2().atResolution(Extent.square(4096))), 1), PassOptions.of(512)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("maybe use a smaller batch");
    }

    @Test
    void a_small_heap_is_told_what_is_needed() {
        Network network = Network.of(Nets.v2().atResolution(Extent.square(1024)));
        assertThatThrownBy(() -> new GradientPass(Parameters.initial(network, 1), PassOptions.of(128)))
                .isInstanceOf(HeapTooSmallException.class).hasMessageMatching(
                        "training network v2 with batch 128 needs about \\d+ MiB for activations and gradients, and this JVM's heap, of at most \\d+ MiB.*smaller batch.*");
    }

    @Test
    void a_batch_takes_what_is_said_and_less_than_two_gigabytes() {
        Network network = Network.of(References.resolve("mobilenetv3-small@/96"));
        long said = GradientPass.bytes(network, 64);
        assertThat(said).isLessThan(2L << 30);
        Parameters parameters = Parameters.initial(network, 1);
        long before = used();
        try (GradientPass pass = new GradientPass(parameters, PassOptions.of(64).withThreads(2))) {
            long taken = used() - before;
            assertThat(taken).as("of %d", said).isBetween(said / 2, said * 5 / 4);
            assertThat(pass.options().batch()).isEqualTo(64);
        }
    }

    private static long used() {
        System.gc();
        return java.lang.Runtime.getRuntime().totalMemory() - java.lang.Runtime.getRuntime().freeMemory();
    }

    @Test
    void cross_entropy_is_that_of_its_definition() {
        float[] logits = {1, 2, 3, 0, 0, 1000};
        int[] labels = {1, 2};
        float[] gradient = new float[6];
        double loss = new CrossEntropy(0.3).of(logits, labels, 2, 3, gradient);
        double expected = 0;
        for (int image = 0; image < 2; image++) {
            for (int c = 0; c < 3; c++) {
                double sum = 0;
                for (int k = 0; k < 3; k++) {
                    sum += Math.exp(logits[image * 3 + k] - logits[image * 3 + c]);
                }
                double target = 0.1 + (c == labels[image] ? 0.7 : 0);
                double log = image == 1 && c < 2 ? -1000 : -Math.log(sum);
                expected -= target * log / 2;
                assertThat(gradient[image * 3 + c]).isCloseTo((float) ((Math.exp(log) - target) / 2), org.assertj.core.data.Offset.offset(1e-6f));
            }
        }
        assertThat(loss).isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-6));
        float[] again = new float[6];
        assertThat(new CrossEntropy(0.3).of(logits, new float[] {0, 1, 0, 0, 0, 1}, 2, 3, again)).isCloseTo(loss, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(again).isEqualTo(gradient);
    }
}
