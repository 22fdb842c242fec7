package finch.search.cli;

import finch.accuracy.AccuracyDifference;
import finch.accuracy.Surrogate;
import finch.latency.DeviceProfile;
import finch.latency.LatencyModel;
import finch.latency.Measurement;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.config.ShippedCatalog;
import finch.search.run.FrontPick;
import finch.search.run.RunListener;
import finch.search.run.RunResult;
import finch.search.run.RunStatus;
import finch.search.run.SearchRun;
import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import finch.space.format.ArchitectureFormat;
import finch.space.format.References;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code configs/mobilenetv3-large.yaml} and {@code -small.yaml} find on this machine over ten seeds, beside random
 * search with as many evaluations and beside the exhaustive optimum of a sub-space; the best network is timed alternately
 * with its reference and written to {@code target/finch-large.yaml} and {@code finch-small.yaml}:
 *
 * <pre>{@code
 * mvn -q -Ppeers -pl search/bench -am test -Dtest=TenSeedsTable -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 *
 * <p>{@code -Dfinch.test.jvmArgs="-Dfinch.bench.seeds=N -Dfinch.bench.profile=FILE"} takes other seeds and a profile that
 * {@code finch calibrate -o FILE} made; {@code -Dfinch.bench.set=KEY=VALUE;...} overrides keys of the configs. Without a profile the machine is calibrated first. Latencies are predictions but where a
 * timing is spoken of.
 */
class TenSeedsTable {
    private static final Path ROOT = Path.of(System.getProperty("finch.root", "../.."));
    private static final int SEEDS = Integer.getInteger("finch.bench.seeds", 10);
    /** Evaluations of a search in the sub-space that is enumerated. */
    private static final int FEW = 3000;
    /** Candidates for the best network: of each, so much less of the reference's latency is taken as the last one had. */
    private static final double[] SHARES = {1, 0.97, 0.94, 0.9};
    /** Networks that are compared with the reference's choices: not much faster than it. */
    private static final double NEAR = 0.8;

    @TempDir
    private Path temp;

    private final EvaluatorServices services;
    private final Surrogate surrogate = Surrogate.shipped();
    private LatencyModel model;
    private Path profile;
    private Architecture reference;
    private double referenceMicros;

    TenSeedsTable() {
        Terminal terminal = new Terminal(System.in, System.out, System.err, ROOT.toAbsolutePath(), false);
        services = new EvaluatorServices(new Progress(terminal), Interruption.watch(terminal));
    }

    /** A network of a front. */
    private record Found(long seed, int rank, Genome genome, Architecture architecture, AccuracyDifference gain, double ratio) {
        boolean surelyBetter() {
            return gain.low() > 0;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"large", "small"})
    void networks_found_for_the_latency_of(String size) throws IOException, NotInSpaceException {
        String named = System.getProperty("finch.bench.profile");
        profile = named != null ? Path.of(named).toAbsolutePath() : calibrated();
        model = DeviceProfile.read(profile).model();
        reference = References.resolve("mobilenetv3-" + size);
        referenceMicros = model.estimate(Network.of(reference)).micros();
        String config = Files.readString(ROOT.resolve("configs/mobilenetv3-" + size + ".yaml"));
        SearchSpace space = config(config, 1).space().space();
        System.out.printf(Locale.ROOT, "%nconfigs/mobilenetv3-%s.yaml, %d evaluations a seed; held-out error of the latency model %.1f %%%n%n", size,
                evaluations(config), DeviceProfile.read(profile).heldOut().mapePercent());
        System.out.println("| seed | gain in top-1 over the reference, points, with its 90 % interval | above zero | latency | multiply-adds | params | random search's gain |");
        System.out.println("|---|---|---|---|---|---|---|");
        List<List<Found>> fronts = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            List<Found> front = front(config, seed, "nsga2");
            List<Found> random = front(config, seed, "random", "algorithm={ type: random }");
            fronts.add(front);
            row(front.getFirst(), random.getFirst());
        }
        Found best = fronts.stream().map(List::getFirst).max((a, b) -> Double.compare(a.gain().value(), b.gain().value())).orElseThrow();
        System.out.printf(Locale.ROOT, "%n%d of %d intervals lie above zero. Best: seed %d.%n", fronts.stream().filter(f -> f.getFirst().surelyBetter()).count(),
                fronts.size(), best.seed());
        leastKnown(space, best);
        shared(space, fronts);
        subSpace(config, space);
        Found timed = timed(fronts.get((int) best.seed() - 1));
        export(size, timed);
    }

    private Path calibrated() throws IOException {
        Path file = temp.resolve("device.json");
        CommandLineRun run = CommandLineRun.of(temp, "calibrate", "-o", file.toString());
        if (run.code() != 0) {
            throw new IllegalStateException(run.err());
        }
        return file;
    }

    private SearchConfig config(String text, long seed, String... more) {
        List<String> overrides = new ArrayList<>(List.of("seed=" + seed, "device.profile=" + profile, "front.measure=false", "export.pick=none",
                "stop={ evaluations: " + evaluations(text) + " }"));
        Stream.of(System.getProperty("finch.bench.set", "").split(";")).filter(override -> !override.isBlank()).forEach(overrides::add);
        overrides.addAll(List.of(more));
        return ConfigReader.parse("config", text, ROOT.resolve("configs"), overrides, new ShippedCatalog());
    }

    /** As many as the config says, without its limit on time, so that a busy machine does not end a search earlier. */
    private static int evaluations(String text) {
        return Integer.parseInt(text.replaceAll("(?s).*\\bevaluations: (\\d+).*", "$1"));
    }

    private List<Found> front(String text, long seed, String kind, String... more) throws IOException, NotInSpaceException {
        SearchConfig config = config(text, seed, more);
        Path folder = temp.resolve(kind + "-" + reference.name() + "-" + seed);
        RunResult result = SearchRun.start(config, folder, 1, services, RunListener.SILENT, () -> false);
        if (result.status() != RunStatus.FINISHED) {
            throw new IllegalStateException(result.message());
        }
        List<Found> front = new ArrayList<>();
        for (int rank = 1; rank <= result.frontSize(); rank++) {
            Architecture architecture = FrontPick.resolve(folder, "front/" + rank);
            SearchSpace space = config.space().space();
            front.add(new Found(seed, rank, space.canonical(space.encode(architecture)), architecture,
                    surrogate.difference(architecture, reference).orElseThrow(),
                    model.estimate(Network.of(architecture)).micros() / referenceMicros));
        }
        return front;
    }

    private static void row(Found best, Found random) {
        Network network = Network.of(best.architecture());
        System.out.printf(Locale.ROOT, "| %d | %s | %s | %.3f x | %.0f M | %.2f M | %.2f |%n", best.seed(), interval(best.gain()), best.surelyBetter() ? "yes" : "no",
                best.ratio(), network.macs() / 1e6, network.params() / 1e6, random.gain().value());
    }

    private static String interval(AccuracyDifference gain) {
        return String.format(Locale.ROOT, "%+.2f [%+.2f, %+.2f]", gain.value(), gain.low(), gain.high());
    }

    /** The choices whose return to the reference's would narrow the interval of the gain most. */
    private void leastKnown(SearchSpace space, Found best) throws NotInSpaceException {
        Genome base = space.canonical(space.encode(reference));
        TreeMap<Double, String> narrower = new TreeMap<>();
        double width = best.gain().high() - best.gain().low();
        for (int d = 0; d < base.length(); d++) {
            if (base.choice(d) != best.genome().choice(d)) {
                Decision decision = space.decisions().get(d);
                String change = decision.name() + " " + decision.choices().get(best.genome().choice(d)) + " for " + decision.choices().get(base.choice(d));
                surrogate.difference(space.decode(best.genome().with(d, base.choice(d))), reference)
                        .ifPresent(gain -> narrower.merge(width - (gain.high() - gain.low()), change, (a, b) -> a + ", " + b));
            }
        }
        System.out.printf(Locale.ROOT, "Least is known of (points by which the interval would be narrower without): %s%n", narrower.descendingMap().entrySet().stream()
                .limit(4).map(e -> String.format(Locale.ROOT, "%s (%.2f)", e.getValue(), e.getKey())).collect(Collectors.joining("; ")));
    }

    /** How often the networks near the reference's latency, on all fronts, chose what. */
    private static void shared(SearchSpace space, List<List<Found>> fronts) {
        List<Genome> genomes = fronts.stream().flatMap(List::stream).filter(f -> f.ratio() >= NEAR).map(Found::genome).toList();
        System.out.printf(Locale.ROOT, "%nChoices on the %d fronts, of %d networks with %.1f to 1 times the reference's latency; those that nine of ten share:%n%n",
                fronts.size(), genomes.size(), NEAR);
        System.out.println("| decision | choice | share | of networks where it matters |");
        System.out.println("|---|---|---|---|");
        for (int d = 0; d < space.decisions().size(); d++) {
            Decision decision = space.decisions().get(d);
            int[] counts = new int[decision.size()];
            for (Genome genome : genomes) {
                if (decision.size() > 1 && matters(space, genome, d)) {
                    counts[genome.choice(d)]++;
                }
            }
            int total = IntStream.of(counts).sum();
            int most = IntStream.range(0, counts.length).reduce((a, b) -> counts[b] > counts[a] ? b : a).orElseThrow();
            if (total > genomes.size() / 10 && counts[most] >= 0.9 * total) {
                System.out.printf(Locale.ROOT, "| %s | %s | %.0f %% | %d |%n", decision.name(), decision.choices().get(most), 100.0 * counts[most] / total, total);
            }
        }
    }

    /** Whether another choice would be another network. */
    private static boolean matters(SearchSpace space, Genome genome, int decision) {
        return IntStream.range(0, space.decisions().get(decision).size()).filter(c -> c != genome.choice(decision))
                .anyMatch(c -> !space.canonical(genome.with(decision, c)).equals(genome));
    }

    /** Resolution and the late kernels free, everything else as in the reference: enumerated, then searched. */
    private void subSpace(String config, SearchSpace space) throws IOException, NotInSpaceException {
        Genome base = space.encode(reference);
        StringBuilder freeze = new StringBuilder();
        for (int d = 0; d < base.length(); d++) {
            String name = space.decisions().get(d).name();
            if (!name.equals("resolution") && !name.matches("stage[456]\\.block\\d\\.kernel")) {
                freeze.append(freeze.isEmpty() ? "" : ", ").append('"').append(name).append("\": \"").append(space.decisions().get(d).choices().get(base.choice(d))).append('"');
            }
        }
        String sub = "space={ base: mobilenetv3, freeze: { \"*gate\": hard-sigmoid, " + freeze + " } }";
        String seeds = "seed-with=[" + reference.name() + "]";
        Found optimum = front(config, 1, "exhaustive", sub, seeds, "algorithm={ type: exhaustive }", "stop={ evaluations: 1000000 }").getFirst();
        double regret = 0;
        int exact = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Found best = front(config, seed, "sub", sub, seeds, "stop={ evaluations: " + FEW + " }").getFirst();
            regret += (optimum.gain().value() - best.gain().value()) / SEEDS;
            exact += best.genome().equals(optimum.genome()) ? 1 : 0;
        }
        System.out.printf(Locale.ROOT, "%nSub-space of resolution and the kernels of stages 4 to 6, %s networks: the enumerated optimum gains %s; nsga2 with %d evaluations"
                + " finds it in %d of %d seeds and misses it by %.3f points on average.%n", config(config, 1, sub, seeds).space().space().size(),
                interval(optimum.gain()), FEW, exact, SEEDS, regret);
    }

    /** The most accurate of some networks of a front that is timed no slower than the reference, or the fastest. */
    private Found timed(List<Found> front) {
        List<Found> some = new ArrayList<>();
        for (double share : SHARES) {
            front.stream().filter(f -> f.ratio() <= share).findFirst().filter(f -> !some.contains(f)).ifPresent(some::add);
        }
        List<Architecture> networks = new ArrayList<>(List.of(reference));
        some.forEach(found -> networks.add(found.architecture()));
        List<Measurement> timings = services.time(networks, SearchConfig.Device.DEFAULT, 30);
        System.out.println("\n| timed alternately | predicted | median ms | 10 % to 90 % | over the reference | disturbed |\n|---|---|---|---|---|---|");
        double own = timings.getFirst().medianMicros();
        for (int i = 0; i < timings.size(); i++) {
            Measurement t = timings.get(i);
            System.out.printf(Locale.ROOT, "| %s | %s | %.2f | %.2f to %.2f | %.3f x | %s |%n", i == 0 ? reference.name() : interval(some.get(i - 1).gain()) + " points",
                    i == 0 ? "1 x" : String.format(Locale.ROOT, "%.3f x", some.get(i - 1).ratio()), t.medianMicros() / 1e3, t.p10Micros() / 1e3, t.p90Micros() / 1e3,
                    t.medianMicros() / own, t.disturbed() ? "yes" : "no");
        }
        return IntStream.range(0, some.size()).filter(i -> timings.get(i + 1).medianMicros() <= own).mapToObj(some::get).findFirst().orElse(some.getLast());
    }

    private void export(String size, Found found) throws IOException {
        Path file = Path.of("target", "finch-" + size + ".yaml").toAbsolutePath();
        String head = String.format(Locale.ROOT, "# Found by configs/mobilenetv3-%s.yaml, seed %d, front/%d: estimated %s points of top-1 more than%n"
                + "# mobilenetv3-%s under the same recipe, at %.3f times its predicted latency.%n", size, found.seed(), found.rank(), interval(found.gain()), size, found.ratio());
        Files.createDirectories(file.getParent());
        Files.writeString(file, head + ArchitectureFormat.toYaml(found.architecture().named("finch-" + size)), StandardCharsets.UTF_8);
        System.out.println("\nWritten: " + file);
    }
}
