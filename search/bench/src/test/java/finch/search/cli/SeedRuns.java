package finch.search.cli;

import finch.accuracy.Surrogate;
import finch.latency.DeviceProfile;
import finch.latency.LatencyModel;
import finch.search.config.ConfigReader;
import finch.search.config.ConfigWriter;
import finch.search.config.SearchConfig;
import finch.search.config.SearchConfig.Device;
import finch.search.config.ShippedCatalog;
import finch.search.run.FrontPick;
import finch.search.run.RunFolder;
import finch.search.run.RunListener;
import finch.search.run.RunResult;
import finch.search.run.RunStatus;
import finch.search.run.SearchRun;
import finch.space.Architecture;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import finch.space.format.References;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Searches of a shipped config with other seeds and algorithms. Each is a run folder: a finished one is read, one that was
 * cut off is resumed, so that a long table can be made in several sittings.
 */
final class SeedRuns {
    private final Path root;
    private final Path folder;
    private final Path profile;
    private final String overrides;
    private final EvaluatorServices services;
    private final Surrogate surrogate = Surrogate.shipped();
    private final LatencyModel model;
    private final String size;
    private final String text;
    private final Architecture reference;
    private final double referenceMicros;

    /**
     * @param root      of the checkout
     * @param size      {@code large} or {@code small}
     * @param folder    where the run folders are
     * @param profile   what latencies are predicted by
     * @param overrides {@code KEY=VALUE;...} for the config
     */
    SeedRuns(Path root, String size, Path folder, Path profile, String overrides, EvaluatorServices services) throws IOException {
        this.root = root;
        this.size = size;
        this.folder = folder;
        this.profile = profile;
        this.overrides = overrides;
        this.services = services;
        this.model = DeviceProfile.read(profile).model();
        this.text = Files.readString(root.resolve("configs/mobilenetv3-" + size + ".yaml"));
        this.reference = References.resolve("mobilenetv3-" + size);
        this.referenceMicros = model.estimate(Network.of(reference)).micros();
    }

    /** The network that the config's latency is bounded by. */
    Architecture reference() {
        return reference;
    }

    Path folder() {
        return folder;
    }

    SearchSpace space() {
        return config(1).space().space();
    }

    SearchConfig config(long seed, String... more) {
        List<String> all = new ArrayList<>(List.of("seed=" + seed, "device.profile=" + profile, "front.measure=false", "export.pick=none",
                "stop={ evaluations: " + evaluations() + " }"));
        Stream.of(overrides.split(";")).filter(override -> !override.isBlank()).forEach(all::add);
        all.addAll(List.of(more));
        return ConfigReader.parse("configs/mobilenetv3-" + size + ".yaml", text, root.resolve("configs"), all, new ShippedCatalog());
    }

    /** As many as the config says, without its limit on time, so that a busy machine does not end a search earlier. */
    int evaluations() {
        return Integer.parseInt(text.replaceAll("(?s).*\\bevaluations: (\\d+).*", "$1"));
    }

    /**
     * The front of a search that is finished, or is finished now; empty if nothing keeps the bounds.
     *
     * @param kind the run folder's name is this and the seed
     * @throws IllegalStateException if the folder holds a run of another config, or the search fails
     */
    List<Found> front(long seed, String kind, String... more) throws IOException, NotInSpaceException {
        SearchConfig config = config(seed, more);
        Path run = folder.resolve(kind + "-" + seed);
        RunResult result = finished(config, run);
        if (result.status() != RunStatus.FINISHED && result.status() != RunStatus.INFEASIBLE) {
            throw new IllegalStateException(run + ": " + result.message());
        }
        List<Found> front = new ArrayList<>();
        for (int rank = 1; rank <= result.frontSize(); rank++) {
            Architecture architecture = FrontPick.resolve(run, "front/" + rank);
            SearchSpace space = config.space().space();
            front.add(new Found(seed, rank, space.canonical(space.encode(architecture)), architecture,
                    surrogate.difference(architecture, reference).orElseThrow(),
                    model.estimate(Network.of(architecture)).micros() / referenceMicros));
        }
        return front;
    }

    private RunResult finished(SearchConfig config, Path run) throws IOException {
        RunFolder files = new RunFolder(run);
        if (!Files.exists(files.config()) || !Files.exists(files.manifest())) {
            empty(run);
            return SearchRun.start(config, run, 1, services, RunListener.SILENT, () -> false);
        }
        Device d = config.device();
        String expected = ConfigWriter.toYaml(config.withDevice(new Device(d.runtime(), d.threads(), Optional.of(files.deviceProfile()), d.calibrationBudget())), run);
        if (!Files.readString(files.config()).equals(expected) || !Files.readString(files.deviceProfile()).equals(Files.readString(profile))) {
            throw new IllegalStateException(run + " is of another config or profile. Remove " + folder + ", or give another folder by -Dfinch.bench.folder.");
        }
        return SearchRun.resume(run, 1, services, RunListener.SILENT, () -> false);
    }

    /** What a kill left before there was something to resume. */
    private static void empty(Path run) throws IOException {
        if (Files.isDirectory(run)) {
            try (Stream<Path> left = Files.list(run)) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
