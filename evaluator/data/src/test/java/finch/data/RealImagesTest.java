package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.space.SharedData;
import finch.space.network.TensorShape;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** CIFAR-10's test images as JPEG files, packed as they are handed out. */
class RealImagesTest {
    @Test
    void cifar_10_is_read_from_its_archive() throws IOException {
        Path archive = SharedData.path("cifar10-jpg/cifar10-test-10000-jpg.tar.gz");

        DataSet data = DataSets.open(archive.toString(), Path.of("."), new Split(0.1, 1));

        assertThat(data.classes()).containsExactly("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
        assertThat(data.training().size()).isEqualTo(9_000);
        assertThat(data.validation().size()).isEqualTo(1_000);
        assertThat(data.remarks()).isEmpty();

        ImageSet some = data.training().sample(500, 1);
        Normalisation normalisation = Normalisation.of(some, 3);
        // published for CIFAR-10: 0.491, 0.482, 0.447 and 0.247, 0.243, 0.262
        assertThat(normalisation.mean().get(0)).isCloseTo(0.491, within(0.02));
        assertThat(normalisation.mean().get(2)).isCloseTo(0.447, within(0.02));
        assertThat(normalisation.deviation().get(2)).isCloseTo(0.262, within(0.02));
        try (Batches batches = new Batches(some, BatchPlan.plain(100, new TensorShape(32, 32, 3), normalisation), 2)) {
            batches.epoch(0).forEachRemaining(batch -> assertThat(batch.size()).isEqualTo(100));
            assertThat(batches.corrupt()).isEmpty();
        }
    }
}
