package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import finch.search.ToySpace;
import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GenomeTextTest {
    /** A space of genomes alone. */
    private record Genomes(List<Decision> decisions) implements SearchSpace {
        static Genomes of(int... sizes) {
            return new Genomes(IntStream.range(0, sizes.length).mapToObj(i -> new Decision("d" + i,
                    IntStream.range(0, sizes[i]).mapToObj(Integer::toString).toList())).toList());
        }

        @Override
        public String name() {
            return "genomes";
        }

        @Override
        public BigInteger size() {
            return genomes();
        }

        @Override
        public Architecture decode(Genome genome) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Genome encode(Architecture architecture) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Genome canonical(Genome genome) {
            return genome;
        }
    }

    static Stream<SearchSpace> spaces() {
        return Stream.of(new ToySpace(4), Genomes.of(1, 1, 1), Genomes.of(1, 12, 3, 1, 2), Genomes.of(10, 10), Genomes.of(11));
    }

    @ParameterizedTest
    @MethodSource("spaces")
    void what_is_written_is_read_back(SearchSpace space) {
        GenomeText texts = new GenomeText(space);
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            int[] choices = space.decisions().stream().mapToInt(d -> random.nextInt(d.size())).toArray();
            assertThat(texts.parse(texts.of(Genome.of(choices)))).isEqualTo(Genome.of(choices));
        }
    }

    @ParameterizedTest
    @CsvSource({"'1,3,2', '03', d2, '3'", "'4,3,2', '032', d1, '3'", "'4,3,2', '1x2', d1, 'x'", "'4,3,2', '4-1', d0, '4'", "'12,3', '12.0', d0, '12'",
        "'12,3', '3.-1', d1, '-1'", "'12,3', '3.', d1, ''", "'12,3', '3.99999999999', d1, '99999999999'"})
    void a_choice_that_a_decision_does_not_have_is_named(String sizes, String text, String decision, String part) {
        GenomeText texts = new GenomeText(Genomes.of(Stream.of(sizes.split(",")).mapToInt(Integer::parseInt).toArray()));
        assertThatIllegalArgumentException().isThrownBy(() -> texts.parse(text))
                .withMessageContaining("the genome " + text + " of genomes has \"" + part + "\" for " + decision + ", whose choices are 0 to ");
    }

    @ParameterizedTest
    @CsvSource({"'4,3', '123'", "'4,3', ''", "'1,1', '0'", "'12,3', '5'", "'12,3', '5.1.0'"})
    void another_number_of_choices_is_refused(String sizes, String text) {
        GenomeText texts = new GenomeText(Genomes.of(Stream.of(sizes.split(",")).mapToInt(Integer::parseInt).toArray()));
        assertThatIllegalArgumentException().isThrownBy(() -> texts.parse(text)).withMessageContaining("a genome of genomes has ");
    }
}
