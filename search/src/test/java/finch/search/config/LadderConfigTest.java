package finch.search.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.proxy.Signal;
import finch.search.ToyCatalog;
import finch.space.format.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code accuracy:} of the types proxy, ensemble and ladder. */
class LadderConfigTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("t.csv"), "x\n");
        Files.writeString(folder.resolve("u.csv"), "x\n");
        Files.writeString(folder.resolve("s.json"), "{}");
        Files.createDirectories(folder.resolve("pets"));
    }

    private SearchConfig parse(String accuracy, String more) {
        return ConfigReader.parse("c.yaml", "schema: 1\nname: n\nspace: toy3\naccuracy: " + accuracy + "\n" + more, folder, List.of(), new ToyCatalog());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{ type: proxy, proxy: naswot, data: pets }| [score, latency]",
            "{ type: proxy, proxy: synflow, allow-weak: true, seeds: 5, batch: 8, timeout: PT5M }| [score, latency]",
            "{ type: ensemble, method: fitted, signals: [naswot, depth, { type: surrogate }, { type: table, table: u.csv }], table: t.csv, data: fashion-mnist, networks: 50 }| [top1, latency]",
            "{ type: ensemble, method: ranks, signals: [naswot, az-trainability, depth], data: pets }| [score, latency]",
            "{ type: ladder, rungs: [{ type: proxy, proxy: naswot, data: pets }, { type: table, table: t.csv, share: 1/4 }] }| [top1, latency]",
            "{ type: ladder, rungs: [{ type: command, run: [sh, a.sh], fidelity: 1/9 }, { fidelity: 1/3 }, { fidelity: 1, share: 0.05, timeout: PT2H }] }| [top1, latency]",
            "{ type: ladder, rungs: [{ type: surrogate }, { type: ensemble, method: ranks, signals: [depth, macs], allow-weak: true }] }| [score, latency]"})
    void what_is_written_reads_back_from_its_resolved_form(String accuracy, String objectives) {
        SearchConfig config = parse(accuracy, "");
        SearchConfig resolved = ConfigReader.parse("r.yaml", ConfigWriter.toYaml(config, folder), folder, List.of(), new ToyCatalog());

        assertThat(resolved.accuracy()).isEqualTo(config.accuracy());
        assertThat(config.objectives().stream().map(Objective::formatName).toList()).hasToString(objectives);
        assertThat(config.asksDearAccuracies()).isTrue();
    }

    @Test
    void shares_and_fidelities_have_defaults() {
        LadderAccuracy ladder = (LadderAccuracy) parse("{ type: ladder, rungs: [{ type: command, run: [sh, a.sh], fidelity: 1/9, parallel: 2 }, { fidelity: 1/3 }, { fidelity: 1 }] }", "").accuracy();

        assertThat(ladder.rungs()).extracting(LadderAccuracy.Rung::share).containsExactly(1.0, 1 / 3.0, 1 / 3.0 / 3);
        assertThat(ladder.rungs()).extracting(r -> ((Accuracy.Command) r.accuracy()).fidelity()).containsExactly(1 / 9.0, 1 / 3.0, 1.0);
        assertThat(ladder.rungs()).allMatch(r -> ((Accuracy.Command) r.accuracy()).parallel() == 2);
        assertThat(((ProxyAccuracy) parse("{ type: proxy, proxy: naswot, data: pets }", "").accuracy()).proxy()).isEqualTo(Signal.NASWOT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{ type: ladder }|accuracy.rungs: is missing|at least two estimators, the cheapest first",
            "{ type: ladder, rungs: [] }|accuracy.rungs: needs at least two rungs, not 0|without a ladder",
            "{ type: ladder, rungs: [{ type: surrogate }] }|needs at least two rungs, not 1|without a ladder",
            "{ type: ladder, rungs: [{ type: surrogate }, { type: surrogate }] }|rungs[1]: is the same as a rung before|keep one",
            "{ type: ladder, rungs: [{ type: surrogate, share: 1/2 }, { type: table, table: t.csv }] }|rungs[0].share: must be 1 on the first rung|not 1/2",
            "{ type: ladder, rungs: [{ type: surrogate }, { type: table, table: t.csv, share: 1 }] }|rungs[1].share: must be less than on the rung before, which has 1.0|not 1",
            "{ type: ladder, rungs: [{ type: surrogate }, { type: table, table: t.csv, share: 0 }] }|rungs[1].share: must be a number above 0 and at most 1, or a fraction such as 1/4|not 0",
            "{ type: ladder, rungs: [{ type: surrogate }, { type: table, table: t.csv, share: many }] }|or a fraction such as 1/4|not `many`",
            "{ type: ladder, rungs: [{ type: surrogate, fidelity: 1/2 }, { type: table, table: t.csv }] }|rungs[0].fidelity: unknown key|Known keys: type, file, recipe, timeout, share",
            "{ type: ladder, rungs: [{ fidelity: 1/2 }, { type: table, table: t.csv }] }|rungs[0].type: is missing|surrogate, table, supernet, command",
            "{ type: ladder, rungs: [{ type: command, run: [a], fidelity: 1/2 }, { fidelity: 1/3 }] }|a fidelity of 0.333|follows one of 0.5 of a trainer before",
            "{ type: ladder, rungs: [{ type: surrogate }, { type: ladder, rungs: [] }] }|rungs[1].type: `ladder` is not known|ensemble",
            "{ type: ladder, rungs: [{ type: surrogate }, { type: table, table: t.csv }], shares: 3 }|accuracy.shares: unknown key|rungs",
            "{ type: proxy }|accuracy.proxy: is missing|naswot, synflow",
            "{ type: proxy, proxy: synflow }|synflow ranks networks poorly: Spearman's ρ with trained accuracy is 0.716 on NAS-Bench-Macro, and 0.87 is the least, where depth alone has 0.814|allow-weak: true",
            "{ type: proxy, proxy: naswot }|accuracy.data: is missing|since naswot looks at some",
            "{ type: proxy, proxy: naswot, data: nowhere }|accuracy.data: `nowhere` is not there|fashion-mnist",
            "{ type: proxy, proxy: synflow, allow-weak: true, data: pets }|accuracy.data: is not needed|leave it out",
            "{ type: proxy, proxy: naswot, data: pets, seeds: 11 }|accuracy.seeds: must be a whole number from 1 to 10|not 11",
            "{ type: ensemble, signals: [macs, depth] }|accuracy.method: is missing|fitted or ranks",
            "{ type: ensemble, method: ranks, signals: [macs] }|accuracy.signals: an ensemble needs at least two signals|type: proxy",
            "{ type: ensemble, method: ranks, signals: [macs, macs], allow-weak: true }|signals[1]: macs is given twice|keep one",
            "{ type: ensemble, method: ranks, signals: [macs, speed] }|signals[1]: `speed` is not known|naswot",
            "{ type: ensemble, method: ranks, signals: [macs, { type: command }] }|signals[1]: a signal with keys has the type surrogate or table|command",
            "{ type: ensemble, method: ranks, signals: [macs, depth] }|accuracy.signals: nobody has measured how well these rank networks by ranks|allow-weak: true",
            "{ type: ensemble, method: fitted, table: t.csv, signals: [macs, { type: table, table: t.csv }] }|accuracy.signals: a signal is the ensemble's own table|leave it out",
            "{ type: ensemble, method: fitted, table: t.csv, signals: [macs, { type: surrogate, file: s.json }] }|accuracy.signals: nobody can tell whether s.json was fitted|allow-weak: true",
            "{ type: ensemble, method: fitted, signals: [macs, depth] }|accuracy.table: is missing|known accuracy",
            "{ type: ladder, rungs: [{ type: command, run: [quick] }, { type: command, run: [full] }] }|rungs[1]: a fidelity of 1.0 follows one of 1.0 of a trainer before|fidelity: 1/4",
            "{ type: command, run: [a], fidelity: 1/2 }|accuracy.fidelity: unknown key|run"})
    void mistakes_say_where_what_and_a_way_out(String accuracy, String first, String second) {
        assertThatThrownBy(() -> parse(accuracy, "")).isInstanceOf(InvalidFileException.class).hasMessageContaining("c.yaml:4: accuracy")
                .hasMessageContaining(first.replace('`', '"')).hasMessageContaining(second.replace('`', '"'));
    }

    @Test
    void scores_and_accuracies_are_not_taken_for_each_other() {
        String proxy = "{ type: proxy, proxy: naswot, data: pets }";
        assertThatThrownBy(() -> parse(proxy, "objectives: [top1, macs]")).hasMessageContaining("c.yaml:5: objectives: top1 is an accuracy, and accuracy tells a score here")
                .hasMessageContaining("Write score instead of top1");
        assertThatThrownBy(() -> parse("{ type: surrogate }", "objectives: [score, macs]")).hasMessageContaining("Write top1 instead of score");
        assertThatThrownBy(() -> parse(proxy, "constraints: { top1: { at-least: 70 % } }")).hasMessageContaining("c.yaml:5: constraints.top1: top1 is an accuracy");
        assertThatThrownBy(() -> parse(proxy, "constraints: { score: { at-least: 70 } }")).hasMessageContaining("constraints.score: a score has neither unit nor zero");
        assertThatThrownBy(() -> parse(proxy, "objectives: [score, macs]\nstop: { target: { score: 5 } }")).hasMessageContaining("stop.target.score: unknown key");
        assertThatThrownBy(() -> parse(proxy, "objectives: [score, macs]\nalgorithm: { type: scalarized, cost: macs, target: 5 M }")).hasMessageContaining("needs top1 and macs");
        String ladder = "{ type: ladder, rungs: [" + proxy + ", { type: table, table: t.csv }] }";
        assertThatThrownBy(() -> parse(ladder, "objectives: [top1, macs]\nalgorithm: { type: scalarized, cost: macs, target: 5 M }")).hasMessageContaining("a rung of the ladder tells a score");
        assertThatThrownBy(() -> parse(ladder, "objectives: [top1, macs]\nalgorithm: { type: netadapt, from: toy-reference, cost: macs, target: 5 M }"))
                .hasMessageContaining("on a ladder most have no figure of the last rung");
        for (String type : List.of("surrogate", "regularized-evolution")) {
            assertThatThrownBy(() -> parse(ladder, "objectives: [top1, macs]\nalgorithm: { type: " + type + ", in-flight: 8 }"))
                    .hasMessageContaining("networks rise on a ladder batch by batch");
        }
    }
}
