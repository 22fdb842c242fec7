package finch.training.supernet;

import finch.data.DataSet;
import finch.engine.gradient.Seeds;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import finch.training.Fingerprint;
import finch.training.JsonTree;
import finch.training.StudyFile;
import finch.training.Training;
import finch.training.TrainingConfig;
import finch.training.TrainingLock;
import finch.training.TrainingLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * How well a super-network ranks: some architectures spread over its space, each trained alone with one recipe and scored with the shared weights. It
 * takes hours, so what is done is kept in a file, and a training that was stopped goes on from a checkpoint beside it.
 */
public final class RankStudy {
    private static final String FORMAT = "finch-supernet-rank/1";
    private static final String NONE = " is no " + FORMAT + ", as finch supernet-rank writes it";
    private static final String SUPERNET = "supernet";

    private static final int POOL = 4000;

    private final SuperNetwork network;
    private final DataSet data;
    private final DataSet sampled;
    private final TrainingConfig recipe;
    private final Path file;
    private final Map<String, Object> of;
    private final List<Architecture> architectures;
    /** What the same trainings came to before, by name. */
    private final Map<String, RankRow> trained;

    /**
     * What is studied.
     *
     * @param subnets  at least 3
     * @param mostMacs of an architecture; empty for any
     * @param images   training images of those trained alone; empty for all
     * @param seed     decides which architectures and images
     * @param trained  the file of a study that differs in its super-network only, whose trainings are taken; those that it lacks are done
     */
    public record Plan(int subnets, OptionalLong mostMacs, OptionalInt images, long seed, Optional<Path> trained) {
        public Plan {
            if (subnets < 3) {
                throw new IllegalArgumentException("a ranking needs at least 3 architectures, not " + subnets);
            }
        }
    }

    /** Is told how it goes. */
    public interface Listener {
        /** Before an architecture is trained. @param number from 1 */
        Training.Listener training(int number, int of, Network network);

        /** An architecture is done. @param scoreNanos what its score took; empty where it had been done before */
        void row(RankRow row, OptionalLong scoreNanos);
    }

    /** A study as its file has it. @param supernet SHA-256 of the super-network's file */
    public record Stored(String supernet, List<RankRow> rows) {}

    /**
     * Reads the file of a study, which may go on.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Stored stored(Path file) throws IOException {
        StudyFile.Stored<RankRow> stored = StudyFile.read(file, FORMAT, RankRow::of, NONE);
        return new Stored(stored.of().getOrDefault(SUPERNET, "").toString(), stored.rows());
    }

    private RankStudy(SuperNetwork network, DataSet data, DataSet sampled, TrainingConfig recipe, Path file, Map<String, Object> of, List<Architecture> architectures,
                      Map<String, RankRow> trained) {
        this.network = network;
        this.data = data;
        this.sampled = sampled;
        this.recipe = recipe;
        this.file = file;
        this.of = of;
        this.architectures = architectures;
        this.trained = trained;
    }

    /**
     * @param model  the super-network's file
     * @param data   as {@link SuperNetworkEstimator#open} gives it
     * @param recipe for each architecture alone
     * @param file   of what is done; one that is there is gone on with
     * @throws IllegalArgumentException if the file, or that of trainings to take, is of another study, saying what differs, or the space has too few architectures
     */
    public static RankStudy of(SuperNetwork network, Path model, DataSet data, TrainingConfig recipe, Plan plan, Path file) throws IOException {
        DataSet sampled = plan.images.isEmpty() ? data
                : new DataSet(data.name(), data.training().sample(plan.images.getAsInt(), plan.seed), data.validation(), data.test(), data.remarks());
        Map<String, Object> of = new LinkedHashMap<>();
        of.put("space", network.space().name());
        of.put(SUPERNET, Fingerprint.ofFile(model));
        of.put("recipe", recipe.tree());
        of.put("data", data.name());
        of.put("training", sampled.training().size());
        of.put("validation", data.validation().size());
        of.put("fingerprint", network.described().fingerprint());
        of.put("subnets", plan.subnets);
        of.put("most-macs", plan.mostMacs.isPresent() ? plan.mostMacs.getAsLong() : "any");
        of.put("seed", plan.seed);
        // one of another study is refused before anything is done
        StudyFile.open(file, FORMAT, of, RankRow::of);
        Map<String, RankRow> trained = plan.trained.isPresent() ? trained(plan.trained.get(), of) : Map.of();
        return new RankStudy(network, data, sampled, recipe, file, of, spread(network.space(), plan), trained);
    }

    /** Trainings know nothing of the super-network, so all but that must be the same. */
    private static Map<String, RankRow> trained(Path file, Map<String, Object> of) throws IOException {
        StudyFile.Stored<RankRow> stored = StudyFile.read(file, FORMAT, RankRow::of, NONE);
        Map<String, Object> its = new LinkedHashMap<>(stored.of());
        its.put(SUPERNET, of.get(SUPERNET));
        List<String> differences = JsonTree.differences(its, of);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(file + " has trainings of another study: " + String.join("; ", differences) + ". Give what it had, or leave it out and train anew.");
        }
        Map<String, RankRow> rows = new HashMap<>();
        stored.rows().forEach(row -> rows.put(row.name(), row));
        return rows;
    }

    /** Of many random architectures, the two ends among them, those nearest to equal steps of multiply-adds. */
    static List<Architecture> spread(StagedSpace space, Plan plan) {
        SplittableRandom random = new SplittableRandom(Seeds.of(plan.seed, space.decisions().size()));
        record Priced(Architecture architecture, long macs) {}
        List<Priced> pool = new ArrayList<>();
        Set<Genome> seen = new HashSet<>();
        for (int draw = 0; draw < POOL; draw++) {
            Genome genome = space.canonical(draw == 0 ? space.smallest() : draw == 1 ? space.largest() : space.random(random));
            if (seen.add(genome)) {
                Architecture architecture = space.decode(genome);
                try {
                    long macs = Network.of(architecture).macs();
                    if (plan.mostMacs.isEmpty() || macs <= plan.mostMacs.getAsLong()) {
                        pool.add(new Priced(architecture.named(space.name() + "-" + genome), macs));
                    }
                } catch (IllegalArgumentException e) {
                    // its resolution is too small for its strides
                }
            }
        }
        if (pool.size() < plan.subnets) {
            throw new IllegalArgumentException("space " + space.name() + " has " + pool.size() + " architectures" + (plan.mostMacs.isPresent() ? " of at most "
                    + plan.mostMacs.getAsLong() + " multiply-adds" : "") + " among " + POOL + " random ones; " + plan.subnets + " are wanted");
        }
        long least = pool.stream().mapToLong(Priced::macs).min().orElseThrow();
        long most = pool.stream().mapToLong(Priced::macs).max().orElseThrow();
        List<Architecture> spread = new ArrayList<>();
        for (int i = 0; i < plan.subnets; i++) {
            double wanted = least + (double) (most - least) * i / (plan.subnets - 1);
            Priced nearest = pool.getFirst();
            for (Priced priced : pool) {
                nearest = Math.abs(priced.macs - wanted) < Math.abs(nearest.macs - wanted) ? priced : nearest;
            }
            pool.remove(nearest);
            spread.add(nearest.architecture);
        }
        return spread;
    }

    /**
     * Trains and scores what is not done yet.
     *
     * @throws finch.training.StoppedException if a listener wanted it; the same study goes on from there
     * @throws IOException                     if the file cannot be written, or another process writes it
     */
    public List<RankRow> run(int threads, Listener listener) throws IOException {
        try (TrainingLock _ = TrainingLock.of(file)) {
            return run(StudyFile.open(file, FORMAT, of, RankRow::of), threads, listener);
        }
    }

    private List<RankRow> run(StudyFile<RankRow> table, int threads, Listener listener) throws IOException {
        SubnetScorer scorer = new SubnetScorer(network, data.training(), data.validation(), threads);
        for (int i = 0; i < architectures.size(); i++) {
            Architecture architecture = architectures.get(i);
            Optional<RankRow> known = table.rows().stream().filter(row -> row.name().equals(architecture.name())).findFirst();
            // one for each network: a kill between its row and the end of its checkpoint must not leave that to the next one
            Path checkpoint = file.resolveSibling(file.getFileName() + "." + (i + 1) + ".checkpoint");
            if (known.isPresent()) {
                TrainingLog.forget(checkpoint);
                listener.row(known.get(), OptionalLong.empty());
                continue;
            }
            RankRow alone = trained.containsKey(architecture.name()) ? trained.get(architecture.name())
                    : alone(architecture, checkpoint, threads, listener, i + 1);
            long began = System.nanoTime();
            RankRow row = alone.withScore(score(scorer, architecture));
            long took = System.nanoTime() - began;
            table.add(row);
            TrainingLog.forget(checkpoint);
            listener.row(row, OptionalLong.of(took));
        }
        return table.rows();
    }

    /** Trains an architecture; its score is not known yet. */
    private RankRow alone(Architecture architecture, Path checkpoint, int threads, Listener listener, int number) throws IOException {
        Training training = Training.of(architecture, sampled, recipe.asIs(architecture));
        Training.Outcome outcome = training.run(checkpoint, threads, listener.training(number, architectures.size(), training.network()));
        return new RankRow(architecture.name(), training.network().macs(), training.network().params(), Double.NaN, 100 * outcome.validation().top1(),
                outcome.test().isPresent() ? Optional.of(100 * outcome.test().get().top1()) : Optional.empty());
    }

    private static double score(SubnetScorer scorer, Architecture architecture) {
        try {
            return 100 * scorer.score(architecture).top1();
        } catch (NotInSpaceException e) {
            throw new IllegalStateException(e);
        }
    }
}
