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
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Run folders of earlier versions stay readable. A stored one is never changed; a new format gets a folder of its own. */
class StoredRunsTest {
    private static final Path STORED = Path.of(System.getProperty("finch.root", ".."), "search", "src", "test", "resources", "runs", "schema-1");
    private static final String CONFIG = "schema: 1\nname: stored\nspace: toy4\nseed-with: [toy-reference]\nstop: { evaluations: 40 }\n"
            + "constraints: { latency: { at-most: 1.0 x toy-reference } }\nalgorithm: { type: random, batch: 20 }\n";

    /** Wrote the folder, with {@code -Dfinch.test.jvmArgs=-Dfinch.golden=write-run}, when it was not there. */
    @Test
    void the_folder_of_schema_1_is_stored() throws IOException {
        if ("write-run".equals(System.getProperty("finch.golden")) && Files.notExists(STORED)) {
            SearchConfig config = ConfigReader.parse("c.yaml", CONFIG, Path.of("."), List.of("seed=3"), new ToyCatalog());
            SearchRun.start(config, STORED, 1, new ToyServices() {
                @Override
                public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
                    AccuracyEstimator toy = super.accuracy(choice, space);
                    return architecture -> switch (architecture.blocks().size()) {
                        case 1 -> new AccuracyEstimate.Silent("one block \"alone\"");
                        case 3 -> throw new IllegalStateException("three are too many");
                        default -> toy.estimate(architecture);
                    };
                }
            }, RunListener.SILENT, () -> false);
        }
        assertThat(STORED).isDirectory();
    }

    @Test
    void its_config_manifest_journal_and_front_are_read() throws IOException {
        SearchConfig config = ConfigReader.read(STORED.resolve("config.yaml"), List.of(), new ToyCatalog());
        Manifest manifest = Manifest.read(new RunFolder(STORED));
        List<Evaluation> journal = Journal.read(STORED.resolve("journal.jsonl")).stream().map(JournalEntry::evaluation).toList();

        assertThat(config.seed()).isEqualTo(3);
        assertThat(config.overrides()).containsExactly("seed=3");
        assertThat(config.device().profile()).contains(STORED.resolve("device-profile.json").toAbsolutePath().normalize());
        assertThat(manifest.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(manifest.message()).isEqualTo("ended by evaluations: 40");
        assertThat(manifest.count("evaluated")).isEqualTo(40);
        assertThat(journal).hasSize(40);
        assertThat(journal.getFirst().valuesOrEmpty()).containsOnlyKeys(Objective.TOP1, Objective.LATENCY);
        assertThat(journal).anyMatch(Evaluation.Measured.class::isInstance).contains(new Evaluation.Failed("IllegalStateException: three are too many"))
                .anyMatch(e -> e instanceof Evaluation.Infeasible i && i.violations().getFirst().reason().equals("one block \"alone\""))
                .anyMatch(e -> e instanceof Evaluation.Infeasible i && i.violations().getFirst().constraint().equals("latency at-most 1.0 x toy-reference"));
        assertThat(FrontPick.resolve(STORED, "best").blocks()).isNotEmpty();
    }
}
