package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.Accuracy;
import finch.search.config.ConfigReader;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.evolve.Evaluation;
import finch.space.Architecture;
import finch.space.SearchSpace;
import finch.space.format.ArchitectureFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A score for all, a short training for a third, a long one for a ninth; the long one fails now and then. */
class LadderRunTest {
    private static final String NSGA2 = "{ type: nsga2, population: 12, offspring: 7 }";
    private static final int LIMIT = 150;

    @TempDir
    private Path temp;

    /** By the recipe of the surrogate that a rung names. */
    private static final class Services extends ToyServices {
        @Override
        public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) {
            return architecture -> {
                double top1 = top1(architecture);
                int noise = Math.floorMod(ArchitectureFormat.toJson(architecture).hashCode(), 1000);
                return switch (((Accuracy.Surrogate) choice).recipe().orElseThrow()) {
                    case "score" -> new AccuracyEstimate.Scored(-1e4 + top1 + noise / 200.0, -2e4, 0, "made up");
                    // less than the long training, and wrongly spread: compared with it, it would win nothing or all
                    case "short" -> new AccuracyEstimate.Known(top1 - 30 + noise / 500.0, 0, 100, "toy", "toys");
                    default -> {
                        if (noise % 7 == 0) {
                            throw new IllegalStateException("out of memory");
                        }
                        yield noise % 11 == 0 ? new AccuracyEstimate.Known(Double.NaN, 0, 0, "toy", "toys") : new AccuracyEstimate.Known(top1, top1 - 1, top1 + 1, "toy", "toys");
                    }
                };
            };
        }
    }

    private static SearchConfig config(String algorithm) {
        return ConfigReader.parse("c.yaml", """
                schema: 1
                name: toy
                space: toy4
                seed-with: [toy-reference]
                objectives: [top1, macs]
                constraints: { params: { at-most: 20 K }, top1: { at-least: 40 %% } }
                accuracy:
                  type: ladder
                  rungs:
                    - { type: surrogate, recipe: score }
                    - { type: surrogate, recipe: short, share: 1/3 }
                    - { type: surrogate, recipe: long, share: 1/9 }
                algorithm: %s
                stop: { evaluations: %d }
                front: { measure: false }
                export: { pick: none }
                """.formatted(algorithm, LIMIT), Path.of("."), List.of(), new ToyCatalog());
    }

    private RunResult start(SearchConfig config, String folder, int threads) throws IOException {
        return SearchRun.start(config, temp.resolve(folder), threads, new Services(), RunListener.SILENT, () -> false);
    }

    private List<JournalEntry> entries(String folder) throws IOException {
        return Journal.read(temp.resolve(folder).resolve("journal.jsonl"));
    }

    private List<String> journal(String folder) throws IOException {
        return Files.readAllLines(temp.resolve(folder).resolve("journal.jsonl")).stream().map(line -> line.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList();
    }

    private String front(String folder) throws IOException {
        return Files.readString(temp.resolve(folder).resolve("front.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {NSGA2, "{ type: nsga3, population: 12, offspring: 7 }", "{ type: regularized-evolution, population: 15, sample: 5, batch: 4 }",
            "{ type: random, batch: 9 }", "{ type: surrogate, initial: 12, batch: 6, pool: 60 }", "[{ type: random, batch: 9, evaluations: 40 }, " + NSGA2 + "]"})
    void any_algorithm_climbs_and_resumes_to_the_same_bits_on_any_number_of_threads(String written) throws IOException {
        String algorithm = written.replace("offspring: 7 }]", "offspring: 7, evaluations: 1000 }]");
        SearchConfig config = config(algorithm);
        start(config, "run", 1);
        start(config, "parallel", 3);
        assertThat(journal("parallel")).isEqualTo(journal("run"));
        assertThat(front("parallel")).isEqualTo(front("run"));
        assertClimbs(entries("run"));

        byte[] whole = Files.readAllBytes(temp.resolve("run/journal.jsonl"));
        Random random = new Random(11);
        int promotion = new String(whole).lastIndexOf("\"operator\":\"promotion\"");
        int[] cuts = {random.nextInt(whole.length), promotion, new String(whole).lastIndexOf("\n", promotion) + 1};
        for (int i = 0; i < cuts.length; i++) {
            copyAsKilled("cut" + i, Arrays.copyOf(whole, cuts[i]));
            RunResult resumed = SearchRun.resume(temp.resolve("cut" + i), 1 + i, new Services(), RunListener.SILENT, () -> false, new ToyCatalog());
            assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
            assertThat(journal("cut" + i)).as("cut at %d", cuts[i]).isEqualTo(journal("run"));
            assertThat(front("cut" + i)).isEqualTo(front("run"));
        }
    }

    private void copyAsKilled(String folder, byte[] journal) throws IOException {
        Files.createDirectories(temp.resolve(folder));
        Files.writeString(temp.resolve(folder).resolve("config.yaml"), Files.readString(temp.resolve("run/config.yaml")));
        Files.writeString(temp.resolve(folder).resolve("manifest.json"), Files.readString(temp.resolve("run/manifest.json")).replace("\"finished\"", "\"running\""));
        Files.write(temp.resolve(folder).resolve("journal.jsonl"), journal);
    }

    /** What a journal of a ladder must be. */
    private void assertClimbs(List<JournalEntry> entries) throws IOException {
        Map<String, Integer> reached = new HashMap<>();
        Map<Integer, Long> feasible = new HashMap<>();
        Map<Integer, Long> evaluated = new HashMap<>();
        int within = 0;
        for (JournalEntry entry : entries) {
            assertThat(entry.rung()).as("rung by rung: %d", entry.id()).isEqualTo(reached.getOrDefault(entry.hash(), 0) + 1);
            reached.put(entry.hash(), entry.rung());
            evaluated.merge(entry.rung(), 1L, Long::sum);
            feasible.merge(entry.rung(), entry.evaluation() instanceof Evaluation.Measured ? 1L : 0L, Long::sum);
            if (entry.rung() > 1) {
                JournalEntry before = entries.get((int) entry.parents().getFirst().longValue());
                assertThat(before.hash()).isEqualTo(entry.hash());
                assertThat(before.rung()).isEqualTo(entry.rung() - 1);
                assertThat(before.evaluation()).isInstanceOf(Evaluation.Measured.class);
                assertThat(entry.operator()).isEqualTo("promotion");
            }
            if (entry.evaluation() instanceof Evaluation.Measured measured) {
                assertThat(measured.values()).containsOnlyKeys(entry.rung() == 1 ? Objective.SCORE : Objective.TOP1, Objective.MACS, Objective.PARAMS);
                assertThat(measured.rung()).isEqualTo(entry.rung());
            }
            if (entry.id() < LIMIT) {
                within++;
                assertThat(evaluated.getOrDefault(2, 0L)).isLessThanOrEqualTo((long) (feasible.get(1) / 3.0));
                assertThat(evaluated.getOrDefault(3, 0L)).isLessThanOrEqualTo((long) (feasible.get(1) / 9.0 + 1e-9));
            } else {
                assertThat(entry.rung()).as("after the search the last rung alone").isEqualTo(3);
            }
        }
        assertThat(within).isEqualTo(LIMIT);
        assertThat(evaluated.get(3)).isGreaterThanOrEqualTo(5);
        assertThat(entries).as("failures too").anyMatch(e -> e.rung() == 3 && e.evaluation() instanceof Evaluation.Failed);
        assertFront(entries);
    }

    /** The front is that of the last rung's figures, and nothing on the front of the rung below was passed over. */
    private void assertFront(List<JournalEntry> entries) throws IOException {
        List<JournalEntry> last = feasible(entries, 3);
        Set<Long> expected = undominated(last);
        Set<Long> told = new HashSet<>();
        JsonFile.read(temp.resolve("run/front.json")).path("members").forEach(member -> {
            told.add(member.path("id").asLong());
            assertThat(member.at("/objectives/top1/rung").asInt()).isEqualTo(3);
        });
        assertThat(told).isEqualTo(expected).isNotEmpty();
        Set<String> asked = entries.stream().filter(e -> e.rung() == 3).map(JournalEntry::hash).collect(Collectors.toSet());
        List<JournalEntry> below = feasible(entries, 2);
        Set<Long> candidates = undominated(below);
        assertThat(below.stream().filter(e -> candidates.contains(e.id())).map(JournalEntry::hash)).allMatch(asked::contains);
    }

    private static List<JournalEntry> feasible(List<JournalEntry> entries, int rung) {
        return entries.stream().filter(e -> e.rung() == rung && e.evaluation() instanceof Evaluation.Measured).toList();
    }

    private static Set<Long> undominated(List<JournalEntry> entries) {
        return entries.stream().filter(a -> entries.stream().noneMatch(b -> {
            double more = value(b, Objective.TOP1) - value(a, Objective.TOP1);
            double less = value(a, Objective.MACS) - value(b, Objective.MACS);
            return more >= 0 && less >= 0 && (more > 0 || less > 0 || b.id() < a.id());
        })).map(JournalEntry::id).collect(Collectors.toSet());
    }

    private static double value(JournalEntry entry, Objective objective) {
        return entry.evaluation().valuesOrEmpty().get(objective).value();
    }

    @Test
    void a_bound_on_accuracy_holds_for_the_last_rung_alone() throws IOException {
        SearchConfig strict = ConfigReader.parse("c.yaml", """
                schema: 1
                name: toy
                space: toy4
                objectives: [top1, macs]
                constraints: { top1: { at-least: 60 % } }
                accuracy: { type: ladder, rungs: [{ type: surrogate, recipe: short }, { type: surrogate, recipe: long, share: 1/2 }] }
                algorithm: { type: random, batch: 20 }
                stop: { evaluations: 90 }
                """, Path.of("."), List.of(), new ToyCatalog());
        start(strict, "run", 2);

        assertThat(entries("run")).filteredOn(e -> e.rung() == 1).allMatch(e -> e.evaluation() instanceof Evaluation.Measured && value(e, Objective.TOP1) < 60.1);
        assertThat(entries("run")).filteredOn(e -> e.rung() == 2).anyMatch(e -> e.evaluation() instanceof Evaluation.Infeasible)
                .anyMatch(e -> e.evaluation() instanceof Evaluation.Measured).noneMatch(e -> e.evaluation() instanceof Evaluation.Measured && value(e, Objective.TOP1) < 60);
    }

    @Test
    void a_search_that_ends_before_the_last_rung_says_so() throws IOException {
        SearchConfig hasty = ConfigReader.parse("c.yaml", """
                schema: 1
                name: toy
                space: toy4
                objectives: [top1, macs]
                accuracy: { type: ladder, rungs: [{ type: surrogate, recipe: short }, { type: surrogate, recipe: long, share: 1/2 }] }
                stop: { wall-clock: PT0.02S }
                """, Path.of("."), List.of(), new ToyCatalog());
        SearchServices slow = new ToyServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) {
                AccuracyEstimator made = new Services().accuracy(choice, space);
                return architecture -> {
                    try {
                        Thread.sleep(30);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return made.estimate(architecture);
                };
            }
        };
        RunResult result = SearchRun.start(hasty, temp.resolve("run"), 1, slow, RunListener.SILENT, () -> false);

        assertThat(entries("run")).extracting(JournalEntry::rung).containsExactly(1);
        assertThat(result.status()).isEqualTo(RunStatus.INFEASIBLE);
        assertThat(result.message()).isEqualTo("the search was ended by wall-clock: PT0.02S before a network came to the last rung of the ladder. Let it go on for longer.");
    }

    @Test
    void a_reference_has_figures_of_the_last_rung() throws IOException {
        start(config(NSGA2), "run", 1);

        Architecture reference = new ToyCatalog().network("toy-reference");
        assertThat(JsonFile.read(temp.resolve("run/front.json")).at("/references/0/objectives/top1/value").asDouble()).isEqualTo(ToyServices.top1(reference));
        assertThat(JsonFile.read(temp.resolve("run/front.json")).at("/references/0/objectives/top1/rung").asInt()).isEqualTo(3);
    }
}
