package finch.training.ablation;

import finch.data.DataSet;
import finch.data.Fingerprint;
import finch.data.Split;
import finch.space.Architecture;
import finch.training.StudyFile;
import finch.training.Training;
import finch.training.TrainingConfig;
import finch.training.TrainingLock;
import finch.training.TrainingLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Trains the networks of ablations, each with several seeds. What is done is kept in a file of JSON lines, the first of which says what it is a study of;
 * a training that was stopped goes on from a checkpoint beside it. A network that stands in two ablations is trained once.
 */
public final class AblationStudy {
    private static final String FORMAT = "finch-ablation/1";

    private final List<Architecture> networks;
    private final Images images;
    private final TrainingConfig recipe;
    private final int seeds;
    private final OptionalInt training;
    private final Path file;
    /** What it is a study of. */
    private final Map<String, Object> of = new LinkedHashMap<>();

    /** Opens the images, parted as a seed wants it. */
    @FunctionalInterface
    public interface Images {
        DataSet open(Split split) throws IOException;
    }

    /** Is told how it goes. */
    public interface Listener {
        /** Before a training. @param number from 1 */
        Training.Listener training(int number, int of, Architecture network, long seed);

        /** A training is done. @param before whether it had been done before */
        void row(AblationRow row, boolean before);
    }

    /**
     * @param recipe   of all; its seed is the first
     * @param training images to train on; empty for all
     * @param file     of what is done; one that is there is gone on with
     * @throws IllegalArgumentException if the file is of another study, saying what differs
     */
    public AblationStudy(List<Ablation> ablations, Images images, String data, TrainingConfig recipe, int seeds, OptionalInt training, Path file) throws IOException {
        if (seeds < 1) {
            throw new IllegalArgumentException("at least one seed is needed, not " + seeds);
        }
        Map<String, Architecture> byName = new LinkedHashMap<>();
        ablations.forEach(ablation -> ablation.networks().forEach(network -> byName.putIfAbsent(network.name(), network)));
        this.networks = List.copyOf(byName.values());
        this.images = images;
        this.recipe = recipe;
        this.seeds = seeds;
        this.training = training;
        this.file = file;
        of.put("data", data);
        DataSet first = images.open(recipe.split());
        of.put("fingerprint", Fingerprint.of(first.training(), first.name()));
        of.put("images", training.isPresent() ? training.getAsInt() : "all");
        of.put("recipe", recipe.tree());
        // more seeds and more networks may be added to a file; another recipe or other images may not
        // a file of another study is refused before anything is trained
        found();
    }

    private StudyFile<AblationRow> found() throws IOException {
        return StudyFile.open(file, FORMAT, of, AblationRow::of);
    }

    /**
     * Trains what is not done yet: all networks with the first seed, then with the next.
     *
     * @return the trainings of the study's networks and seeds
     * @throws finch.training.StoppedException if a listener wanted it; the same study goes on from there
     * @throws IOException                     if the file cannot be written, or another process writes it
     */
    public List<AblationRow> run(int threads, Listener listener) throws IOException {
        try (TrainingLock _ = TrainingLock.of(file)) {
            return run(found(), threads, listener);
        }
    }

    private List<AblationRow> run(StudyFile<AblationRow> found, int threads, Listener listener) throws IOException {
        List<AblationRow> own = new ArrayList<>();
        int number = 0;
        for (long seed = recipe.seed(); seed < recipe.seed() + seeds; seed++) {
            DataSet data = null;
            for (int i = 0; i < networks.size(); i++) {
                number++;
                Architecture network = networks.get(i);
                long thisSeed = seed;
                Optional<AblationRow> known = found.rows().stream().filter(row -> row.network().equals(network.name()) && row.seed() == thisSeed).findFirst();
                Path checkpoint = file.resolveSibling(file.getFileName() + "." + network.name().replaceAll("[^A-Za-z0-9]+", "-") + "." + seed + ".checkpoint");
                if (known.isPresent()) {
                    TrainingLog.forget(checkpoint);
                    listener.row(known.get(), true);
                    own.add(known.get());
                    continue;
                }
                data = data == null ? sampled(seed) : data;
                Training one = Training.of(network, data, recipe.withSeed(seed));
                Training.Outcome outcome = one.run(checkpoint, threads, listener.training(number, networks.size() * seeds, network, seed));
                AblationRow row = new AblationRow(network.name(), seed, one.network().macs(), one.network().params(), 100 * outcome.validation().top1(),
                        outcome.test().map(test -> 100 * test.top1()));
                found.add(row);
                one.forget(checkpoint);
                listener.row(row, false);
                own.add(row);
            }
        }
        return own;
    }

    private DataSet sampled(long seed) throws IOException {
        DataSet data = images.open(recipe.withSeed(seed).split());
        return training.isEmpty() ? data : new DataSet(data.name(), data.training().sample(training.getAsInt(), seed), data.validation(), data.test(), data.remarks());
    }
}
