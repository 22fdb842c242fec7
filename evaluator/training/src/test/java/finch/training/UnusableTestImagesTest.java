package finch.training;

import static org.assertj.core.api.Assertions.assertThat;

import finch.data.CorruptImageException;
import finch.data.DataSet;
import finch.data.Image;
import finch.data.ImageSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Images in colour that a network for grey ones cannot use: where only test images are such, and where one of many training images is. */
class UnusableTestImagesTest {
    private static final TrainingConfig CONFIG = RecipeReader.parse("test", "format: finch-recipe/1", Map.of("epochs", "1", "batch", "16", "learning-rate", "0.1"));

    /** Bars, of which some are in colour. */
    private record Some(Bars bars, IntPredicate coloured) implements ImageSet {
        @Override
        public List<String> classes() {
            return bars.classes();
        }

        @Override
        public int size() {
            return bars.size();
        }

        @Override
        public int label(int index) {
            return bars.label(index);
        }

        @Override
        public String nameOf(int index) {
            return bars.nameOf(index);
        }

        @Override
        public Image decode(int index) throws CorruptImageException {
            return coloured.test(index) ? Image.of(Bars.SIDE, Bars.SIDE, 3, new byte[3 * Bars.SIDE * Bars.SIDE]) : bars.decode(index);
        }
    }

    private static DataSet data(IntPredicate training, IntPredicate test) {
        return new DataSet("bars", new Some(new Bars(320, 1), training), new Bars(30, 99), Optional.of(new Some(new Bars(30, 98), test)), List.of());
    }

    private static Training.Outcome run(DataSet data, List<String> told) throws IOException {
        return Training.of(Bars.network(), data, CONFIG).run(null, 1, new Training.Listener() {
            @Override
            public void remark(String text) {
                told.add(text);
            }
        });
    }

    @Test
    void a_training_has_its_model_where_no_test_image_can_be_used() throws IOException {
        List<String> told = new ArrayList<>();
        Training.Outcome outcome = run(data(_ -> false, _ -> true), told);
        assertThat(outcome.test()).isEmpty();
        assertThat(outcome.model().provenance()).doesNotContainKey("test").containsKey("validation");
        assertThat(told).singleElement().asString().startsWith("of the test images none of the 30 images can be used; the first: ").contains("finch evaluate");
    }

    @Test
    void test_images_that_are_left_out_are_named() throws IOException {
        List<String> told = new ArrayList<>();
        Training.Outcome outcome = run(data(_ -> false, index -> index == 7), told);
        assertThat(outcome.test()).hasValueSatisfying(test -> assertThat(test.images()).isEqualTo(29));
        assertThat(told).singleElement().asString().startsWith("of the test images: ").contains("bar 7").endsWith("it is left out");
    }

    @Test
    void one_image_in_colour_makes_a_network_for_colours_wherever_it_is() throws IOException {
        for (int at : new int[] {0, 150, 301, 319}) {
            assertThat(Training.of(Bars.network(), data(index -> index == at, _ -> false), CONFIG).network().input().channels()).isEqualTo(3);
        }
        assertThat(Training.of(Bars.network(), data(_ -> false, _ -> false), CONFIG).network().input().channels()).isEqualTo(1);
    }
}
