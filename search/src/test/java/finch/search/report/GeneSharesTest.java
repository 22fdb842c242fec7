package finch.search.report;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.run.GenomeText;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.format.SpaceFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeneSharesTest {
    private static final SearchSpace SPACE = SpaceFormat.named("mobilenetv3-small");

    private static List<Genome> front() {
        SplittableRandom random = new SplittableRandom(3);
        return IntStream.range(0, 40).mapToObj(i -> SPACE.canonical(SPACE.random(random))).toList();
    }

    @Test
    void genes_count_where_they_change_the_network() {
        List<Genome> front = front();
        List<GeneShares> shares = GeneShares.of(SPACE, front);

        assertThat(shares).isNotEmpty();
        for (GeneShares share : shares) {
            int decision = SPACE.decisions().indexOf(share.decision());
            long speaking = front.stream().filter(genome -> IntStream.range(0, share.decision().size()).anyMatch(choice -> {
                int[] other = genome.toArray();
                other[decision] = choice;
                return !SPACE.decode(Genome.of(other)).anonymous().equals(SPACE.decode(genome).anonymous());
            })).count();
            assertThat(share.total()).as(share.decision().name()).isEqualTo((int) speaking);
            assertThat(IntStream.range(0, share.counts().length).mapToDouble(share::percent).sum()).isCloseTo(100, org.assertj.core.api.Assertions.within(1e-9));
        }
        assertThat(shares).as("blocks are dropped in some").anyMatch(share -> share.total() < front.size());
    }

    @Test
    void the_chart_tells_what_its_shares_are_of() {
        String chart = GeneShares.chart(GeneShares.of(SPACE, front())).figure("genes", "", "", false);
        assertThat(chart).contains("\"unit\":\"% of the networks in which it speaks\"").doesNotContain("% of the front");
    }

    @Test
    void a_genome_is_read_as_it_was_written() {
        GenomeText text = new GenomeText(SPACE);
        front().forEach(genome -> assertThat(text.parse(text.of(genome))).isEqualTo(genome));
    }
}
