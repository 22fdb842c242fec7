package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.space.network.TensorShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchesTest {
    private static final TensorShape INPUT = new TensorShape(16, 16, 3);
    private static final Normalisation HALF = Normalisation.of(3, 0.5, 0.25);
    private static final List<Augmentation> ALL = List.of(new Augmentation.RandomResizedCrop(0.3, 0.75), new Augmentation.PadCrop(2), new Augmentation.Flip(),
            new Augmentation.ColourJitter(0.4, 0.4, 0.4), new Augmentation.Cutout(5));

    @TempDir
    private Path folder;

    private static List<Batch> epoch(Batches batches, int epoch) {
        List<Batch> all = new ArrayList<>();
        batches.epoch(epoch).forEachRemaining(all::add);
        return all;
    }

    private static List<Batch> epoch(ImageSet images, BatchPlan plan, int threads, int epoch) {
        try (Batches batches = new Batches(images, plan, threads)) {
            return epoch(batches, epoch);
        }
    }

    private static void assertSame(List<Batch> a, List<Batch> b) {
        assertThat(a).hasSameSizeAs(b);
        for (int i = 0; i < a.size(); i++) {
            assertThat(a.get(i).images()).containsExactly(b.get(i).images());
            assertThat(a.get(i).targets()).containsExactly(b.get(i).targets());
            assertThat(a.get(i).labels()).containsExactly(b.get(i).labels());
        }
    }

    @Test
    void values_do_not_depend_on_threads_and_differ_by_epoch_and_seed() {
        ImageSet images = Pictures.noise(50, 20, 3);
        BatchPlan plan = BatchPlan.training(8, INPUT, HALF, ALL, 0.2, 7);

        List<Batch> alone = epoch(images, plan, 0, 3);

        assertThat(alone).hasSize(6);
        assertSame(alone, epoch(images, plan, 1, 3));
        assertSame(alone, epoch(images, plan, 4, 3));
        assertThat(epoch(images, plan, 0, 4).getFirst().images()).isNotEqualTo(alone.getFirst().images());
        BatchPlan other = BatchPlan.training(8, INPUT, HALF, ALL, 0.2, 8);
        assertThat(epoch(images, other, 0, 3).getFirst().images()).isNotEqualTo(alone.getFirst().images());
    }

    @Test
    void an_images_changes_do_not_depend_on_its_place() {
        ImageSet images = Pictures.noise(10, 16, 3);
        BatchPlan ordered = new BatchPlan(1, INPUT, HALF, ALL, 0, false, false, 7);
        BatchPlan shuffled = new BatchPlan(10, INPUT, HALF, ALL, 0, true, false, 7);

        List<Batch> each = epoch(images, ordered, 0, 0);
        Batch all = epoch(images, shuffled, 0, 0).getFirst();

        for (int place = 0; place < 10; place++) {
            float[] image = Arrays.copyOfRange(all.images(), place * INPUT.size(), (place + 1) * INPUT.size());
            assertThat(each.stream().filter(b -> Arrays.equals(b.images(), image))).hasSize(1);
        }
    }

    @Test
    void plain_batches_hold_the_images_in_order_normalised() throws CorruptImageException {
        ImageSet images = Pictures.noise(5, 16, 3);

        List<Batch> batches = epoch(images, BatchPlan.plain(2, INPUT, HALF), 2, 0);

        assertThat(batches.stream().map(Batch::size)).containsExactly(2, 2, 1);
        for (int i = 0; i < 5; i++) {
            float[] values = batches.get(i / 2).images();
            assertThat(values[i % 2 * INPUT.size() + (3 * 16 + 4) * 3 + 1]).isCloseTo((images.decode(i).value(3, 4, 1) / 255f - 0.5f) / 0.25f, within(1e-5f));
            assertThat(batches.get(i / 2).labels()[i % 2]).isEqualTo(i % 2);
            assertThat(batches.get(i / 2).targets()[i % 2 * 2 + i % 2]).isEqualTo(1);
        }
    }

    @Test
    void every_image_comes_once_an_epoch() {
        ImageSet images = Pictures.set(12, i -> Image.of(1, 1, 1, new byte[] {(byte) i}));
        BatchPlan plan = new BatchPlan(5, new TensorShape(1, 1, 1), Normalisation.of(1, 0, 1), List.of(), 0, true, false, 1);

        List<Integer> seen = epoch(images, plan, 2, 0).stream()
                .flatMapToInt(b -> IntStream.range(0, b.size()).map(i -> Math.round(255 * b.images()[i]))).boxed().toList();

        assertThat(seen).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 12).boxed().toList()).isNotEqualTo(seen.stream().sorted().toList());
    }

    @Test
    void mixup_mixes_pictures_and_labels_by_the_same_share() {
        ImageSet images = Pictures.set(8, i -> Image.of(1, 1, 1, new byte[] {(byte) (i % 2 == 0 ? 0 : 255)}));
        BatchPlan plan = new BatchPlan(8, new TensorShape(1, 1, 1), Normalisation.of(1, 0, 1), List.of(), 1, false, false, 1);
        boolean mixed = false;

        for (int epoch = 0; epoch < 5; epoch++) {
            Batch batch = epoch(images, plan, 0, epoch).getFirst();
            for (int i = 0; i < 8; i++) {
                // the odd class is white, so the share of it is the brightness
                assertThat(batch.targets()[2 * i + 1]).isCloseTo(batch.images()[i], within(1e-6f));
                assertThat(batch.targets()[2 * i] + batch.targets()[2 * i + 1]).isCloseTo(1, within(1e-6f));
                assertThat(batch.targets()[2 * i + batch.labels()[i]]).isGreaterThanOrEqualTo(0.5f);
                mixed |= batch.images()[i] > 0.01 && batch.images()[i] < 0.99;
            }
        }
        assertThat(mixed).isTrue();
    }

    @Test
    void corrupt_images_are_left_out_named_and_counted() throws IOException {
        Pictures.folder(folder.resolve("set/a"), 6);
        Pictures.folder(folder.resolve("set/b"), 6);
        Pictures.write(folder.resolve("set/a/broken.png"), "not a picture".getBytes(StandardCharsets.US_ASCII));
        ImageSet images = new FolderImages(new FolderTree("set", folder.resolve("set"), Budget.ofHeap()), new Split(0.01, 1)).read().training();

        try (Batches batches = new Batches(images, BatchPlan.plain(4, INPUT, HALF), 2)) {
            assertThat(epoch(batches, 0).stream().mapToInt(Batch::size).sum()).isEqualTo(images.size() - 1);
            epoch(batches, 1);
            assertThat(batches.corrupt()).containsExactly("set/a/broken.png: is neither JPEG nor PNG, whatever its name says");
        }
    }

    @Test
    void a_class_none_of_whose_images_can_be_used_is_told() throws IOException {
        for (String label : new String[] {"a", "b", "c"}) {
            Pictures.folder(folder.resolve("set/" + label), 4);
        }
        for (String broken : new String[] {"a/0", "a/1", "b/0", "b/1", "b/2", "b/3"}) {
            Pictures.write(folder.resolve("set/" + broken + ".png"), new byte[9]);
        }
        ImageSet images = new FolderImages(new FolderTree("set", folder.resolve("set"), Budget.ofHeap()), new Split(0.01, 1)).read().training();

        try (Batches batches = new Batches(images, BatchPlan.plain(4, INPUT, HALF), 2)) {
            assertThat(batches.lostClasses()).isEmpty();
            epoch(batches, 0);
            assertThat(batches.lostClasses()).containsExactly("class b: none of its 3 images can be used");
        }
    }

    @Test
    void a_set_of_which_nothing_can_be_used_fails_with_the_first_reason() {
        ImageSet colour = Pictures.noise(4, 4, 3);
        TensorShape grey = new TensorShape(4, 4, 1);

        try (Batches batches = new Batches(colour, BatchPlan.plain(2, grey, Normalisation.of(1, 0.5, 1)), 1)) {
            assertThatThrownBy(() -> epoch(batches, 0)).isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseMessage("none of the 4 images can be used; the first: image 0: has 3 channels where 1 are wanted");
        }
        assertThatThrownBy(() -> Normalisation.of(colour, 1)).isInstanceOf(UnusableDataException.class).hasMessageContaining("has 3 channels where 1 are wanted");
    }

    /** The first so many of five throw what no decoder should. */
    private static ImageSet failing(int count) {
        byte[] labels = {0, 1, 0, 1, 0};
        return new StoredImages(List.of("even", "odd"), labels, i -> "image " + i, i -> {
            if (i < count) {
                throw new NegativeArraySizeException("-5");
            }
            return Image.of(1, 1, 3, new byte[] {1, 2, 3});
        });
    }

    @Test
    void whatever_goes_wrong_with_one_image_costs_no_more_than_that_one() throws UnusableDataException {
        try (Batches batches = new Batches(failing(1), BatchPlan.plain(3, INPUT, HALF), 2)) {
            assertThat(epoch(batches, 0).stream().mapToInt(Batch::size).sum()).isEqualTo(4);
            assertThat(batches.corrupt()).containsExactly("image 0: cannot be used: java.lang.NegativeArraySizeException: -5");
        }
        assertThat(Normalisation.of(failing(1), 3).mean()).containsExactly(1 / 255.0, 2 / 255.0, 3 / 255.0);
    }

    @Test
    void an_epoch_without_a_batch_fails_although_images_are_left() {
        BatchPlan plan = new BatchPlan(4, INPUT, HALF, List.of(), 0, false, true, 1);
        for (int threads = 0; threads < 2; threads++) {
            try (Batches batches = new Batches(failing(4), plan, threads)) {
                assertThatThrownBy(() -> epoch(batches, 0)).isInstanceOf(UncheckedIOException.class)
                        .hasRootCauseMessage("none of the images of epoch 0 can be used, so that it has no batch; the first: image 0: cannot be used: "
                                + "java.lang.NegativeArraySizeException: -5");
            }
        }
    }

    @Test
    void grey_images_are_repeated_for_a_network_of_colours() {
        Batch batch = epoch(Pictures.noise(1, 16, 1), BatchPlan.plain(1, INPUT, HALF), 0, 0).getFirst();

        for (int i = 0; i < batch.images().length; i += 3) {
            assertThat(batch.images()[i]).isEqualTo(batch.images()[i + 1]).isEqualTo(batch.images()[i + 2]);
        }
    }

    @Test
    void work_in_advance_is_done_by_daemons_of_the_platform_and_may_be_dropped() {
        Thread[] worker = new Thread[1];
        ImageSet images = new ImageSet() {
            private final ImageSet noise = Pictures.noise(100, 16, 3);

            @Override
            public List<String> classes() {
                return noise.classes();
            }

            @Override
            public int size() {
                return noise.size();
            }

            @Override
            public int label(int index) {
                return noise.label(index);
            }

            @Override
            public String nameOf(int index) {
                return noise.nameOf(index);
            }

            @Override
            public Image decode(int index) throws CorruptImageException {
                worker[0] = Thread.currentThread();
                return noise.decode(index);
            }
        };
        try (Batches batches = new Batches(images, BatchPlan.plain(2, INPUT, HALF), 1)) {
            Iterator<Batch> dropped = batches.epoch(0);
            dropped.next();
            assertThat(epoch(batches, 1)).hasSize(50);
        }

        assertThat(worker[0].isDaemon()).isTrue();
        assertThat(worker[0].isVirtual()).isFalse();
        assertThat(worker[0]).isNotEqualTo(Thread.currentThread());
    }

    @Test
    void a_wrong_plan_is_refused() {
        ImageSet images = Pictures.noise(4, 4, 3);

        assertThatThrownBy(() -> new Batches(images, BatchPlan.training(5, INPUT, HALF, List.of(), 0, 1), 0)).hasMessage("4 image(s) do not fill a batch of 5");
        assertThatThrownBy(() -> BatchPlan.plain(0, INPUT, HALF)).hasMessageContaining("at least one image");
        assertThatThrownBy(() -> BatchPlan.plain(1, INPUT, Normalisation.of(1, 0, 1))).hasMessage("the normalisation is of 1 channel(s), and the network takes 3");
        assertThatThrownBy(() -> BatchPlan.training(1, INPUT, HALF, List.of(), 5, 1)).hasMessageContaining("mixup must be 0 or between 0.01 and 4.0, not 5.0");
        assertThatThrownBy(() -> BatchPlan.training(1, INPUT, HALF, List.of(new Augmentation.Flip(), Augmentation.RandomResizedCrop.PUBLISHED), 0, 1))
                .hasMessageContaining("must be the first");
        assertThatThrownBy(() -> new Augmentation.Cutout(0)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> new Augmentation.ColourJitter(0, 2, 0)).hasMessageContaining("not 2.0");
        assertThatThrownBy(() -> Normalisation.of(3, 0.5, 0)).hasMessageContaining("deviations above 0");
    }
}
