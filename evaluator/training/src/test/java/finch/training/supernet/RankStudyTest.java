package finch.training.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.data.DataSet;
import finch.space.Genome;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import finch.training.StoppedException;
import finch.training.Training;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RankStudyTest {
    private static final DataSet BARS = TinySpaces.bars(320, 120);
    private static final Training.Listener QUIET = new Training.Listener() {};

    @TempDir
    private Path folder;

    private static SuperNetwork trained(StagedSpace space, int epochs) throws Exception {
        return SuperTraining.of(space, BARS, TinySpaces.recipe(epochs), 2).run(null, 1, QUIET).network();
    }

    @Test
    void a_study_ranks_what_it_trains_and_goes_on() throws Exception {
        StagedSpace space = TinySpaces.few();
        SuperNetwork network = trained(space, 1);
        Path model = folder.resolve("few.supernet");
        SuperNetworkFile.write(model, network);
        Path file = folder.resolve("rank.jsonl");
        RankStudy.Plan plan = new RankStudy.Plan(3, OptionalLong.empty(), OptionalInt.of(96), 1, Optional.empty());
        int[] stopAfter = {8};
        RankStudy.Listener listener = new RankStudy.Listener() {
            @Override
            public Training.Listener training(int number, int of, Network trainedNow) {
                return new Training.Listener() {
                    @Override
                    public boolean stop() {
                        return --stopAfter[0] == 0;
                    }
                };
            }

            @Override
            public void row(RankRow row, OptionalLong scoreNanos) {
                // told only
            }
        };
        assertThatThrownBy(() -> RankStudy.of(network, model, BARS, TinySpaces.recipe(1), plan, file).run(1, listener)).isInstanceOf(StoppedException.class);
        assertThat(Files.readAllLines(file)).hasSize(2);
        List<RankRow> rows = RankStudy.of(network, model, BARS, TinySpaces.recipe(1), plan, file).run(1, listener);
        assertThat(rows).hasSize(3);
        Genome largest = space.canonical(space.largest());
        assertThat(rows.getLast().name()).isEqualTo("few-" + largest);
        assertThat(rows.getLast().macs()).isEqualTo(Network.of(space.decode(largest)).macs());
        assertThat(rows.stream().mapToLong(RankRow::macs).boxed().toList()).isSorted();
        assertThat(RankStudy.of(network, model, BARS, TinySpaces.recipe(1), plan, file).run(1, listener)).isEqualTo(rows);
        assertThatThrownBy(() -> RankStudy.of(network, model, BARS, TinySpaces.recipe(2), plan, file)).hasMessageContaining("is of another study: recipe.epochs is 1 there and 2 here");
        another_super_network_is_ranked_by_the_same_trainings(space, rows, file);
        Ranking ranking = Ranking.of(rows, RankRow::macs, RankRow::macs);
        assertThat(ranking.spearman()).isEqualTo(1);
        assertThat(ranking.high()).isEqualTo(1);
        assertThat(Ranking.of(rows, RankRow::macs, row -> -row.macs()).spearman()).isEqualTo(-1);
    }

    private void another_super_network_is_ranked_by_the_same_trainings(StagedSpace space, List<RankRow> rows, Path file) throws Exception {
        SuperNetwork other = trained(space, 2);
        Path model = folder.resolve("other.supernet");
        SuperNetworkFile.write(model, other);
        RankStudy.Plan plan = new RankStudy.Plan(3, OptionalLong.empty(), OptionalInt.of(96), 1, Optional.of(file));
        List<String> told = new ArrayList<>();
        RankStudy.Listener listener = new RankStudy.Listener() {
            @Override
            public Training.Listener training(int number, int of, Network trainedNow) {
                told.add("trained " + number);
                return QUIET;
            }

            @Override
            public void row(RankRow row, OptionalLong scoreNanos) {
                told.add("scored");
            }
        };
        // one that is not there is trained
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(0, lines.size() - 1));
        List<RankRow> again = RankStudy.of(other, model, BARS, TinySpaces.recipe(1), plan, folder.resolve("other.jsonl")).run(1, listener);
        assertThat(told).containsExactly("scored", "scored", "trained 3", "scored");
        assertThat(again).extracting(RankRow::alone).isEqualTo(rows.stream().map(RankRow::alone).toList());
        assertThat(again).extracting(RankRow::test).isEqualTo(rows.stream().map(RankRow::test).toList());
        SubnetScorer scorer = new SubnetScorer(other, BARS.training(), BARS.validation(), 1);
        assertThat(again.getLast().scored()).isEqualTo(100 * scorer.score(space.decode(space.largest())).top1());
        assertThatThrownBy(() -> RankStudy.of(other, model, BARS, TinySpaces.recipe(2), plan, folder.resolve("third.jsonl")))
                .hasMessage(file + " has trainings of another study: recipe.epochs is 1 there and 2 here. Give what it had, or leave it out and train anew.");
    }
}
