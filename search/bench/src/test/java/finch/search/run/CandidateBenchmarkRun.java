package finch.search.run;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link CandidateBenchmark}; {@code -Dfinch.test.jvmArgs=-Dfinch.bench.include=propose} runs a part of it:
 *
 * <pre>{@code
 * mvn -q -Ppeers -pl search/bench -am test -Dtest=CandidateBenchmarkRun -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
class CandidateBenchmarkRun {
    @Test
    void what_one_candidate_costs() throws RunnerException {
        new Runner(new OptionsBuilder().include(CandidateBenchmark.class.getName() + "." + System.getProperty("finch.bench.include", ".*"))
                .jvmArgsAppend("-Dfinch.root=" + System.getProperty("finch.root", "../..")).build()).run();
    }
}
