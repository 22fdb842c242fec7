package finch.search.run;

import finch.accuracy.Surrogate;
import finch.latency.DeviceProfile;
import finch.search.config.ConfigReader;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.evolve.Candidate;
import finch.search.evolve.CandidateEvaluator;
import finch.search.evolve.Estimate;
import finch.search.evolve.Evaluation;
import finch.search.evolve.Outcome;
import finch.search.evolve.ParetoFront;
import finch.search.evolve.SearchAlgorithm;
import finch.search.evolve.SearchProblem;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What one candidate costs on its way from proposal to journal, part by part, in microseconds: proposing (selection
 * included), decoding and estimating, journalling. {@link CandidateBenchmarkRun} runs it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xmx1g", "--add-modules", "jdk.incubator.vector"})
public class CandidateBenchmark {
    private static final int CANDIDATES = 6000;

    private SearchConfig config;
    private SearchSpace space;
    private ArchitectureEvaluator evaluator;
    private Genome[] genomes;
    private JournalEntry[] entries;
    private Path folder;
    private long seed;

    /** Draws candidates and evaluates them. */
    @Setup
    public void setup() throws IOException {
        Path root = Path.of(System.getProperty("finch.root", "../.."));
        config = ConfigReader.read(root.resolve("configs/mobilenetv3-large.yaml"), List.of());
        space = config.space().space();
        evaluator = new ArchitectureEvaluator(config, rung -> Surrogate.shipped(), Surrogate.shipped()::difference, DeviceProfile.read(root.resolve("runs/example/device-profile.json")).model(),
                config.constraints());
        List<Candidate> proposed = new ArrayList<>();
        search(1, candidates -> {
            proposed.addAll(candidates);
            return candidates.stream().map(c -> evaluator.evaluate(space.decode(c.genome()))).toList();
        });
        genomes = proposed.stream().map(Candidate::genome).toArray(Genome[]::new);
        GenomeText text = new GenomeText(space);
        entries = proposed.stream().map(c -> new JournalEntry(7, 3, c.parents(), c.operator(), text.of(c.genome()), text.hash(c.genome()),
                evaluator.evaluate(space.decode(c.genome())), 12, 3456)).toArray(JournalEntry[]::new);
        folder = Files.createTempDirectory("finch-bench");
    }

    /** Removes what journalling wrote. */
    @TearDown(Level.Iteration)
    public void tearDown() throws IOException {
        Files.deleteIfExists(folder.resolve("journal.jsonl"));
    }

    /** Evaluates a batch without a journal. */
    @FunctionalInterface
    private interface Batch {
        List<Evaluation> evaluate(List<Candidate> candidates);
    }

    private String search(long seed, Batch batch) {
        long[] count = {0};
        CandidateEvaluator outcomes = (generation, candidates) -> {
            List<Candidate> first = candidates.subList(0, (int) Math.min(candidates.size(), CANDIDATES - count[0]));
            return batch.evaluate(first).stream().map(evaluation -> new Outcome(count[0]++, evaluation)).toList();
        };
        return SearchAlgorithm.of(config.algorithm()).run(new SearchProblem(space, config.objectives(), seed, List.of()), outcomes);
    }

    /** Values made up from the genome, feasible throughout. */
    private static Evaluation invented(Genome genome) {
        SplittableRandom random = new SplittableRandom(genome.hashCode());
        return new Evaluation.Measured(Map.of(Objective.TOP1, Estimate.exact(60 + 20 * random.nextDouble()), Objective.LATENCY, Estimate.exact(1000 * (1 + random.nextDouble()))));
    }

    /** Selection, variation, canonical genomes, repeats thrown away. */
    @Benchmark
    @OperationsPerInvocation(CANDIDATES)
    public String propose() {
        return search(++seed, candidates -> candidates.stream().map(c -> invented(c.genome())).toList());
    }

    /** Decoding, lowering, costs, latency and accuracy. */
    @Benchmark
    @OperationsPerInvocation(CANDIDATES)
    public void evaluate(Blackhole hole) {
        for (Genome genome : genomes) {
            Architecture architecture = space.decode(genome);
            hole.consume(evaluator.evaluate(architecture));
        }
    }

    /** The front kept, a line written. */
    @Benchmark
    @OperationsPerInvocation(CANDIDATES)
    public int journal() throws IOException {
        ParetoFront front = new ParetoFront(config.objectives());
        try (Journal journal = Journal.open(folder.resolve("journal.jsonl"), warning -> { })) {
            for (int i = 0; i < entries.length; i++) {
                journal.append(entries[i]);
                if (entries[i].evaluation() instanceof Evaluation.Measured measured) {
                    front.add(i, genomes[i], measured);
                }
                if (i % 30 == 29) {
                    journal.flush();
                }
            }
        }
        return front.size();
    }
}
