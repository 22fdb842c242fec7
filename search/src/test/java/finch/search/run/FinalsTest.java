package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.config.FinalTrainings;
import finch.search.config.StoppingRule;
import finch.space.Architecture;
import finch.space.format.References;
import finch.training.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of the final trainings that train nothing; {@code WholeWayTest} has the whole. */
class FinalsTest {
    private static final Architecture NETWORK = References.resolve("mobilenetv3-small");

    @TempDir
    private Path temp;

    /** Networks of a front, the best first: what is better costs more. */
    private static List<FinalNetwork> front(double... costs) {
        return DoubleStream.of(costs).mapToObj(cost -> new FinalNetwork(NETWORK.named("costs-" + (int) cost), false, OptionalDouble.of(cost), cost)).toList();
    }

    private static List<String> timed(List<FinalNetwork> front, double limit, int candidates) {
        return Finals.promising(front, limit, candidates).stream().map(FinalNetwork::name).toList();
    }

    @Test
    void of_a_dense_front_not_only_what_may_be_too_slow_is_timed() {
        List<FinalNetwork> dense = front(109, 108, 107, 106, 105, 104, 103, 102, 99, 98, 97, 96);
        assertThat(timed(dense, 100, 2)).containsExactly("costs-109", "costs-108", "costs-99", "costs-98");
        assertThat(timed(dense, 100, 1)).containsExactly("costs-109", "costs-99");
        assertThat(timed(dense, 100, 5)).containsExactly("costs-109", "costs-108", "costs-107", "costs-106", "costs-105", "costs-104", "costs-99", "costs-98", "costs-97", "costs-96");
    }

    @Test
    void where_one_kind_is_rare_the_other_fills_up() {
        assertThat(timed(front(120, 105, 90, 80, 70, 60), 100, 2)).containsExactly("costs-105", "costs-90", "costs-80", "costs-70");
        assertThat(timed(front(120, 109, 108, 107, 106, 90), 100, 2)).containsExactly("costs-109", "costs-108", "costs-107", "costs-90");
        assertThat(timed(front(90), 100, 3)).containsExactly("costs-90");
    }

    @Test
    void where_all_are_too_slow_the_fastest_is_timed() {
        assertThat(timed(front(150, 130, 120), 100, 2)).containsExactly("costs-120");
        assertThat(timed(List.of(), 100, 2)).isEmpty();
    }

    @Test
    void means_differ_beyond_the_spread_either_way_and_never_for_one_seed() {
        SeedFigures high = new SeedFigures(List.of(90.8, 91.0, 91.2));
        SeedFigures low = new SeedFigures(List.of(88.0, 88.1, 87.9));
        assertThat(high.differsBeyondSpread(low)).isTrue();
        assertThat(low.differsBeyondSpread(high)).isTrue();
        assertThat(high.differsBeyondSpread(new SeedFigures(List.of(90.7, 91.0, 90.9)))).isFalse();
        assertThat(high.differsBeyondSpread(new SeedFigures(List.of(50.0)))).isFalse();
        assertThat(low.spreadBeside(high)).isEqualTo(high.spread());
    }

    private FinalsFile file() throws IOException {
        return FinalsFile.of(new RunFolder(temp), "way", new FinalTrainings("bars", RecipeReader.parse("recipe", "{ format: finch-recipe/1, epochs: 1 }", Map.of()), 2, 1, List.of()));
    }

    @Test
    void trainings_on_other_images_or_of_another_network_of_the_name_are_not_gone_on_with() throws IOException {
        FinalsFile begun = file();
        begun.requireImages(Map.of("training", 60, "fingerprint", "a"));
        begun.networks(List.of(new FinalNetwork(NETWORK, true, OptionalDouble.empty(), 1).json(false)));
        begun.requireImages(Map.of("training", 80, "fingerprint", "b")); // nothing has been trained yet
        begun.failed(NETWORK.name(), 1, "diverged");

        FinalsFile resumed = file();
        assertThatCode(() -> resumed.requireImages(Map.of("training", 80, "fingerprint", "b"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> resumed.requireImages(Map.of("training", 80, "fingerprint", "c"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("finals.json has trainings on 80 images that are no longer what bars holds");
        Architecture other = References.resolve("mobilenetv3-large").named(NETWORK.name());
        assertThatThrownBy(() -> resumed.networks(List.of(new FinalNetwork(other, true, OptionalDouble.empty(), 1).json(false)))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another network that is called " + NETWORK.name());
        assertThat(Files.readString(temp.resolve("finals.json"))).contains("\"fingerprint\" : \"b\"");
    }

    @Test
    void a_search_whose_finals_have_begun_has_had_its_time() {
        Stopper stopper = new Stopper(new StoppingRule.WallClock(Duration.ofHours(1)), (quantity, limit) -> 0);
        stopper.elapsedBefore(Duration.ofMinutes(59));
        assertThat(stopper.timeIsUp()).isFalse();
        stopper.endedBefore();
        assertThat(stopper.timeIsUp()).isTrue();
        assertThat(stopper.fired()).isPresent();

        Stopper counting = new Stopper(new StoppingRule.Evaluations(10), (quantity, limit) -> 0);
        counting.endedBefore();
        assertThat(counting.timeIsUp()).isFalse();
    }
}
