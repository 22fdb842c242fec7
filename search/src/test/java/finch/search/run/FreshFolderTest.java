package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.AccuracyEstimator;
import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.Accuracy;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a run comes to its folder, and what becomes of one that was stopped before it was begun. */
class FreshFolderTest {
    @TempDir
    private Path temp;

    private static SearchConfig config(String... overrides) {
        return ConfigReader.parse("c.yaml", "schema: 1\nname: toy\nspace: toy8\nseed-with: [toy-reference]\nstop: { evaluations: 60 }\n", Path.of("."),
                List.of(overrides), new ToyCatalog());
    }

    private RunResult start(SearchConfig config, SearchServices services) throws IOException {
        return SearchRun.start(config, temp.resolve("runs"), folder -> { }, 1, services, RunListener.SILENT, () -> false);
    }

    private static RunResult resume(Path folder) throws IOException {
        return SearchRun.resume(folder, 1, new ToyServices(), RunListener.SILENT, () -> false, new ToyCatalog());
    }

    @Test
    void two_searches_that_calibrate_at_once_get_folders_of_their_own() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        SearchServices calibrating = new ToyServices() {
            @Override
            public DeviceLatency latency(SearchConfig.Device device, SearchSpace space) throws IOException {
                try {
                    both.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                return super.latency(device, space);
            }
        };
        List<Path> folders = new ArrayList<>();
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            List<Future<RunResult>> runs = List.of(two.submit(() -> start(config(), calibrating)), two.submit(() -> start(config(), calibrating)));
            for (Future<RunResult> run : runs) {
                assertThat(run.get().status()).isEqualTo(RunStatus.FINISHED);
                folders.add(run.get().folder());
            }
        }

        assertThat(folders).containsExactlyInAnyOrder(temp.resolve("runs/toy"), temp.resolve("runs/toy-2"));
        assertThat(Files.readString(temp.resolve("runs/toy-2/front.json"))).isEqualTo(Files.readString(temp.resolve("runs/toy/front.json")));
    }

    @Test
    void what_is_refused_leaves_no_folder() throws IOException {
        assertThat(start(config("constraints.latency.at-most=1 us"), new ToyServices()).status()).isEqualTo(RunStatus.INFEASIBLE);
        assertThatThrownBy(() -> start(config(), new ToyServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
                throw new IOException("no such table");
            }
        })).hasMessage("no such table");

        assertThat(temp.resolve("runs/toy")).doesNotExist();
    }

    /** The folder as a kill leaves it that comes before the manifest, or before the config. */
    private Path killed(String name, String... files) throws IOException {
        Path whole = temp.resolve("whole");
        if (!Files.exists(whole)) {
            SearchRun.start(config(), whole, 1, new ToyServices(), RunListener.SILENT, () -> false);
        }
        Path folder = Files.createDirectory(temp.resolve(name));
        for (String file : files) {
            Files.copy(whole.resolve(file), folder.resolve(file));
        }
        return folder;
    }

    @Test
    void a_run_that_was_killed_before_its_manifest_is_resumed() throws IOException {
        Path folder = killed("early", ".lock", "device-profile.json", "config.yaml");
        Files.writeString(folder.resolve(".manifest.json.4711-3.tmp"), "{");
        assertThatThrownBy(() -> SearchRun.start(config(), folder, 1, new ToyServices(), RunListener.SILENT, () -> false))
                .hasMessage(folder + " is not empty. Go on with finch resume " + folder + ", or give another folder.");

        assertThat(resume(folder).status()).isEqualTo(RunStatus.FINISHED);

        for (String file : List.of("front.json", "config.yaml", "device-profile.json")) {
            assertThat(Files.readString(folder.resolve(file))).isEqualTo(Files.readString(temp.resolve("whole").resolve(file)));
        }
    }

    @Test
    void a_run_that_was_killed_before_its_config_is_begun_again() throws IOException {
        Path folder = killed("earlier", ".lock", "device-profile.json");
        Files.writeString(folder.resolve(".config.yaml.4711-2.tmp"), "schema: 1\nna");
        assertThatThrownBy(() -> resume(folder)).hasMessageContaining("is no run folder");

        assertThat(SearchRun.start(config(), folder, 1, new ToyServices(), RunListener.SILENT, () -> false).status()).isEqualTo(RunStatus.FINISHED);

        assertThat(Files.readString(folder.resolve("front.json"))).isEqualTo(Files.readString(temp.resolve("whole/front.json")));
    }

    /** A folder with somebody's own config is not taken for a run. */
    @Test
    void a_config_in_a_folder_without_a_lock_is_left_alone() throws IOException {
        Path folder = killed("own", "config.yaml");

        assertThatThrownBy(() -> resume(folder)).hasMessageContaining("is no run folder");
        assertThatThrownBy(() -> SearchRun.start(config(), folder, 1, new ToyServices(), RunListener.SILENT, () -> false))
                .hasMessage(folder + " is not empty. Give another folder, or none for a new one.");
        assertThat(Files.readString(folder.resolve("config.yaml"))).isEqualTo(Files.readString(temp.resolve("whole/config.yaml")));
    }
}
