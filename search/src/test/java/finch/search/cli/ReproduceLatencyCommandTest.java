package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.latency.LatencyFinding;
import finch.latency.Measurement;
import finch.space.Architecture;
import finch.space.network.Network;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ReproduceLatencyCommandTest {
    @TempDir
    private Path folder;

    private static Map<Architecture, Measurement> times(ToDoubleFunction<Architecture> micros) {
        Map<Architecture, Measurement> times = new HashMap<>();
        Stream.concat(LatencyFinding.all().stream().flatMap(f -> Stream.of(f.first(), f.second())), LatencyFinding.multipliers().stream().flatMap(List::stream)).forEach(a ->
                times.put(a, new Measurement(a.name(), "finch", "1", 1, "vector-256", 10, 1, 1, 1, micros.applyAsDouble(a), Network.of(a).macs(), OptionalLong.empty(), 0, false, true)));
        return times;
    }

    private static String text(ToDoubleFunction<Architecture> micros) {
        return ReproduceLatencyCommand.text(LatencyFinding.all(), LatencyFinding.multipliers(), times(micros));
    }

    private static String line(String text, String start) {
        return text.lines().filter(line -> line.startsWith(start + " ")).findFirst().orElseThrow();
    }

    @Test
    void each_finding_says_whether_it_holds_by_the_times_that_were_measured() {
        String byWork = text(a -> 1e-5 * Network.of(a).macs());
        assertThat(line(byWork, "large-v2")).containsPattern("2\\.17 ms +0\\.72 +0\\.80 +yes");
        assertThat(line(byWork, "relu")).as("as many multiply-adds").containsPattern("1\\.00 +0\\.98 +no");
        assertThat(line(byWork, "squeeze-excite")).containsPattern("1\\.01 +yes");
        assertThat(byWork).contains("24 of 24 steps to a smaller width or resolution take less time");

        String all = text(a -> 1000);
        assertThat(all.lines().filter(line -> line.endsWith(" yes"))).as("only what is to be alike").hasSize(1);
        assertThat(all).contains("0 of 24 steps");
    }

    @Test
    void what_is_asked_for_is_timed() {
        CommandLineRun run = CommandLineRun.of(folder, "reproduce", "latency", "small-v2", "--runs", "1", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json()).hasSize(1);
        JsonNode finding = run.json().getFirst();
        assertThat(finding.path("finding").asString()).isEqualTo("small-v2");
        assertThat(finding.path("publishedRatio").asDouble()).isEqualTo(15.8 / 16.6);
        assertThat(finding.path("ratio").asDouble()).isEqualTo(finding.at("/first/correctedMicros").asDouble() / finding.at("/second/correctedMicros").asDouble());
        assertThat(finding.path("holds").asBoolean()).isEqualTo(finding.path("ratio").asDouble() < 1);
        assertThat(finding.at("/first/macs").asLong()).isEqualTo(56_510_400);
    }

    @Test
    void a_finding_that_is_none_is_told_with_the_nearest() {
        CommandLineRun run = CommandLineRun.of(folder, "reproduce", "latency", "last-stag");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("last-stag: there is no such finding. Maybe you meant last-stage. Findings: large-v2, ");
        assertThat(CommandLineRun.of(folder, "reproduce", "latency", "stem", "--runs", "0").err()).contains("--runs must be from 1 to 1000000, not 0");
    }
}
