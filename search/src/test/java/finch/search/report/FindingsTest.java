package finch.search.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FindingsTest {
    private static List<String> of(String front, String measured) {
        JsonMapper json = JsonMapper.builder().build();
        return Findings.of(json.readTree(front), json.readTree(measured));
    }

    private static String timed(double measured, double predicted, double mine, double theirs) {
        return of("{}", "{\"comparison\":{\"name\":\"a\",\"reference\":\"r\",\"measuredRatio\":" + measured + ",\"predictedRatio\":" + predicted
                + ",\"predictedOverMeasured\":" + mine + ",\"referencePredictedOverMeasured\":" + theirs + ",\"disturbed\":false}}").getFirst();
    }

    @Test
    void a_run_without_references_or_timings_says_nothing() {
        assertThat(of("{}", "{}")).isEmpty();
    }

    @Test
    void the_gain_is_told_with_the_interval_of_the_difference() {
        String gain = "{\"gain\":{\"name\":\"a\",\"reference\":\"r\",\"top1\":{\"value\":1.5,\"low\":%s,\"high\":2.25}}}";

        assertThat(of(gain.formatted("0.75"), "{}")).containsExactly(
                "a: estimated +1.50 points of top-1 over r, the 90 % interval of the difference is +0.75 to +2.25.");
        assertThat(of(gain.formatted("-0.25"), "{}").getFirst()).endsWith("-0.25 to +2.25, so either may be the better one.");
    }

    @Test
    void a_network_that_was_measured_faster_is_said_to_be() {
        assertThat(timed(0.97, 0.99, 1, 1)).isEqualTo("a: measured 3.0 % faster than r (predicted 1.0 % faster).");
        assertThat(timed(1.004, 0.99, 1, 1)).isEqualTo("a: measured as fast as r, within 1 % (predicted 1.0 % faster).");
    }

    @Test
    void a_network_that_was_measured_slower_than_promised_is_said_to_be() {
        assertThat(timed(1.05, 0.99, 0.93, 0.99)).isEqualTo(
                "a: predicted no slower than r, but measured 5.0 % slower: the prediction of a was off by -7.0 %.");
        assertThat(timed(1.05, 1.02, 1.01, 1.04)).isEqualTo(
                "a: measured 5.0 % slower than r (predicted 2.0 % slower): the prediction of r was off by +4.0 %.");
    }
}
