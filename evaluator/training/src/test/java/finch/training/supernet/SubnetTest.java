package finch.training.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.engine.gradient.CrossEntropy;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.PassOptions;
import finch.space.Genome;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import finch.space.staged.StagedSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SubnetTest {
    private static final int BATCH = 48;

    private static List<Genome> some(StagedSpace space, int count) {
        SplittableRandom random = new SplittableRandom(5);
        List<Genome> genomes = new ArrayList<>(List.of(space.canonical(space.largest()), space.canonical(space.smallest())));
        while (genomes.size() < count) {
            Genome genome = space.canonical(space.random(random));
            genomes.add(genome);
        }
        return genomes;
    }

    @Test
    void every_kind_of_architecture_has_its_part_and_uses_every_kind_of_layer() {
        StagedSpace space = TinySpaces.elastic();
        SharedWeights shared = new SharedWeights(space, 1);
        TreeSet<String> used = new TreeSet<>();
        for (Genome genome : some(space, 150)) {
            Subnet subnet = SuperNetwork.subnet(space, shared, genome);
            assertThat(subnet.parameters().network()).isEqualTo(Network.of(space.decode(genome)));
            subnet.parameters().trained().forEach(p -> Arrays.fill(p.gradient(), 1));
            subnet.add();
        }
        shared.tensors().stream().filter(t -> t.gradient[0] != 0).forEach(t -> used.add(t.name));
        // matrices may have gradients of 0 in the first place, and then in others
        assertThat(shared.tensors().stream().map(t -> t.name).filter(name -> !name.contains("kernel-")).toList()).allMatch(used::contains);
        // the capacity is no larger than what is used: the largest of each has reached the last weight of each
        assertThat(shared.tensors().stream().filter(t -> t.role != SharedTensor.Role.TRANSFORM).filter(t -> t.gradient[t.gradient.length - 1] == 0).map(t -> t.name).toList()).isEmpty();
    }

    @Test
    void gradients_of_shared_weights_are_those_of_the_loss() {
        StagedSpace space = TinySpaces.elastic();
        SharedWeights shared = new SharedWeights(space, 2);
        SplittableRandom random = new SplittableRandom(6);
        shared.tensors().forEach(t -> {
            for (int i = 0; i < t.values.length; i++) {
                // what is 0 or the identity hides mistakes; a stem of one tap whose weight is nearly 0 is no smooth function behind its normalisation
                t.values[i] += t.name.equals("stem.kernel") ? Math.signum(t.values[i]) / 2 : t.role == SharedTensor.Role.KERNEL ? 0 : (float) (0.1 * random.nextGaussian());
            }
        });
        for (Genome genome : some(space, 8)) {
            Subnet subnet = SuperNetwork.subnet(space, shared, genome);
            TensorShape input = subnet.network().input();
            float[] images = new float[BATCH * input.size()];
            for (int i = 0; i < images.length; i++) {
                images[i] = (float) random.nextGaussian();
            }
            try (GradientPass pass = new GradientPass(subnet.parameters(), PassOptions.of(BATCH))) {
                float[] gradient = new float[BATCH * 3];
                loss(pass, images, gradient);
                pass.backward(gradient);
                shared.tensors().forEach(t -> Arrays.fill(t.gradient, 0));
                subnet.add();
                for (SharedTensor tensor : shared.tensors()) {
                    double length = length(tensor);
                    if (length > 0) {
                        // along its own gradient the loss rises by the gradient's length
                        double above = moved(tensor, subnet, pass, images, 3e-4 / length);
                        double below = moved(tensor, subnet, pass, images, -3e-4 / length);
                        assertThat((above - below) / 6e-4).as("architecture %s, %s", genome, tensor).isCloseTo(length, within(0.03 * length + 1e-4));
                    }
                }
            }
        }
    }

    private static double length(SharedTensor tensor) {
        double sum = 0;
        for (float g : tensor.gradient) {
            sum += (double) g * g;
        }
        return Math.sqrt(sum);
    }

    private static double moved(SharedTensor tensor, Subnet subnet, GradientPass pass, float[] images, double by) {
        float[] before = tensor.values.clone();
        for (int i = 0; i < before.length; i++) {
            tensor.values[i] += (float) (by * tensor.gradient[i]);
        }
        subnet.fill();
        double loss = loss(pass, images, new float[BATCH * 3]);
        System.arraycopy(before, 0, tensor.values, 0, before.length);
        return loss;
    }

    private static double loss(GradientPass pass, float[] images, float[] gradient) {
        int[] labels = new int[BATCH];
        Arrays.setAll(labels, i -> i % 3);
        return CrossEntropy.PLAIN.of(pass.forward(images, BATCH, Mode.TRAINING), labels, BATCH, 3, gradient);
    }

    @Test
    void resampling_takes_means_of_areas() {
        TensorShape four = new TensorShape(2, 4, 1);
        float[] images = {0, 1, 2, 3, 4, 5, 6, 7};
        assertThat(Resampling.of(images, 1, four, new TensorShape(1, 2, 1))).containsExactly(2.5f, 4.5f);
        assertThat(Resampling.of(images, 1, four, new TensorShape(2, 3, 1))).containsExactly(new float[] {0.25f, 1.5f, 2.75f, 4.25f, 5.5f, 6.75f}, within(1e-6f));
        assertThat(Resampling.of(images, 1, four, four)).isSameAs(images);
        assertThat(Resampling.of(new float[] {1, 10, 3, 30}, 1, new TensorShape(1, 2, 2), new TensorShape(1, 1, 2))).containsExactly(2f, 20f);
    }
}
