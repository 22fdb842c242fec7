package finch.search.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.ToyCatalog;
import finch.space.format.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
    private static final String SMALL = """
            schema: 1
            name: small
            space: toy3
            """;

    private static SearchConfig parse(String text, String... overrides) {
        return ConfigReader.parse("c.yaml", text, Path.of("."), List.of(overrides), new ToyCatalog());
    }

    @Test
    void a_short_config_gets_the_defaults() {
        SearchConfig config = parse(SMALL);

        assertThat(config.seed()).isEqualTo(SearchConfig.DEFAULT_SEED);
        assertThat(config.objectives()).containsExactly(Objective.TOP1, Objective.LATENCY);
        assertThat(config.algorithm()).isEqualTo(SearchConfig.Algorithm.DEFAULT);
        assertThat(config.device()).isEqualTo(SearchConfig.Device.DEFAULT);
        assertThat(config.stop()).isEqualTo(SearchConfig.DEFAULT_STOP);
        assertThat(config.constraints()).isEmpty();
    }

    @Test
    void other_images_take_the_place_of_all_that_a_config_names() {
        String supernet = SMALL + "accuracy: { type: supernet, data: a }\n";
        assertThat(ConfigReader.dataKeys("c.yaml", supernet, List.of())).containsExactly("accuracy.data");
        assertThat(ConfigReader.dataKeys("c.yaml", supernet + "finals: { recipe: r.yaml }\n", List.of())).containsExactly("accuracy.data");
        assertThat(ConfigReader.dataKeys("c.yaml", supernet + "finals: { recipe: r.yaml, data: a }\n", List.of())).containsExactly("accuracy.data", "finals.data");
        assertThat(ConfigReader.dataKeys("c.yaml", SMALL + "finals: { recipe: r.yaml }\n", List.of())).containsExactly("finals.data");
        assertThat(ConfigReader.dataKeys("c.yaml", SMALL, List.of("accuracy.type=supernet"))).containsExactly("accuracy.data");
        assertThat(ConfigReader.dataKeys("c.yaml", SMALL, List.of())).isEmpty();
    }

    @Test
    void all_mistakes_are_reported_at_once_with_line_key_and_what_is_allowed() {
        assertThatThrownBy(() -> parse("""
                schema: 2
                nmae: typo
                space: toy9
                objectives: [top1, speed, top1]
                constraints:
                  latency: { at-most: 8 M }
                  macs: { at-most: 220 ms, at-leest: 1 M }
                  params: 5 M
                algorithm: { type: nsga2, populatoin: 50, offspring: 0 }
                stop: { wall-clock: 30 s }
                seed-with: [toy-refrence]
                accuracy: { type: table }
                """)).isInstanceOfSatisfying(InvalidFileException.class, e -> assertThat(e.getMessage().lines()).satisfiesExactlyInAnyOrder(
                        m -> assertThat(m).contains("c.yaml:1: schema: is 2, which a newer Finch reads; this one reads 1"),
                        m -> assertThat(m).contains("c.yaml:2: nmae: unknown key. Maybe you meant name."),
                        m -> assertThat(m).contains("c.yaml:1: name: is missing"),
                        m -> assertThat(m).contains("c.yaml:3: space: \"toy9\"", "Maybe you meant toy", "toy3"),
                        m -> assertThat(m).contains("c.yaml:4: objectives[1]: \"speed\" is not known", "peak-memory"),
                        m -> assertThat(m).contains("c.yaml:4: objectives[2]: \"top1\" is given twice"),
                        m -> assertThat(m).contains("c.yaml:6: constraints.latency.at-most: \"M\" is no unit of latency. ", "us, µs, ms, s", "e.g. 8 ms"),
                        m -> assertThat(m).contains("c.yaml:7: constraints.macs.at-most: \"ms\" is no unit of macs. ", "(none), K, M, G"),
                        m -> assertThat(m).contains("c.yaml:7: constraints.macs.at-leest: unknown key. Maybe you meant at-least."),
                        m -> assertThat(m).contains("c.yaml:8: constraints.params: must be a mapping such as { at-most: 5.4 M }"),
                        m -> assertThat(m).contains("c.yaml:9: algorithm.populatoin: unknown key. Maybe you meant population."),
                        m -> assertThat(m).contains("c.yaml:9: algorithm.offspring: must be a whole number from 1 to 10000, not 0"),
                        m -> assertThat(m).contains("c.yaml:10: stop.wall-clock: \"30 s\" is no duration", "PT45S"),
                        m -> assertThat(m).contains("c.yaml:11: seed-with[0]: \"toy-refrence\" is no reference"),
                        m -> assertThat(m).contains("c.yaml:12: accuracy.table: is missing", "--set accuracy.table=PATH")));
    }

    @Test
    void bounds_have_units_or_are_multiples_of_a_network() {
        SearchConfig config = parse(SMALL + """
                constraints:
                  latency: { at-most: 1.0 x toy-reference }
                  macs: { at-most: 220 M, at-least: 1K }
                  weight-bytes: { at-most: 1.5 MiB }
                  top1: { at-least: 70 %, bound-on: interval }
                """);

        assertThat(config.constraints()).extracting(Bound::toString).containsExactly("top1 at-least 70 %", "latency at-most 1.0 x toy-reference",
                "macs at-most 220 M", "macs at-least 1 K", "weight-bytes at-most 1.573 MB");
        assertThat(config.constraints().get(2).limit()).isEqualTo(new Bound.Limit.Absolute(220e6));
        assertThat(config.constraints().get(2).on()).isEqualTo(Bound.On.VALUE);
        assertThat(config.constraints().get(0).on()).isEqualTo(Bound.On.INTERVAL);
        assertThat(config.constraints().get(1).on()).as("latency bounds hold on the interval unless the config says otherwise").isEqualTo(Bound.On.INTERVAL);
    }

    @Test
    void limits_are_what_their_decimals_say() {
        assertThat(parse(SMALL + "constraints: { params: { at-most: 0.004082 M, at-least: 0.004082 M }, macs: { at-most: 2.030264 M } }").constraints())
                .extracting(Bound::limit).containsExactly(new Bound.Limit.Absolute(2_030_264), new Bound.Limit.Absolute(4082), new Bound.Limit.Absolute(4082));
        assertThatThrownBy(() -> parse(SMALL + "constraints: { macs: { at-most: 1e999 } }")).hasMessageContaining("constraints.macs.at-most: is too large to be a number: 1e999");
        assertThatThrownBy(() -> parse(SMALL + "constraints: { macs: { at-most: 1e-999 } }")).hasMessageContaining("must be more than 0, not 1e-999");
    }

    @Test
    void bounds_that_no_network_keeps_together_are_a_mistake() {
        assertThatThrownBy(() -> parse(SMALL + "constraints: { macs: { at-most: 80 M, at-least: 90 M } }"))
                .hasMessageContaining("constraints.macs: no network has at least 90 M and at most 80 M. Let at-least be no more than at-most, or leave one out.");
    }

    @Test
    void a_rule_with_a_mistake_is_told_once() {
        assertThatThrownBy(() -> parse(SMALL + "objectives: [macs]\nstop: { target: { top1: 70 % } }")).isInstanceOfSatisfying(InvalidFileException.class,
                e -> assertThat(e.problems()).singleElement().asString().contains("stop.target.top1: top1 is neither an objective nor bounded"));
        assertThatThrownBy(() -> parse(SMALL + "stop: { evaluatoins: 70 }")).isInstanceOfSatisfying(InvalidFileException.class,
                e -> assertThat(e.problems()).singleElement().asString().contains("Maybe you meant evaluations"));
        assertThatThrownBy(() -> parse(SMALL + "stop: { }")).hasMessageContaining("stop: needs at least one of");
        assertThatThrownBy(() -> parse(SMALL + "accuracy: { type: table, table: / }")).hasMessageContaining("accuracy.table: / is a folder; it must be ");
    }

    @Test
    void a_factor_that_no_number_holds_is_refused_like_one_that_is_none() {
        assertThatThrownBy(() -> parse(SMALL + "constraints: { latency: { at-most: " + "9".repeat(400) + " x toy-reference } }"))
                .isInstanceOf(InvalidFileException.class).hasMessageContaining("constraints.latency.at-most: the factor is too large to be a number");
        assertThatThrownBy(() -> parse(SMALL + "constraints: { latency: { at-most: 0 x toy-reference } }"))
                .isInstanceOf(InvalidFileException.class).hasMessageContaining("the factor must be more than 0, not 0");
    }

    @Test
    void a_latency_without_its_unit_is_a_mistake() {
        assertThatThrownBy(() -> parse(SMALL + "constraints: { latency: { at-most: 8 } }"))
                .hasMessageContaining("c.yaml:4: constraints.latency.at-most: \"8\" has no unit");
    }

    @Test
    void overrides_are_applied_before_checking_and_recorded() {
        SearchConfig config = parse(SMALL, "algorithm.population=12", "seed=9", "constraints.latency={ at-most: 3 ms }", "objectives=[top1, macs]");

        assertThat(config.algorithm()).isEqualTo(new SearchConfig.Algorithm.Nsga2(12, SearchConfig.Algorithm.Nsga2.DEFAULT.offspring(),
                SearchConfig.Algorithm.Nsga2.DEFAULT.crossover(), SearchConfig.Algorithm.Nsga2.DEFAULT.mutation(),
                SearchConfig.Algorithm.Nsga2.DEFAULT.seedMutants()));
        assertThat(config.seed()).isEqualTo(9);
        assertThat(config.constraints()).hasSize(1);
        assertThat(config.objectives()).containsExactly(Objective.TOP1, Objective.MACS);
        assertThat(config.overrides()).containsExactly("algorithm.population=12", "seed=9", "constraints.latency={ at-most: 3 ms }", "objectives=[top1, macs]");
    }

    @Test
    void a_wrong_override_is_reported_with_the_mistakes_of_the_file() {
        assertThatThrownBy(() -> parse(SMALL + "seed: -1", "algorithm.poplation=12")).hasMessageContaining("algorithm.poplation: unknown key")
                .hasMessageContaining("seed: must be a whole number of at least 0, not -1");
        assertThatThrownBy(() -> parse(SMALL, "population")).hasMessageContaining("must be key=value");
        assertThatThrownBy(() -> parse(SMALL, "name.first=x")).hasMessageContaining("there is no key name.first");
    }

    @Test
    void seed_networks_may_be_required_or_skipped(@TempDir Path folder) {
        SearchConfig config = parse(SMALL + """
                seed-with:
                  - toy-reference
                  - { network: toy-large, if-outside: skip }
                """);

        assertThat(config.seedWith()).extracting(s -> s.network().spec()).containsExactly("toy-reference", "toy-large");
        assertThat(config.seedWith()).extracting(SearchConfig.SeedNetwork::required).containsExactly(true, false);
    }

    @Test
    void a_required_seed_network_outside_the_space_names_the_decision() {
        assertThatThrownBy(() -> parse(SMALL + "seed-with: [toy-large]"))
                .hasMessageContaining("c.yaml:4: seed-with[0]: toy-large is not in the space toy3: depth is 5, allowed are 1 to 3").hasMessageContaining("if-outside: skip");
    }

    @Test
    void space_files_and_tables_are_relative_to_the_config(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("space.yaml"), "toy: 2\n");
        Files.writeString(folder.resolve("table.csv"), "x\n");
        Files.writeString(folder.resolve("c.yaml"), "schema: 1\nname: n\nspace: space.yaml\naccuracy: { type: table, table: table.csv }\n");

        SearchConfig config = ConfigReader.read(folder.resolve("c.yaml"), List.of(), new ToyCatalog());

        assertThat(config.space().space().name()).isEqualTo("toy2");
        assertThat(config.accuracy()).isEqualTo(new Accuracy.Table(folder.resolve("table.csv").toAbsolutePath().normalize()));
    }

    @Test
    void mistakes_of_a_space_file_name_that_file(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("space.yaml"), "toy: 2\ntoi: 3\n");

        assertThatThrownBy(() -> ConfigReader.parse("c.yaml", "schema: 1\nname: n\nspace: space.yaml\n", folder, List.of(), new ToyCatalog()))
                .hasMessageContaining("c.yaml:3: space: in ").hasMessageContaining("space.yaml:2: toi: unknown key");
    }

    @Test
    void the_resolved_config_reads_back_as_the_same_search() {
        SearchConfig config = parse("""
                schema: 1
                name: all-of-it
                seed: 77
                space: { toy: 3 }
                device: { runtime: finch, threads: 2, calibration-budget: PT1M }
                accuracy: { type: surrogate, recipe: "recipe: one" }
                objectives: [top1, latency, macs]
                constraints:
                  latency: { at-most: 1.25 x toy-reference, bound-on: value }
                  macs: { at-most: 220.5 M, at-least: 1 }
                  top1: { at-least: 33.3 % }
                algorithm: { type: nsga2, population: 11, offspring: 3, crossover: 0.25, mutation: 2, seed-mutants: 0 }
                stop: { evaluations: 5, generations: 6, wall-clock: PT1M, stagnation: 7, target: { top1: 71.5 %, latency: 0.5 x toy-reference }, failed-share: 0.25 }
                seed-with: [toy-reference, { network: toy-large, if-outside: skip }]
                front: { measure: false, top: 2, runs: 9 }
                export: { pick: front/2, weight-seed: 4 }
                """, "name=renamed");

        SearchConfig again = ConfigReader.parse("config.yaml", ConfigWriter.toYaml(config, Path.of(".")), Path.of("."), List.of(), new ToyCatalog());

        assertThat(again).usingRecursiveComparison().ignoringFields("space").isEqualTo(config);
        assertThat(again.space().source()).isEqualTo(config.space().source());
        assertThat(again.name()).isEqualTo("renamed");
    }

    @Test
    void a_profile_that_is_not_there_is_a_mistake() {
        assertThatThrownBy(() -> parse(SMALL + "device: { profile: nowhere.json }")).hasMessageContaining("device.profile: ").hasMessageContaining("nowhere.json is not there");
        assertThat(parse(SMALL + "device: { calibration-budget: PT5S }").device())
                .isEqualTo(new SearchConfig.Device("finch", 1, Optional.empty(), Duration.ofSeconds(5)));
    }

    @Test
    void every_algorithm_reads_back_from_its_resolved_form() {
        for (String algorithm : List.of("{ type: regularized-evolution, population: 11, sample: 3, batch: 7, mutation: 2.5 }",
                "{ type: scalarized, target: 8 ms, w: -0.15, population: 9 }", "{ type: scalarized, cost: params, target: 0.5 x toy-large, form: hard }",
                "{ type: surrogate, initial: 5, batch: 3, pool: 70 }", "{ type: surrogate, in-flight: 1 }", "{ type: regularized-evolution, in-flight: 64 }",
                "{ type: netadapt, from: toy-reference, target: 8 ms }",
                "{ type: netadapt, from: toy-reference, cost: params, target: 0.5 x toy-large, step: 0.025, headroom: 1.5 }",
                "[{ type: scalarized, target: 8 ms, evaluations: 7 }, { type: netadapt, target: 4 ms }, { evaluations: 10 }, { type: exhaustive }]", "{ type: nsga3, population: 30 }", "{ type: nsga3, divisions: 5 }", "{ type: exhaustive, batch: 3 }", "{ type: random, batch: 4 }")) {
            SearchConfig config = parse(SMALL + "objectives: [top1, latency, params]\nalgorithm: " + algorithm, "space=toy3");

            SearchConfig again = ConfigReader.parse("config.yaml", ConfigWriter.toYaml(config, Path.of(".")), Path.of("."), List.of(), new ToyCatalog());
            assertThat(again.algorithm()).usingRecursiveComparison().isEqualTo(config.algorithm());
        }
        assertThat(parse(SMALL, "algorithm={ type: scalarized, target: 8 ms }").algorithm()).isEqualTo(new SearchConfig.Algorithm.Scalarized(
                new Reward(Objective.LATENCY, new Bound.Limit.Absolute(8000), Reward.Form.SOFT, -0.07), SearchConfig.Algorithm.Nsga2.DEFAULT));
    }

    @Test
    void algorithms_in_a_list_say_where_the_next_begins() {
        assertThatThrownBy(() -> parse(SMALL, "algorithm=[{ type: netadapt, target: 8 ms }, { type: random, batch: 3 }, { type: nsga2, evaluations: 0 }, random]"))
                .hasMessageContaining("algorithm[0].from: is missing").hasMessageContaining("or let another algorithm come before")
                .hasMessageContaining("algorithm[1].evaluations: is missing").hasMessageContaining("algorithm[2].evaluations: must be")
                .hasMessageContaining("algorithm[3]: must be a mapping");
        assertThatThrownBy(() -> parse(SMALL, "algorithm=[]")).hasMessageContaining("algorithm: needs at least one algorithm");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: random, evaluations: 3 }")).hasMessageContaining("algorithm.evaluations: unknown key");
        assertThatThrownBy(() -> parse(SMALL, "algorithm=[{ type: random, evaluations: 3 }, { type: netadapt, target: 3 M, cost: macs }]"))
                .hasMessageContaining("netadapt needs top1 and macs among the objectives, which are top1, latency");
        assertThat(parse(SMALL, "algorithm=[{ type: random, evaluations: 3 }]").stop().toString()).isEqualTo("evaluations: 1000000");
    }

    @Test
    void a_search_may_end_where_a_target_is_reached() {
        assertThatThrownBy(() -> parse(SMALL + "stop: { target: { params: 3 M, latency: 3 M, top2: 3 } }"))
                .hasMessageContaining("stop.target.params: params is neither an objective nor bounded").hasMessageContaining("stop.target.latency: \"M\" is no unit")
                .hasMessageContaining("stop.target.top2: unknown key");
        assertThatThrownBy(() -> parse(SMALL + "stop: { target: {} }")).hasMessageContaining("stop.target: needs at least one of top1");
        assertThat(parse(SMALL + "constraints: { params: { at-most: 9 M } }\nstop: { target: { params: 3 M, top1: 70 % } }").stop().toString())
                .isEqualTo("target: { top1: \"70.0 %\", params: \"3000000.0\" }");
    }

    @Test
    void netadapt_starts_from_a_network_of_the_space() {
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: netadapt, target: 8 ms }")).hasMessageContaining("algorithm.from: is missing");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: netadapt, from: toy-large, target: 8 ms }"))
                .hasMessageContaining("algorithm: from: toy-large is not in the space toy3: depth is 5, allowed are 1 to 3");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: netadapt, from: toy-refrence, target: 8 ms }"))
                .hasMessageContaining("algorithm.from: \"toy-refrence\" is no reference");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: netadapt, from: toy-reference, target: 8 ms, cost: top1, step: 1 }"))
                .hasMessageContaining("algorithm.cost: ").hasMessageContaining("algorithm.step: ");
    }

    @Test
    void an_exhaustive_search_goes_on_to_the_end_of_the_space_unless_told() {
        assertThat(parse(SMALL, "space=toy4", "algorithm={ type: exhaustive }").stop().toString()).isEqualTo("evaluations: 1000000");
    }

    @Test
    void what_an_algorithm_cannot_do_is_a_mistake() {
        assertThatThrownBy(() -> parse(SMALL, "space=toy8", "algorithm={ type: exhaustive }"))
                .hasMessageContaining("algorithm: exhaustive goes through at most 1000000 architectures, but toy8 has 469070940");
        assertThatThrownBy(() -> parse(SMALL, "objectives=[top1, macs]", "algorithm={ type: scalarized, target: 8 ms }"))
                .hasMessageContaining("the reward needs top1 and latency among the objectives, which are top1, macs");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: scalarized }")).hasMessageContaining("target").hasMessageContaining("8 ms");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: scalarized, target: 8 M }")).hasMessageContaining("is no unit of latency");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: scalarized, target: 8 ms, w: 0.07 }")).hasMessageContaining("algorithm.w");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: regularized-evolution, population: 5, sample: 6 }"))
                .hasMessageContaining("must be at most the population, which is 5, not 6");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: surrogate, in-flight: 0 }")).hasMessageContaining("algorithm.in-flight: must be");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: nsga2, in-flight: 8 }")).hasMessageContaining("algorithm.in-flight: unknown key");
        assertThatThrownBy(() -> parse(SMALL, "algorithm=[{ type: surrogate, in-flight: 8, evaluations: 9 }, { type: nsga2, evaluations: 9 }]"))
                .hasMessageContaining("algorithm[0].in-flight: is for an algorithm that stands alone");
        assertThatThrownBy(() -> parse(SMALL, "algorithm={ type: exhaustiv }")).hasMessageContaining("exhaustive");
    }

    @Test
    void a_trainer_is_a_program_whose_files_are_found_beside_the_config(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("train.py"), "");
        Files.writeString(folder.resolve("c.yaml"), "schema: 1\nname: n\nspace: toy3\naccuracy: { type: command, run: [python3, train.py, --epochs, 3],"
                + " timeout: PT2H, parallel: 4, retries: 1, environment: { CUDA_VISIBLE_DEVICES: 0, A: 'b, c' } }\n");

        SearchConfig config = ConfigReader.read(folder.resolve("c.yaml"), List.of(), new ToyCatalog());

        Accuracy.Command command = new Accuracy.Command(List.of("python3",
                folder.resolve("train.py").toAbsolutePath().normalize().toString(), "--epochs", "3"),
                Map.of("CUDA_VISIBLE_DEVICES", "0", "A", "b, c"), Duration.ofHours(2), 1, 4, "command");
        assertThat(config.accuracy()).isEqualTo(command);
        String resolved = ConfigWriter.toYaml(config, folder);
        assertThat(ConfigReader.parse("resolved", resolved, folder, List.of(), new ToyCatalog()).accuracy()).isEqualTo(command);
    }

    @Test
    void a_table_says_what_an_architecture_without_an_entry_is(@TempDir Path folder) throws IOException {
        Path table = Files.writeString(folder.resolve("t.jsonl"), "").toAbsolutePath().normalize();
        for (Accuracy.Table.Missing missing : Accuracy.Table.Missing.values()) {
            SearchConfig config = ConfigReader.parse("c.yaml", "schema: 1\nname: n\nspace: toy3\naccuracy: { type: table, table: t.jsonl, missing: "
                    + missing.formatName() + " }\n", folder, List.of(), new ToyCatalog());
            assertThat(config.accuracy()).isEqualTo(new Accuracy.Table(table, missing, Optional.empty()));
            assertThat(ConfigReader.parse("resolved", ConfigWriter.toYaml(config, folder), folder, List.of(), new ToyCatalog()).accuracy()).isEqualTo(config.accuracy());
        }
        assertThatThrownBy(() -> ConfigReader.parse("c.yaml", "schema: 1\nname: n\nspace: toy3\naccuracy: { type: table, table: t.jsonl, missing: skip }\n",
                folder, List.of(), new ToyCatalog())).hasMessageContaining("c.yaml:4: accuracy.missing: ").hasMessageContaining("infeasible").hasMessageContaining("fail");
    }

    @Test
    void an_argument_of_a_resolved_config_never_means_a_file_of_the_run_folder(@TempDir Path folder) throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        Files.writeString(folder.resolve("train.py"), "");
        Files.writeString(folder.resolve("c.yaml"), "schema: 1\nname: n\nspace: toy3\naccuracy: { type: command, run: [python3, train.py, --log, trainer.log] }\n");
        SearchConfig config = ConfigReader.read(folder.resolve("c.yaml"), List.of(), new ToyCatalog());
        Files.writeString(run.resolve("trainer.log"), "");
        Files.writeString(run.resolve("config.yaml"), ConfigWriter.toYaml(config, run));

        assertThat(ConfigReader.read(run.resolve("config.yaml"), List.of(), new ToyCatalog()).accuracy()).isEqualTo(config.accuracy());
        assertThat(((Accuracy.Command) config.accuracy()).run())
                .containsExactly("python3", folder.resolve("train.py").toAbsolutePath().normalize().toString(), "--log", "trainer.log");
        assertThat(((Accuracy.Command) ConfigReader.read(folder.resolve("c.yaml"), List.of("accuracy.verbatim=true"), new ToyCatalog())
                .accuracy()).run()).containsExactly("python3", "train.py", "--log", "trainer.log");
    }

    @Test
    void mistakes_of_a_trainer_are_told() {
        assertThatThrownBy(() -> parse(SMALL, "accuracy={ type: command }")).hasMessageContaining("accuracy.run: is missing");
        assertThatThrownBy(() -> parse(SMALL, "accuracy={ type: command, run: [] }")).hasMessageContaining("accuracy.run: needs a program");
        assertThatThrownBy(() -> parse(SMALL, "accuracy={ type: command, run: [sh], retries: -1, parallel: 0, timeout: 2h, retrys: 1 }"))
                .hasMessageContaining("accuracy.retries: ").hasMessageContaining("accuracy.parallel: ").hasMessageContaining("\"2h\" is no duration")
                .hasMessageContaining("retrys");
    }
}
