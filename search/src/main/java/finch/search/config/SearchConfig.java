package finch.search.config;

import finch.space.SearchSpace;
import finch.space.format.SourceReader;
import finch.space.format.SpaceFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Everything that decides what a search does. Defaults stand here and beside each accuracy, in {@code DEFAULT}s; a config can be
 * built in code as well as read ({@link ConfigReader}).
 *
 * @param objectives  at least one, no duplicates; the first one names the {@code best} network
 * @param constraints kept in the order of their quantities, whatever order they are given in
 * @param stop        when the search ends
 * @param seedWith    networks put into the initial population and marked in the front
 * @param finals      trainings of the best after the search
 * @param overrides   {@code key=value} pairs that were applied to the file, for the record
 */
public record SearchConfig(String name, long seed, SpaceChoice space, Device device, Accuracy accuracy,
                           List<Objective> objectives, List<Bound> constraints, Algorithm algorithm, StoppingRule stop,
                           List<SeedNetwork> seedWith, FrontTiming front, Optional<FinalTrainings> finals, Export export, List<String> overrides) {
    /** Version of the format that this code reads and writes. */
    public static final int SCHEMA = 1;
    public static final long DEFAULT_SEED = 1;
    public static final List<Objective> DEFAULT_OBJECTIVES = List.of(Objective.TOP1, Objective.LATENCY);
    public static final StoppingRule DEFAULT_STOP = new StoppingRule.AnyOf(List.of(new StoppingRule.Evaluations(2000)));

    public SearchConfig {
        Objects.requireNonNull(name);
        if (!name.matches(ConfigKeys.NAME_PATTERN)) {
            throw new IllegalArgumentException("name " + name + " must be letters, digits, dots and dashes: it names the run folder");
        }
        Objects.requireNonNull(space);
        Objects.requireNonNull(device);
        Objects.requireNonNull(accuracy);
        objectives = List.copyOf(objectives);
        if (objectives.isEmpty() || new HashSet<>(objectives).size() != objectives.size()) {
            throw new IllegalArgumentException("objectives must be one or more different ones, not " + objectives);
        }
        // one order, since violations are journalled in it and a resumed run reads the config again
        constraints = constraints.stream().sorted(Comparator.comparing(Bound::quantity).thenComparing(Bound::side)).toList();
        Objects.requireNonNull(algorithm);
        Compatibility.ofAlgorithm(algorithm, objectives, space.space()).or(() -> Compatibility.ofLadder(algorithm, accuracy)).ifPresent(problem -> {
            throw new IllegalArgumentException("algorithm: " + problem);
        });
        Compatibility.ofObjectives(objectives, accuracy).ifPresent(problem -> {
            throw new IllegalArgumentException("objectives: " + problem);
        });
        Compatibility.ofBounds(constraints.stream().map(Bound::quantity).toList(), accuracy).ifPresent(problem -> {
            throw new IllegalArgumentException("constraints: " + problem);
        });
        Objects.requireNonNull(stop);
        seedWith = List.copyOf(seedWith);
        Objects.requireNonNull(front);
        Objects.requireNonNull(finals);
        Objects.requireNonNull(export);
        overrides = List.copyOf(overrides);
    }

    /** What is optimised if nothing else is said. */
    static List<Objective> defaultObjectives(Accuracy accuracy) {
        return List.of(accuracy.tells(), Objective.LATENCY);
    }

    /** When a search of this kind ends if nothing else is said. */
    static StoppingRule defaultStop(Algorithm algorithm) {
        boolean endsByItself = algorithm instanceof Algorithm.Exhaustive || algorithm instanceof Algorithm.NetAdapt
                || algorithm instanceof Algorithm.Pipeline;
        return endsByItself ? new StoppingRule.AnyOf(List.of(new StoppingRule.Evaluations(Algorithm.Exhaustive.MOST))) : DEFAULT_STOP;
    }

    /** Whether a quantity is optimised or bounded. */
    public boolean uses(Objective quantity) {
        return objectives.contains(quantity) || constraints.stream().anyMatch(b -> b.quantity() == quantity);
    }

    /** Whether an accuracy is used that may take long to get: who trains or needs a time limit is asked for no network needlessly. */
    public boolean asksDearAccuracies() {
        return asksAccuracies() && accuracy.isDear();
    }

    /** Whether the accuracy estimator is asked at all. */
    public boolean asksAccuracies() {
        return uses(Objective.TOP1) || uses(Objective.SCORE);
    }

    /** The networks that the algorithm's settings name, whose estimates it asks for. */
    public List<NetworkReference> algorithmNetworks() {
        return networks(algorithm).toList();
    }

    private static Stream<NetworkReference> networks(Algorithm algorithm) {
        return switch (algorithm) {
            case Algorithm.Scalarized s -> relative(s.reward().target());
            case Algorithm.NetAdapt n -> Stream.concat(n.from().stream(), relative(n.target()));
            case Algorithm.Pipeline p -> p.stages().stream().flatMap(s -> networks(s.algorithm()));
            default -> Stream.empty();
        };
    }

    private static Stream<NetworkReference> relative(Bound.Limit limit) {
        return limit instanceof Bound.Limit.Relative r ? Stream.of(r.network()) : Stream.empty();
    }

    /**
     * The files that space and networks come from, each once: those that the space's base leads to, then architecture files.
     *
     * @throws IOException if the file of a space cannot be read any more
     */
    public List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        if (space.source() instanceof SpaceChoice.Source.Inline inline) {
            files.addAll(SpaceFormat.files(SourceReader.parse("space", inline.yaml())));
        }
        Stream<Bound.Limit> targets = (stop instanceof StoppingRule.AnyOf any ? any.rules() : List.of(stop)).stream()
                .flatMap(rule -> rule instanceof StoppingRule.Target target ? target.limits().values().stream() : Stream.empty());
        Stream.of(seedWith.stream().map(SeedNetwork::network), Stream.concat(constraints.stream().map(Bound::limit), targets).flatMap(SearchConfig::relative),
                networks(algorithm), finals.stream().flatMap(f -> f.baselines().stream())).flatMap(networks -> networks).map(NetworkReference::spec)
                .filter(spec -> spec.matches(".*\\.(yaml|yml|json)")).map(Path::of).filter(Files::isRegularFile).forEach(files::add);
        return files.stream().distinct().toList();
    }

    /** Whether the algorithm comes from beyond an upper bound, so that all must be known of networks that miss one. */
    public boolean comesFromOutside() {
        return algorithm instanceof Algorithm.NetAdapt
                || algorithm instanceof Algorithm.Pipeline p && p.stages().stream().anyMatch(s -> s.algorithm() instanceof Algorithm.NetAdapt);
    }

    /** This search under another seed. */
    public SearchConfig withSeed(long newSeed) {
        return new SearchConfig(name, newSeed, space, device, accuracy, objectives, constraints, algorithm, stop, seedWith,
                front, finals, export, overrides);
    }

    /** This search on another device. */
    public SearchConfig withDevice(Device newDevice) {
        return new SearchConfig(name, seed, space, newDevice, accuracy, objectives, constraints, algorithm, stop, seedWith,
                front, finals, export, overrides);
    }

    /** This search with a super-network that is not there yet in its run folder, where the config names no other place. */
    public SearchConfig in(Path folder) {
        return new SearchConfig(name, seed, space, device, in(accuracy, folder), objectives, constraints, algorithm, stop, seedWith, front, finals, export, overrides);
    }

    private static Accuracy in(Accuracy accuracy, Path folder) {
        return switch (accuracy) {
            case Accuracy.Supernet s -> new Accuracy.Supernet(folder.resolve(s.model()).toAbsolutePath().normalize(), s.data(), s.images(), s.train(), s.timeLimit());
            case LadderAccuracy l -> new LadderAccuracy(l.rungs().stream().map(rung -> new LadderAccuracy.Rung(in(rung.accuracy(), folder), rung.share())).toList());
            default -> accuracy;
        };
    }

    /** The super-networks that accuracies come from. */
    public List<Accuracy.Supernet> supernets() {
        List<Accuracy> all = accuracy instanceof LadderAccuracy ladder ? ladder.rungs().stream().map(LadderAccuracy.Rung::accuracy).toList() : List.of(accuracy);
        return all.stream().filter(Accuracy.Supernet.class::isInstance).map(Accuracy.Supernet.class::cast).toList();
    }

    /**
     * The space and how the resolved config writes it.
     *
     * @param source a shipped space's name, or a space file's content as YAML, so that a run folder needs no other file
     */
    public record SpaceChoice(SearchSpace space, Source source) {
        public SpaceChoice {
            Objects.requireNonNull(space);
            Objects.requireNonNull(source);
        }

        /** Where a space comes from. */
        public sealed interface Source {
            /** A shipped space. */
            record Named(String name) implements Source {}

            /** @param yaml the space's own file format, a block mapping */
            record Inline(String yaml) implements Source {}
        }
    }

    /**
     * The machine that latencies are of.
     *
     * @param runtime           {@code finch} or {@code onnxruntime}
     * @param threads           threads of one inference
     * @param profile           a device profile to use instead of this machine's own
     * @param calibrationBudget time for calibrating when the machine has no profile yet
     */
    public record Device(String runtime, int threads, Optional<Path> profile, Duration calibrationBudget) {
        public static final Device DEFAULT = new Device("finch", 1, Optional.empty(), Duration.ofSeconds(45));

        public Device {
            Objects.requireNonNull(runtime);
            Objects.requireNonNull(profile);
            Objects.requireNonNull(calibrationBudget);
        }
    }

    /** How candidates are proposed. */
    public sealed interface Algorithm {
        Algorithm DEFAULT = Nsga2.DEFAULT;

        /**
         * NSGA-II (Deb et al. 2002).
         *
         * @param population  parents kept
         * @param offspring   proposed each generation
         * @param crossover   probability that a child has two parents
         * @param mutation    expected number of genes reset in a child
         * @param seedMutants share of the initial population made by mutating the {@code seed-with} networks
         */
        record Nsga2(int population, int offspring, double crossover, double mutation, double seedMutants) implements Algorithm {
            public static final Nsga2 DEFAULT = new Nsga2(40, 20, 0.9, 1.5, 0.5);
        }

        /**
         * NSGA-III (Deb and Jain 2014).
         *
         * @param divisions of each axis between reference directions; empty for the most that the population can fill
         */
        record Nsga3(Nsga2 breeding, OptionalInt divisions) implements Algorithm {}

        /**
         * Regularized evolution (Real et al. 2019): the best of a sample is mutated, the oldest die.
         *
         * @param sample   drawn from the population for each child
         * @param batch    children proposed at a time, from one population
         * @param mutation expected number of genes reset in a child, one at least
         * @param inFlight evaluations that are going on at once, a child for each that ends; empty for batches. A batch only counts generations then
         */
        record RegularizedEvolution(int population, int sample, int batch, double mutation, OptionalInt inFlight) implements Algorithm {
            public static final RegularizedEvolution DEFAULT = new RegularizedEvolution(100, 25, 10, 1);

            /** In batches. */
            public RegularizedEvolution(int population, int sample, int batch, double mutation) {
                this(population, sample, batch, mutation, OptionalInt.empty());
            }

            public RegularizedEvolution {
                if (sample < 1 || sample > population) {
                    throw new IllegalArgumentException("sample must be from 1 to the population, which is " + population + ", not " + sample);
                }
            }
        }

        /** A genetic search for the largest reward. @param breeding as in NSGA-II, with the reward in place of ranks */
        record Scalarized(Reward reward, Nsga2 breeding) implements Algorithm {}

        /**
         * A model of the evaluations so far proposes the next ones; for evaluations that cost much.
         *
         * @param initial  drawn at random before the first fit
         * @param batch    proposed by one fit
         * @param pool     genomes that each fit chooses from where the space is large
         * @param inFlight evaluations that are going on at once, a fit whenever what the last one proposed has begun; empty for batches
         */
        record Surrogate(int initial, int batch, int pool, OptionalInt inFlight) implements Algorithm {
            public static final Surrogate DEFAULT = new Surrogate(20, 10, 2000);

            /** In batches. */
            public Surrogate(int initial, int batch, int pool) {
                this(initial, batch, pool, OptionalInt.empty());
            }
        }

        /** Every architecture of a space of at most {@link #MOST}, in order. @param batch candidates proposed at a time */
        record Exhaustive(int batch) implements Algorithm {
            public static final Exhaustive DEFAULT = new Exhaustive(1000);
            public static final int MOST = 1_000_000;
        }

        /** Uniform random sampling without repeats, the baseline. @param batch candidates proposed at a time */
        record Random(int batch) implements Algorithm {
            public static final Random DEFAULT = new Random(50);
        }

        /**
         * NetAdapt as in MobileNetV3 (Howard et al. 2019, section 4.2): one network is shrunk step by step until it costs
         * no more than the target.
         *
         * @param from     where it starts; empty in a pipeline, where it goes on from what the stage before found
         * @param cost     what is brought down; anything but {@code top1}
         * @param target   what the network may cost in the end
         * @param step     what each step saves at least, as a share of the first network's cost
         * @param headroom in a pipeline: it starts from a network that costs more than so many times the target
         */
        record NetAdapt(Optional<NetworkReference> from, Objective cost, Bound.Limit target, double step, double headroom) implements Algorithm {
            public static final double DEFAULT_STEP = 0.01;
            public static final double DEFAULT_HEADROOM = 1;

            public NetAdapt {
                Objects.requireNonNull(from);
                Objects.requireNonNull(target);
                if (cost.ofAccuracy()) {
                    throw new IllegalArgumentException("netadapt brings a cost down, not top1");
                }
                if (!(step > 0 && step < 1)) {
                    throw new IllegalArgumentException("step must be between 0 and 1, not " + step);
                }
                if (!(headroom >= 1) || Double.isInfinite(headroom)) {
                    throw new IllegalArgumentException("headroom must be at least 1, not " + headroom);
                }
            }
        }

        /** One algorithm after another, in one journal; what an earlier one evaluated is known to the later ones. */
        record Pipeline(List<Stage> stages) implements Algorithm {
            public Pipeline {
                stages = List.copyOf(stages);
                if (stages.isEmpty() || stages.getFirst().algorithm() instanceof NetAdapt n && n.from().isEmpty()) {
                    throw new IllegalArgumentException("a pipeline begins with a network or a search for one");
                }
                if (stages.stream().anyMatch(s -> s.algorithm() instanceof Pipeline)) {
                    throw new IllegalArgumentException("a pipeline within a pipeline");
                }
            }

            /** @param evaluations new ones after which the next stage begins; empty for an algorithm that ends by itself */
            public record Stage(Algorithm algorithm, OptionalLong evaluations) {}
        }
    }

    /**
     * A network in the initial population.
     *
     * @param required whether a network outside the space is an error; otherwise it is left out with a warning
     */
    public record SeedNetwork(NetworkReference network, boolean required) {}

    /**
     * The timing of the front after the search, alternately with the {@code seed-with} networks.
     *
     * @param measure whether it is done
     * @param top     members timed at most: the best, the knee, those nearest in latency to the references, then between these
     * @param runs    timed runs of each network
     */
    public record FrontTiming(boolean measure, int top, int runs) {
        public static final FrontTiming DEFAULT = new FrontTiming(true, 4, 30);
    }

    /**
     * What is exported at the end.
     *
     * @param pick       {@code best}, {@code knee}, {@code front/N} or {@code none}
     * @param weightSeed seed of the untrained weights
     */
    public record Export(String pick, long weightSeed) {
        public static final Export DEFAULT = new Export("best", 1);
    }
}
