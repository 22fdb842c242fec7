package finch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.data.Augmentation;
import finch.data.BatchPlan;
import finch.data.Batches;
import finch.data.ImageSet;
import finch.data.Normalisation;
import finch.engine.gradient.Parameters;
import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.Padding;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint is of one training and no other. */
class FingerprintTest {
    private static final Network NETWORK = Network.of(Bars.network());
    private static final Normalisation GREY = Normalisation.of(1, 0.3, 0.3);
    private static final Recipe RECIPE = Recipe.usual(1, 0.1, 1);

    @TempDir
    private Path folder;

    private static Batches batches(ImageSet images, List<Augmentation> augmentations, double mixup, long seed) {
        return new Batches(images, BatchPlan.training(8, NETWORK.input(), GREY, augmentations, mixup, seed), 0);
    }

    private static Batches batches() {
        return batches(new Bars(24, 1), List.of(), 0, 5);
    }

    private static Fingerprint of(Network network, Recipe recipe, Batches batches, int batch, KernelSet kernels) {
        return Fingerprint.of(network, recipe, batches, batch, kernels);
    }

    /** With other padding: as many layers, and parameters of the same shapes. */
    private static Network otherPadding() {
        Architecture bars = Bars.network();
        return Network.of(new Architecture(bars.name(), bars.resolution(), bars.channels(), bars.classes(), Padding.TENSORFLOW, bars.stem(), bars.blocks(), bars.head()));
    }

    @Test
    void whatever_changes_what_comes_out_is_named() {
        Fingerprint own = of(NETWORK, RECIPE, batches(), 8, KernelSet.SCALAR);
        assertThat(of(NETWORK, RECIPE, batches(), 8, KernelSet.SCALAR).differences(own)).isEmpty();
        Map<String, Fingerprint> others = new LinkedHashMap<>();
        others.put("network: ", of(otherPadding(), RECIPE, batches(), 8, KernelSet.SCALAR));
        others.put("recipe: ", of(NETWORK, RECIPE.withClip(2), batches(), 8, KernelSet.SCALAR));
        others.put("distillation: ", of(NETWORK, RECIPE.withDistillation(new Distillation((_, _) -> new float[0], 0.5, 2)), batches(), 8, KernelSet.SCALAR));
        others.put("batches: ", of(NETWORK, RECIPE, batches(new Bars(24, 1), List.of(new Augmentation.Flip()), 0, 5), 8, KernelSet.SCALAR));
        others.put("batches: BatchPlan[", of(NETWORK, RECIPE, batches(new Bars(24, 1), List.of(), 0, 6), 8, KernelSet.SCALAR));
        others.put("images: 24 of 3 classes", of(NETWORK, RECIPE, batches(new Bars(24, 1).subset(2, 1, 0, 3, 4, 5, 6, 7, 8), List.of(), 0, 5), 8, KernelSet.SCALAR));
        others.put("images a pass: 8 there, 9 here", of(NETWORK, RECIPE, batches(), 9, KernelSet.SCALAR));
        if (!KernelSet.configured().kernels().name().equals("scalar")) {
            others.put("kernels: scalar there, ", of(NETWORK, RECIPE, batches(), 8, KernelSet.configured()));
        }
        others.forEach((name, other) -> assertThat(own.differences(other)).as(name).singleElement().asString().startsWith(name));
        // as many images, as many of each class, in another order
        ImageSet turned = new Bars(24, 1).subset(IntStream.range(0, 24).map(i -> 23 - i).toArray());
        assertThat(own.differences(of(NETWORK, RECIPE, batches(turned, List.of(), 0, 5), 8, KernelSet.SCALAR))).singleElement().asString().startsWith("images: ");
        // the teacher is a piece of code, which has no name to keep
        Distillation one = new Distillation((_, _) -> new float[1], 0.5, 2);
        Distillation two = new Distillation((_, _) -> new float[2], 0.5, 2);
        assertThat(of(NETWORK, RECIPE.withDistillation(one), batches(), 8, KernelSet.SCALAR)).isEqualTo(of(NETWORK, RECIPE.withDistillation(two), batches(), 8, KernelSet.SCALAR));
    }

    @Test
    void a_checkpoint_of_another_training_is_refused_with_what_differs() throws IOException {
        Path file = folder.resolve("checkpoint");
        Trainer.of(RECIPE, 8, 1).withCheckpoint(file, 0).train(Parameters.initial(NETWORK, 3), batches(), TrainingListener.NONE);

        Trainer other = Trainer.of(RECIPE, 9, 1).withCheckpoint(file, 0);
        Batches flipped = batches(new Bars(24, 1), List.of(new Augmentation.Flip()), 0, 5);
        assertThatThrownBy(() -> other.train(Parameters.initial(NETWORK, 3), flipped, TrainingListener.NONE)).isInstanceOf(IOException.class)
                .hasMessageContaining("is the checkpoint of another training; batches: BatchPlan[")
                .hasMessageContaining("; images a pass: 8 there, 9 here; maybe use another file, or delete this one to start anew");
    }
}
