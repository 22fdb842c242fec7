package finch.search.run;

import finch.search.config.SearchConfig;
import finch.search.config.Accuracy;
import finch.search.config.SharedTraining;
import finch.space.SearchSpace;
import finch.space.staged.StagedSpace;
import finch.training.JsonTree;
import finch.training.TrainingLog;
import finch.training.supernet.SuperNetworkFile;
import finch.training.supernet.SuperTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The super-networks of a run: trained where their files are not there yet, and told of in {@code supernet.json}. */
final class SuperNetworks {
    static final String FORMAT = "finch-run-supernets/1";

    private final SearchConfig config;
    private final SearchServices services;
    private final RunListener listener;

    SuperNetworks(SearchConfig config, SearchServices services, RunListener listener) {
        this.config = config;
        this.services = services;
        this.listener = listener;
    }

    /** Whether one is to be trained before accuracies can be asked for. */
    boolean areMissing() {
        return config.asksAccuracies() && config.supernets().stream().anyMatch(SuperNetworks::isMissing);
    }

    /** A relative model is one of a run folder that is still to be made. */
    private static boolean isMissing(Accuracy.Supernet supernet) {
        return supernet.train().isPresent() && !(supernet.model().isAbsolute() && Files.isRegularFile(supernet.model()));
    }

    /** @throws IllegalArgumentException if space, images and recipe do not fit each other, with a message for people */
    void check() throws IOException {
        if (config.asksAccuracies()) {
            for (Accuracy.Supernet supernet : config.supernets()) {
                if (isMissing(supernet)) {
                    training(supernet, supernet.train().orElseThrow());
                }
            }
        }
    }

    private SuperTraining training(Accuracy.Supernet supernet, SharedTraining how) throws IOException {
        return SuperTraining.of(staged(config.space().space()), services.training().images(supernet.data(), how.recipe().split()), how.recipe(), how.random());
    }

    private static StagedSpace staged(SearchSpace space) {
        if (space instanceof StagedSpace staged) {
            return staged;
        }
        throw new IllegalArgumentException("accuracy: a super-network needs a space of stages");
    }

    /**
     * Trains those that are missing, or goes on with them, and tells of all.
     *
     * @throws finch.training.StoppedException  if the run is to stop
     * @throws finch.training.DivergedException if a loss is no number
     */
    void prepare(RunFolder folder) throws IOException {
        if (!config.asksAccuracies() || config.supernets().isEmpty()) {
            return;
        }
        for (Accuracy.Supernet supernet : config.supernets()) {
            if (isMissing(supernet)) {
                train(supernet, supernet.train().orElseThrow());
            } else if (supernet.train().isPresent()) {
                if (!Files.exists(folder.supernets())) {
                    listener.stage("super-network", supernet.model() + " is there and is used as it is");
                }
                if (supernet.model().startsWith(folder.path())) {
                    // elsewhere it may be another process's
                    TrainingLog.forget(checkpoint(supernet));
                }
            }
        }
        tell(folder);
    }

    private void train(Accuracy.Supernet supernet, SharedTraining how) throws IOException {
        listener.stage("super-network", "training it on " + supernet.data() + ", " + how.recipe().epochs() + " epochs");
        Path checkpoint = checkpoint(supernet);
        SuperTraining training = training(supernet, how);
        SuperTraining.Outcome outcome = training.run(checkpoint, services.training().threads(), services.training().listener("super-network", how.recipe().epochs()));
        Files.createDirectories(supernet.model().getParent());
        SuperNetworkFile.write(supernet.model(), outcome.network());
        training.forget(checkpoint);
    }

    private static Path checkpoint(Accuracy.Supernet supernet) {
        return supernet.model().resolveSibling(supernet.model().getFileName() + ".checkpoint");
    }

    /** What they know of their own training. */
    private void tell(RunFolder folder) throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Accuracy.Supernet supernet : config.supernets()) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("model", supernet.model().toString());
            told.put("sha256", JsonFile.sha256(Files.readAllBytes(supernet.model())));
            told.putAll(SuperNetworkFile.read(supernet.model(), staged(config.space().space())).described().provenance());
            all.add(told);
        }
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("format", FORMAT);
        root.put("supernets", all);
        JsonFile.writeText(folder.supernets(), JsonTree.write(root));
    }
}
