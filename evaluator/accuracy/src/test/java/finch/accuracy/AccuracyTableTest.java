package finch.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import finch.space.SearchSpace;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import finch.space.format.References;
import finch.space.format.SpaceFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a table says is taken as it stands, or refused by name: nothing is dropped or chosen without a word. */
class AccuracyTableTest {
    private static final SearchSpace MACRO = SpaceFormat.named("nas-bench-macro");
    private static final String ONCE_FOR_ALL = "ks,e,d,r,imagenet_top1\n3-3-3-3-3-3-3-3-3-3,3-3-3-3-3-3-3-3-3-3,2-2-2-2-2,224,%s\n";

    private static AccuracyTable table(String text) {
        return AccuracyTable.parse("table", text, Optional.of(MACRO));
    }

    private static List<Double> values(String text) {
        return table(text).entries().stream().map(AccuracyTable.Entry::value).toList();
    }

    /** Each problem as a line of text. */
    private static List<String> problems(String text) {
        try {
            table(text);
        } catch (InvalidFileException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
        return List.of();
    }

    @Test
    void a_column_that_is_given_twice_is_refused() {
        assertThat(problems("genome,top1,top1\n22222222,50,60\n")).containsExactly("table:1: top1: is a column of the header twice; keep one. Capitals make no difference");
        assertThat(problems("# from elsewhere\n\ngenome,top1,Top1,recipe,TOP1,recipe\n22222222,50,60,a,70,b\n")).hasSize(2).allMatch(p -> p.startsWith("table:3: "))
                .anyMatch(p -> p.startsWith("table:3: top1: ")).anyMatch(p -> p.startsWith("table:3: recipe: "));
        assertThat(problems("genome,top1,,\n22222222,50,60,\n")).as("a mistake of its own").containsOnly("table:1: the header has a column without a name");
    }

    @Test
    void a_row_with_too_many_fields_hides_no_other_mistake() {
        assertThat(problems("genome,top1\n22222222,50,60\n00000000,often\n22222222,101\n")).containsExactly(
                "table:2: has 3 fields, the header has 2: [genome, top1]", "table:3: top1: must be a percentage from 0 to 100, not \"often\"",
                "table:4: top1: must be a percentage from 0 to 100, not \"101\"");
    }

    @Test
    void a_json_array_is_refused_by_name_and_without_its_content() {
        assertThat(problems("[{\"genome\": \"22222222\", \"top1\": 50},\n {\"genome\": \"00000000\", \"top1\": 40}]")).singleElement().asString()
                .startsWith("table:1: is a JSON array, which is not read. Write JSON lines");
        assertThat(problems("x".repeat(5000) + ",y\n1,2\n")).singleElement().asString().contains("xxx…").hasSizeLessThan(400);
    }

    @Test
    void a_genome_that_is_given_twice_in_one_object_is_refused() {
        assertThat(problems("{\"22222222\": 70,\n \"00000000\": 50,\n \"00000000\": 60}")).containsExactly("table:3: 00000000: is given twice; keep one");
        assertThat(problems("{\"22222222\": {\"top1\": 70, \"top1\": 71}}")).containsExactly("table:1: 22222222.top1: is given twice; keep one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"genome,top1\n22222222,%s\n", "{\"genome\": \"22222222\", \"top1\": %s}\n", "{\"22222222\": %s}", ONCE_FOR_ALL})
    void no_network_right_and_every_one_right_are_accuracies(String text) {
        assertThat(List.of("0", "100", "0.0", "1e2", "1E+2")).allSatisfy(value -> assertThat(values(text.formatted(value))).containsExactly(Double.parseDouble(value)));
        assertThat(List.of("-0.1", "100.01", "1e3")).allSatisfy(value -> assertThat(problems(text.formatted(value))).hasSize(1)
                .allMatch(p -> p.contains("from 0 to 100") && p.contains("\"" + value + "\"")));
    }

    @Test
    void the_ends_are_looked_up_with_intervals_between_them() {
        TableEstimator estimator = TableEstimator.of(AccuracyTable.parse("table", "architecture,top1,std\nmobilenetv2,0,1\nmobilenetv1,100,1\n", Optional.empty()), "data");
        AccuracyEstimate.Known none = (AccuracyEstimate.Known) estimator.estimate(References.resolve("mobilenetv2"));
        AccuracyEstimate.Known all = (AccuracyEstimate.Known) estimator.estimate(References.resolve("mobilenetv1"));
        assertThat(List.of(none.top1(), none.low(), all.top1(), all.high())).containsExactly(0.0, 0.0, 100.0, 100.0);
        assertThat(none.high()).isPositive();
        assertThat(all.low()).isLessThan(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"70f", "70d", "0x1.8p5", "NaN", "Infinity", "7_0", "70 %", "1e", ".", "", "70,5"})
    void what_java_alone_reads_as_a_number_is_none(String value) {
        assertThat(problems("genome,top1\n22222222,\"" + value + "\"\n")).containsExactly("table:2: top1: must be a percentage from 0 to 100, not \"" + value + "\"");
        assertThat(problems("genome,top1,std\n22222222,70,\"" + value + "\"\n")).hasSize(value.isEmpty() ? 0 : 1);
        assertThat(problems(ONCE_FOR_ALL.formatted("\"" + value + "\""))).hasSize(1).allMatch(p -> p.contains("imagenet_top1 is \"" + value + "\""));
    }

    @ParameterizedTest
    @CsvSource({"70,70", "+70.25,70.25", "7.e1,70", ".5,0.5", "705e-1,70.5"})
    void decimal_and_scientific_notation_are_numbers(String value, double number) {
        assertThat(values("genome,top1\n22222222," + value + "\n")).containsExactly(number);
    }

    private static String rows(int count, String last) {
        return "genome,accuracy\n" + IntStream.range(0, count).mapToObj(i -> "0000" + Integer.toString(81 + i, 3).substring(1) + "," + (i == count - 1 ? last : 60 + 0.1 * i) + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void an_accuracy_without_error_is_not_fitted_to() {
        AccuracyTable table = table(rows(30, "100"));
        assertThatExceptionOfType(InvalidFileException.class).isThrownBy(() -> SurrogateFit.fit(table, Optional.empty()))
                .withMessageContaining("table:31: the accuracy 100 cannot be fitted to").withMessageContaining("logarithm of the error").withMessageContaining("Leave the row out");
    }

    @Test
    void an_accuracy_of_nothing_is_fitted_to() {
        Surrogate surrogate = SurrogateFit.fit(table(rows(30, "0")), Optional.empty());
        assertThat(surrogate.figures().getFirst().rows()).isEqualTo(30);
        assertThat(surrogate.figures().getFirst().meanAbsoluteError()).isFinite();
    }

    @Test
    void a_table_that_cannot_be_fitted_to_is_named() {
        String one = rows(30, "61").lines().skip(1).map(row -> "22222222" + row.substring(row.indexOf(',')) + "\n").collect(Collectors.joining("", "genome,top1\n", ""));
        String equal = rows(30, "60").replaceAll(",[0-9.]+\n", ",60\n");
        assertThatIllegalArgumentException().isThrownBy(() -> SurrogateFit.fit(table(rows(4, "61")), Optional.of("toys"))).withMessage("table: a surrogate needs at least 20 different results, not 4");
        assertThatIllegalArgumentException().isThrownBy(() -> SurrogateFit.fit(table(equal), Optional.empty())).withMessageStartingWith("table: all accuracies are equal");
        assertThatIllegalArgumentException().isThrownBy(() -> SurrogateFit.fit(table(one), Optional.empty())).withMessageStartingWith("table: all results are of one architecture");
    }

    @ParameterizedTest
    @ValueSource(strings = {"genome,top1\n22222222,70\n00000000,50\n", "\"genome\",\"top1\"\n22222222,70\n00000000,50\n", "# a comment\ngenome,top1\n22222222,70\n00000000,50\n",
            "# of a, b and c\ngenome,top1\n22222222,70\n  # twice, as it says\n00000000,50\n#, last",
        "{\"genome\": \"22222222\", \"top1\": 70}\n{\"genome\": \"00000000\", \"top1\": 50}\n", "{\"22222222\": 70,\n\"00000000\": 50}\n"})
    void byte_order_marks_and_line_ends_of_any_system_change_nothing(String text, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("table");
        List<AccuracyTable.Entry> plain = table(text).entries();
        for (String end : List.of("\n", "\r\n", "\r")) {
            for (String mark : List.of("", "\uFEFF")) {
                Files.writeString(file, mark + text.replace("\n", end));
                assertThat(AccuracyTable.read(file, Optional.of(MACRO)).entries()).isEqualTo(plain).extracting(AccuracyTable.Entry::value).containsExactly(70.0, 50.0);
            }
        }
    }

    @Test
    void once_for_all_evaluations_may_begin_with_a_mark(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("subnets.csv");
        Files.writeString(file, "\uFEFF" + ONCE_FOR_ALL.formatted("75.5").replace("\n", "\r\n"));
        assertThat(OnceForAllTable.read(file, "recipe")).extracting(Observation::top1).containsExactly(75.5);
    }

    @Test
    void lines_are_counted_however_they_end() {
        assertThat(problems("genome,top1\r22222222,70\r00000000,x\r")).containsExactly("table:3: top1: must be a percentage from 0 to 100, not \"x\"");
        assertThat(problems("genome,top1\r\n22222222,70\r\n00000000,x\r\n")).containsExactly("table:3: top1: must be a percentage from 0 to 100, not \"x\"");
    }

    @Test
    void what_stands_in_place_of_a_genome_is_shown() {
        assertThat(problems("{\"genome\": \"22222222\", \"top1\": 70}\n{\"genome\": [2, 2, 0, 1, 2, 0, 1, 2], \"top1\": 60}\n"))
                .containsExactly("table:2: genome: must be a text of one index per decision, not the list [2, 2, 0, 1, 2, 0, 1, 2]. Write \"2.2.0.1.2.0.1.2\"");
        assertThat(problems("{\"genome\": {\"a\": 1}, \"top1\": 60}\n")).hasSize(1).allMatch(p -> p.startsWith("table:1: genome: must be a text of one index per decision, not a mapping."));
        assertThat(problems("{\"genome\": [[1], 2], \"top1\": 60}\n")).hasSize(1).allMatch(p -> p.startsWith("table:1: genome: must be a text of one index per decision, not a list."));
        assertThat(problems("{\"architecture\": [\"mobilenetv2\"], \"top1\": 60}\n"))
                .containsExactly("table:1: architecture: must be a text, as the name of a network, or an object, not the list [mobilenetv2]");
        assertThat(problems("{\"genome\": \"22222222\", \"top1\": [60, 61]}\n")).containsExactly("table:1: top1: must be a percentage from 0 to 100, not \"a list\"");
    }
}
