package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.ToySpace;
import finch.search.config.Accuracy;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.evolve.Evaluation;
import finch.space.Architecture;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchRunTest {
    @TempDir
    private Path temp;

    private static SearchConfig config(String more, String... overrides) {
        return ConfigReader.parse("c.yaml", "schema: 1\nname: toy\nspace: toy8\nseed-with: [toy-reference]\nstop: { evaluations: 230 }\n" + more,
                Path.of("."), List.of(overrides), new ToyCatalog());
    }

    private RunResult start(SearchConfig config, String folder, int threads) throws IOException {
        return SearchRun.start(config, temp.resolve(folder), threads, new ToyServices(), RunListener.SILENT, () -> false);
    }

    private RunResult resume(String folder, int threads) throws IOException {
        return SearchRun.resume(temp.resolve(folder), threads, new ToyServices(), RunListener.SILENT, () -> false, new ToyCatalog());
    }

    private String front(String folder) throws IOException {
        return Files.readString(temp.resolve(folder).resolve("front.json"));
    }

    /** The journal without its timing fields. */
    private List<String> journal(String folder) throws IOException {
        return Files.readAllLines(temp.resolve(folder).resolve("journal.jsonl")).stream()
                .map(line -> line.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList();
    }

    @Test
    void a_run_leaves_all_files() throws IOException {
        RunResult result = start(config(""), "run", 1);

        assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(result.evaluated()).isEqualTo(230);
        assertThat(result.proposed()).isGreaterThanOrEqualTo(230);
        assertThat(result.message()).isEqualTo("ended by evaluations: 230");
        try (var files = Files.list(temp.resolve("run"))) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("config.yaml", "manifest.json", "journal.jsonl",
                    "front.json", "front.csv", "measured.json", "device-profile.json", "export", ".lock");
        }
        assertThat(Files.readString(temp.resolve("run/manifest.json"))).contains("\"status\" : \"finished\"", "\"stoppedBy\" : \"evaluations: 230\"",
                "\"fingerprint\" : \"toy\"", "\"seed\" : 1");
        assertThat(front("run")).contains("\"reference\" : \"toy-reference\"", "\"format\" : \"finch-front/1\"");
        assertThat(Files.readString(temp.resolve("run/measured.json"))).contains("toy-reference", "medianMicros");
        try (var exported = Files.list(temp.resolve("run/export"))) {
            assertThat(exported.map(f -> f.getFileName().toString())).singleElement().asString().endsWith(".onnx");
        }
        Architecture best = FrontPick.resolve(temp.resolve("run"), "best");
        assertThat(FrontPick.resolve(temp.resolve("run"), "front/1")).isEqualTo(best);
        assertThat(FrontPick.resolve(temp.resolve("run"), "knee").blocks()).isNotEmpty();
    }

    @Test
    void another_seed_gives_another_run() throws IOException {
        start(config(""), "one", 1);
        start(config("").withSeed(2), "two", 1);

        assertThat(journal("two")).isNotEqualTo(journal("one"));
    }

    @Test
    void no_architecture_is_evaluated_twice() throws IOException {
        start(config("", "space=toy3", "stop.evaluations=1500"), "run", 2);

        List<String> hashes = Journal.read(temp.resolve("run/journal.jsonl")).stream().map(JournalEntry::hash).toList();
        assertThat(new HashSet<>(hashes)).hasSameSizeAs(hashes).hasSizeGreaterThan(1000);
    }

    /** An exhaustive search proposes nothing twice. */
    @Test
    void what_the_stop_cuts_off_counts_as_no_repeat() throws IOException {
        RunResult result = start(config("algorithm: { type: exhaustive, batch: 40 }\n", "space=toy3"), "run", 2);

        assertThat(result.evaluated()).isEqualTo(230);
        assertThat(result.proposed()).isEqualTo(230);
        assertThat(Manifest.read(new RunFolder(temp.resolve("run"))).count("proposed")).isEqualTo(230);
    }

    @Test
    void a_space_that_is_used_up_ends_the_search() throws IOException {
        RunResult result = start(config("", "space=toy2", "stop.evaluations=10000"), "run", 1);

        assertThat(result.evaluated()).isEqualTo(new ToySpace(2).size().longValue()).isEqualTo(156);
        assertThat(result.message()).isEqualTo("ended by space exhausted");
    }

    /** The folder of the whole run as a kill during the search would have left it. */
    private void copyAsKilled(String folder, byte[] journal) throws IOException {
        Path target = Files.createDirectories(temp.resolve(folder));
        Files.copy(temp.resolve("whole/config.yaml"), target.resolve("config.yaml"));
        Files.copy(temp.resolve("whole/device-profile.json"), target.resolve("device-profile.json"));
        Files.writeString(target.resolve("manifest.json"), Files.readString(temp.resolve("whole/manifest.json")).replace("\"finished\"", "\"running\""));
        Files.write(target.resolve("journal.jsonl"), journal);
    }

    @Test
    void a_damaged_line_in_the_middle_is_named() throws IOException {
        start(config(""), "whole", 1);
        List<String> lines = new ArrayList<>(Files.readAllLines(temp.resolve("whole/journal.jsonl")));
        lines.set(41, lines.get(41).substring(0, 60));
        copyAsKilled("damaged", (String.join("\n", lines) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThatThrownBy(() -> resume("damaged", 1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("journal.jsonl:42: the journal is damaged");
    }

    @Test
    void a_journal_of_another_search_is_refused() throws IOException {
        start(config(""), "whole", 1);
        copyAsKilled("other", Files.readAllBytes(temp.resolve("whole/journal.jsonl")));
        Path file = temp.resolve("other/config.yaml");
        Files.writeString(file, Files.readString(file).replace("seed: 1\n", "seed: 2\n"));

        assertThatThrownBy(() -> resume("other", 1)).hasMessage(file + " is not the config that the run began with (its checksum is not the one in manifest.json)."
                + " Put it back, or start a new run with it.");

        // of a run from before there were checksums
        Path manifest = temp.resolve("other/manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replaceFirst("\"configSha256\" : \"[0-9a-f]{64}\",\\s*", ""));
        assertThatThrownBy(() -> resume("other", 1)).hasMessageContaining("of the journal is of genome").hasMessageContaining("Start a new run");

        Files.writeString(file, Files.readString(file).replace("seed: 2\n", "seed: 1\n").replace("evaluations: 230", "evaluations: 100"));
        assertThatThrownBy(() -> resume("other", 1)).hasMessageContaining("more evaluations than the search proposes");
    }

    @Test
    void a_changed_device_profile_is_refused() throws IOException {
        start(config(""), "whole", 1);
        copyAsKilled("other", new byte[0]);
        Files.writeString(temp.resolve("other/device-profile.json"), "{}");

        assertThatThrownBy(() -> resume("other", 1)).hasMessageContaining("device-profile.json is not the profile that the run began with");
    }

    @Test
    void a_finished_run_is_left_as_it_is() throws IOException {
        start(config(""), "run", 1);
        String manifest = Files.readString(temp.resolve("run/manifest.json"));
        var modified = Files.getLastModifiedTime(temp.resolve("run/front.json"));

        RunResult result = resume("run", 1);

        assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(result.evaluated()).isEqualTo(230);
        assertThat(Files.readString(temp.resolve("run/manifest.json"))).isEqualTo(manifest);
        assertThat(Files.getLastModifiedTime(temp.resolve("run/front.json"))).isEqualTo(modified);
    }

    @Test
    void cancelling_leaves_a_run_that_resumes_to_the_same_result() throws IOException {
        SearchConfig config = config("");
        start(config, "whole", 1);
        AtomicInteger asked = new AtomicInteger();
        RunResult result = SearchRun.start(config, temp.resolve("cancelled"), 2, new ToyServices(), RunListener.SILENT, () -> asked.incrementAndGet() > 90);

        assertThat(result.status()).isEqualTo(RunStatus.INTERRUPTED);
        assertThat(result.status().exitCode()).isEqualTo(130);
        assertThat(result.evaluated()).isBetween(40L, 229L);
        assertThat(Files.readString(temp.resolve("cancelled/manifest.json"))).contains("\"status\" : \"interrupted\"");

        assertThat(resume("cancelled", 2).status()).isEqualTo(RunStatus.FINISHED);
        assertThat(front("cancelled")).isEqualTo(front("whole"));
        assertThat(journal("cancelled")).isEqualTo(journal("whole"));
    }

    @Test
    void failures_are_journalled_and_the_search_goes_on() throws IOException {
        ToyServices failing = new ToyServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) {
                return architecture -> switch (architecture.blocks().size() % 4) {
                    case 0 -> throw new IllegalStateException("out of\nluck");
                    case 1 -> new AccuracyEstimate.Known(Double.NaN, 0, 0, "toy", "toys");
                    case 2 -> new AccuracyEstimate.Silent("two blocks are unheard of");
                    default -> new AccuracyEstimate.Known(50, 49, 51, "toy", "toys");
                };
            }
        };

        RunResult result = SearchRun.start(config("algorithm: { type: random }\n"), temp.resolve("run"), 2, failing, RunListener.SILENT, () -> false);

        assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        List<Evaluation> evaluations = Journal.read(temp.resolve("run/journal.jsonl")).stream().map(JournalEntry::evaluation).toList();
        assertThat(evaluations).contains(new Evaluation.Failed("IllegalStateException: out of"))
                .anyMatch(e -> e instanceof Evaluation.Failed f && f.reason().contains("the accuracy estimator answered NaN"))
                .anyMatch(e -> e instanceof Evaluation.Infeasible i && i.violations().getFirst().constraint().equals("domain")
                        && i.violations().getFirst().reason().equals("two blocks are unheard of"))
                .anyMatch(Evaluation.Measured.class::isInstance);
    }

    @Test
    void nothing_feasible_is_told_with_the_nearest_network() throws IOException {
        ToyServices silent = new ToyServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) {
                return architecture -> new AccuracyEstimate.Silent("never heard of it");
            }
        };

        RunResult result = SearchRun.start(config(""), temp.resolve("run"), 1, silent, RunListener.SILENT, () -> false);

        assertThat(result.status()).isEqualTo(RunStatus.INFEASIBLE);
        assertThat(result.status().exitCode()).isEqualTo(3);
        assertThat(result.message()).contains("none of 230 architectures keeps the bounds", "never heard of it");
    }

    @Test
    void an_unreachable_bound_is_refused_before_anything_is_written() throws IOException {
        RunResult result = start(config("constraints: { latency: { at-most: 1 us }, params: { at-most: 10 } }\n"), "run", 1);

        assertThat(result.status()).isEqualTo(RunStatus.INFEASIBLE);
        assertThat(result.message()).contains("constraints.latency: at-most 1 us cannot be reached", "Reachable: ", "nearest network is genome 0000000",
                "constraints.params: at-most 10 cannot be reached");
        assertThat(temp.resolve("run")).doesNotExist();
    }

    @Test
    void relative_bounds_compare_prediction_with_prediction_and_absolute_ones_use_the_upper_end() throws IOException {
        double reference = ToyServices.micros(finch.space.network.Network.of(new ToyCatalog().network("toy-reference")));

        start(config("constraints: { latency: { at-most: 1.0 x toy-reference } }\n"), "relative", 1);
        start(config("constraints: { latency: { at-most: " + reference / 1000 + " ms } }\n"), "absolute", 1);
        start(config("constraints: { latency: { at-most: " + reference / 1000 + " ms, bound-on: value } }\n"), "value", 1);

        assertThat(slowest("relative")).isEqualTo(reference);
        assertThat(slowest("value")).isEqualTo(reference);
        assertThat(slowest("absolute")).isLessThanOrEqualTo(reference / 1.1);
    }

    private double slowest(String folder) throws IOException {
        return Journal.read(temp.resolve(folder).resolve("journal.jsonl")).stream().map(JournalEntry::evaluation)
                .filter(Evaluation.Measured.class::isInstance)
                .mapToDouble(e -> e.valuesOrEmpty().get(finch.search.config.Objective.LATENCY).value()).max().orElseThrow();
    }

    @Test
    void generations_stagnation_and_wall_clock_stop_a_search() throws IOException {
        assertThat(start(config("", "stop={ generations: 3 }"), "generations", 1).message()).isEqualTo("ended by generations: 3");
        assertThat(Journal.read(temp.resolve("generations/journal.jsonl")).getLast().generation()).isEqualTo(3);
        assertThat(start(config("", "stop={ stagnation: 2, evaluations: 100000 }", "space=toy3"), "stagnation", 1).message()).isEqualTo("ended by stagnation: 2");
        assertThat(start(config("", "stop={ wall-clock: PT0.2S }"), "clock", 1).message()).isEqualTo("ended by wall-clock: PT0.2S");
    }

    @Test
    void a_reached_target_ends_the_search_after_its_generation_on_any_number_of_threads() throws IOException {
        for (int threads : new int[] {1, 4}) {
            RunResult result = start(config("", "stop={ target: { top1: 77 %, latency: 1.0 x toy-reference }, evaluations: 100000 }"), "target" + threads, threads);
            assertThat(result.message()).startsWith("ended by target: { top1: ").contains("1.0 x toy-reference");
        }
        assertThat(journal("target4")).isEqualTo(journal("target1"));
        double limit = ToyServices.micros(finch.space.network.Network.of(new ToyCatalog().network("toy-reference")));
        List<JournalEntry> entries = Journal.read(temp.resolve("target1/journal.jsonl"));
        int generation = entries.getLast().generation();
        List<Integer> reached = entries.stream().filter(e -> e.evaluation().valuesOrEmpty().get(finch.search.config.Objective.TOP1).value() >= 77
                && e.evaluation().valuesOrEmpty().get(finch.search.config.Objective.LATENCY).value() <= limit).map(JournalEntry::generation).toList();
        assertThat(reached).isNotEmpty().containsOnly(generation);
        assertThat(generation).as("not at once").isPositive();
    }

    @Test
    void a_run_whose_evaluations_fail_too_often_has_failed_and_says_why() throws IOException {
        ToyServices failing = new ToyServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
                AccuracyEstimator toy = super.accuracy(choice, space);
                return architecture -> {
                    if (architecture.blocks().size() % 2 == 1) {
                        throw new IllegalStateException("odd");
                    }
                    return toy.estimate(architecture);
                };
            }
        };
        RunResult result = SearchRun.start(config("", "stop={ failed-share: 0.3, evaluations: 500 }"), temp.resolve("run"), 2, failing, RunListener.SILENT, () -> false);

        assertThat(result.status()).isEqualTo(RunStatus.FAILED);
        assertThat(result.status().exitCode()).isEqualTo(1);
        assertThat(result.message()).matches("\\d+ of \\d+ evaluations failed, more than the share that stop.failed-share: 0.3 allows; the last with: IllegalStateException: odd");
        assertThat(Files.readString(temp.resolve("run/manifest.json"))).contains("\"status\" : \"failed\"", "\"stoppedBy\" : \"failed-share: 0.3\"");
        RunResult patient = SearchRun.start(config("", "stop={ failed-share: 0.99, evaluations: 60 }"), temp.resolve("patient"), 2, failing, RunListener.SILENT, () -> false);
        assertThat(patient.status()).isEqualTo(RunStatus.FINISHED);
    }

    @Test
    void a_folder_with_something_in_it_is_refused() throws IOException {
        Files.createDirectories(temp.resolve("run"));
        Files.writeString(temp.resolve("run/precious.txt"), "x");

        assertThatThrownBy(() -> start(config(""), "run", 1)).hasMessageContaining("is not empty");
        assertThatThrownBy(() -> resume("nowhere", 1)).hasMessageContaining("is no run folder");
    }

    @Test
    void the_resolved_config_repeats_the_run() throws IOException {
        start(config("constraints: { latency: { at-most: 1.0 x toy-reference } }\n", "space={ toy: 4 }"), "first", 1);

        SearchConfig resolved = ConfigReader.read(temp.resolve("first/config.yaml"), List.of(), new ToyCatalog());
        start(resolved, "second", 2);

        assertThat(front("second")).isEqualTo(front("first"));
        assertThat(journal("second")).isEqualTo(journal("first"));
        assertThat(Files.readString(temp.resolve("second/config.yaml"))).isEqualTo(Files.readString(temp.resolve("first/config.yaml")));
    }

    @Test
    void an_evaluation_that_waits_for_its_turn_survives_a_kill() throws IOException {
        SearchConfig config = config("algorithm: { type: random, batch: 4 }\n", "stop.evaluations=4", "seed-with=[]");
        AtomicInteger calls = new AtomicInteger();
        ToyServices slow = new ToyServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
                AccuracyEstimator toy = super.accuracy(choice, space);
                return architecture -> {
                    try {
                        Thread.sleep(calls.getAndIncrement() == 0 ? 700 : 80);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return toy.estimate(architecture);
                };
            }
        };
        Path folder = temp.resolve("run");
        Thread run = Thread.ofPlatform().start(() -> {
            try {
                SearchRun.start(config, folder, 2, slow, RunListener.SILENT, () -> false);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        Path parked = folder.resolve("journal.parked.jsonl");
        while (run.isAlive() && (!Files.exists(parked) || Files.readAllLines(parked).size() < 2)) {
            Thread.onSpinWait();
        }
        byte[] kept = Files.readAllBytes(parked);
        try {
            run.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(parked).doesNotExist();
        Path killed = Files.createDirectories(temp.resolve("killed"));
        for (String file : List.of("config.yaml", "device-profile.json")) {
            Files.copy(folder.resolve(file), killed.resolve(file));
        }
        Files.writeString(killed.resolve("manifest.json"), Files.readString(folder.resolve("manifest.json")).replace("\"finished\"", "\"running\""));
        Files.write(killed.resolve("journal.parked.jsonl"), kept);
        calls.set(1);

        SearchRun.resume(killed, 1, slow, RunListener.SILENT, () -> false, new ToyCatalog());

        assertThat(calls.get()).as("evaluations done again").isLessThanOrEqualTo(1 + 2);
        assertThat(front("killed")).isEqualTo(front("run"));
        assertThat(journal("killed")).isEqualTo(journal("run"));
    }
}
