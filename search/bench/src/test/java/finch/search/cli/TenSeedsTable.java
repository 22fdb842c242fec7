package finch.search.cli;

import finch.accuracy.Surrogate;
import finch.latency.DeviceProfile;
import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import finch.space.format.ArchitectureFormat;
import finch.space.format.AtomicFile;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code configs/mobilenetv3-large.yaml} and {@code -small.yaml} find on this machine over ten seeds, beside random
 * search with as many evaluations and beside the exhaustive optimum of a sub-space. The best networks of every front are timed
 * alternately with the reference; the best of all that was timed no slower is written as {@code finch-large.yaml} and
 * {@code finch-small.yaml}:
 *
 * <pre>{@code
 * mvn -q -Ppeers -pl search/bench -am test -Dtest=TenSeedsTable -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 *
 * <p>Everything is kept in {@code search/bench/target/ten-seeds}, tables among them, and what is there is not done again: a
 * command that was stopped is given again. {@code -Dfinch.test.jvmArgs="..."} takes {@code -Dfinch.bench.seeds=N},
 * {@code -Dfinch.bench.profile=FILE} (a profile that {@code finch calibrate -o FILE} made; without one the machine is calibrated
 * first), {@code -Dfinch.bench.set=KEY=VALUE;...} (overrides keys of the configs), {@code -Dfinch.bench.sizes=large},
 * {@code -Dfinch.bench.folder=FOLDER} and {@code -Dfinch.bench.time=none} (a busy machine can search, but not time) or
 * {@code disturbed} (times again what was disturbed). Latencies are predictions but where a timing is spoken of.
 */
class TenSeedsTable {
    private static final Path ROOT = Path.of(System.getProperty("finch.root", "../..")).toAbsolutePath().normalize();
    private static final Path FOLDER = Path.of(System.getProperty("finch.bench.folder", "target/ten-seeds")).toAbsolutePath().normalize();
    private static final SeedTimings.Wanted TIMED = SeedTimings.Wanted.valueOf(System.getProperty("finch.bench.time", "missing").toUpperCase(Locale.ROOT));
    private static final int SEEDS = Integer.getInteger("finch.bench.seeds", 10);
    /** Evaluations of a search in the sub-space that is enumerated. */
    private static final int FEW = 3000;
    /** Networks that are compared with the reference's choices: not much faster than it. */
    private static final double NEAR = 0.8;

    private final Interruption interruption;
    private final EvaluatorServices services;
    private final StringBuilder page = new StringBuilder();
    private SeedRuns runs;
    private DeviceProfile profile;

    TenSeedsTable() {
        Terminal terminal = new Terminal(System.in, System.out, System.err, ROOT, false);
        interruption = Interruption.watch(terminal);
        services = new EvaluatorServices(new Progress(terminal), interruption);
    }

    /** A JVM that ends would wait for it. */
    @AfterEach
    void end() {
        interruption.close();
    }

    /** Without a test framework. */
    public static void main(String[] arguments) throws IOException, NotInSpaceException {
        for (String size : new String[] {"large", "small"}) {
            new TenSeedsTable().networks_found_for_the_latency_of(size);
        }
        // the hook that heeds Ctrl-C waits for nobody
        Runtime.getRuntime().halt(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"large", "small"})
    void networks_found_for_the_latency_of(String size) throws IOException, NotInSpaceException {
        if (!List.of(System.getProperty("finch.bench.sizes", "large,small").split(",")).contains(size)) {
            print("%n%s: left out by -Dfinch.bench.sizes%n", size);
            return;
        }
        Path file = profileFile();
        profile = DeviceProfile.read(file);
        runs = new SeedRuns(ROOT, size, FOLDER.resolve(size), file, System.getProperty("finch.bench.set", ""), services);
        SeedTimings timings = new SeedTimings(runs.folder(), runs.reference(), services, TIMED);
        print("configs/mobilenetv3-%s.yaml%s, %,d evaluations a seed; %s, %s, %d thread; held-out error of the latency model %.1f %%%n%n", size,
                System.getProperty("finch.bench.set", "").isEmpty() ? "" : " with " + System.getProperty("finch.bench.set"), runs.evaluations(),
                profile.device().cpu(), profile.device().kernelSet(), profile.device().threads(), profile.heldOut().mapePercent());
        print("| seed | gain in top-1 over the reference, points, with its 90 %% interval | above zero | timed | predicted | multiply-adds | params | random search's gain |%n");
        print("|---|---|---|---|---|---|---|---|%n");
        List<List<Found>> fronts = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            List<Found> front = runs.front(seed, "nsga2");
            List<Found> random = runs.front(seed, "random", "algorithm={ type: random }");
            if (front.isEmpty()) {
                print("| %d | nothing keeps the bounds | | | | | | %s |%n", seed, gain(random));
                continue;
            }
            fronts.add(front);
            Row row = Row.of(front, timings.of(front));
            rows.add(row);
            print(row, random);
        }
        summary(size, fronts, rows);
        if (!rows.isEmpty()) {
            Row best = rows.stream().max(Comparator.comparing(Row::isSurelyTimed).thenComparing(Row::isNoSlower).thenComparing(r -> r.found().gain().value())).orElseThrow();
            leastKnown(best.found());
            shared(fronts, rows);
            subSpace();
            timedOf(best);
            export(size, best);
        }
        AtomicFile.write(runs.folder().resolve("table.md"), page.toString());
        print("%nKept in %s%n", runs.folder());
    }

    /** One that is kept, so that a table is not begun with one profile and finished with another. */
    private static Path profileFile() throws IOException {
        String named = System.getProperty("finch.bench.profile");
        if (named != null) {
            return Path.of(named).toAbsolutePath();
        }
        Path file = FOLDER.resolve("device-profile.json");
        if (!Files.exists(file)) {
            Files.createDirectories(FOLDER);
            CommandLineRun run = CommandLineRun.of(FOLDER, "calibrate", "-o", file.toString());
            if (run.code() != 0) {
                throw new IllegalStateException(run.err());
            }
        }
        return file;
    }

    private void print(String format, Object... values) {
        String text = String.format(Locale.ROOT, format, values);
        page.append(text);
        System.out.print(text);
    }

    /** What a seed found. @param found the most accurate that was timed no slower, or, if there is none, the most accurate by prediction */
    private record Row(List<Found> front, Found found, Optional<SeedTimings.Timed> timed) {
        static Row of(List<Found> front, Optional<SeedTimings.Timed> timed) {
            return new Row(front, timed.flatMap(t -> t.best(front)).orElse(front.getFirst()), timed);
        }

        boolean isNoSlower() {
            return timed.isPresent() && timed.get().ratio(found) <= 1;
        }

        boolean isSurelyTimed() {
            return isNoSlower() && !timed.get().isDisturbed(found);
        }

        String timing() {
            return timed.map(t -> String.format(Locale.ROOT, "%.3f x%s", t.ratio(found), t.isDisturbed(found) ? ", disturbed" : "")).orElse("not timed");
        }
    }

    private void print(Row row, List<Found> random) {
        Network network = Network.of(row.found().architecture());
        print("| %d | %s | %s | %s | %.3f x | %.0f M | %.2f M | %s |%n", row.found().seed(), row.found().gainText(), row.found().surelyBetter() ? "yes" : "no",
                row.timing(), row.found().ratio(), network.macs() / 1e6, network.params() / 1e6, gain(random));
    }

    private static String gain(List<Found> front) {
        return front.isEmpty() ? "nothing keeps the bounds" : String.format(Locale.ROOT, "%+.2f", front.getFirst().gain().value());
    }

    private void summary(String size, List<List<Found>> fronts, List<Row> rows) {
        print("%n%d of %d seeds found a network that is estimated more accurate than mobilenetv3-%s and was timed no slower; %d of %d intervals of the rows lie above zero.%n",
                rows.stream().filter(r -> r.isNoSlower() && r.found().gain().value() > 0).count(), SEEDS, size,
                rows.stream().filter(r -> r.found().surelyBetter()).count(), SEEDS);
        List<Found> sure = fronts.stream().flatMap(front -> front.stream().filter(Found::surelyBetter).limit(1)).toList();
        print("%d of %d fronts hold a network whose interval lies above zero; the most accurate of each, by prediction: %s.%n", sure.size(), SEEDS,
                sure.isEmpty() ? "none" : sure.stream().map(f -> "seed " + f.seed() + " " + f.gainText()).collect(Collectors.joining(", ")));
    }

    /** The choices whose return to the reference's would narrow the interval of the gain most. */
    private void leastKnown(Found best) throws NotInSpaceException {
        SearchSpace space = runs.space();
        Genome base = space.canonical(space.encode(runs.reference()));
        TreeMap<Double, String> narrower = new TreeMap<>();
        double width = best.gain().high() - best.gain().low();
        for (int d = 0; d < base.length(); d++) {
            if (base.choice(d) != best.genome().choice(d)) {
                Decision decision = space.decisions().get(d);
                String change = decision.name() + " " + decision.choices().get(best.genome().choice(d)) + " for " + decision.choices().get(base.choice(d));
                Surrogate.shipped().difference(space.decode(best.genome().with(d, base.choice(d))), runs.reference())
                        .ifPresent(gain -> narrower.merge(width - (gain.high() - gain.low()), change, (a, b) -> a + ", " + b));
            }
        }
        print("Best: seed %d, front/%d. Least is known of (points by which its interval would be narrower without): %s%n", best.seed(), best.rank(),
                narrower.descendingMap().entrySet().stream().limit(4).map(e -> String.format(Locale.ROOT, "%s (%.2f)", e.getValue(), e.getKey()))
                        .collect(Collectors.joining("; ")));
    }

    /** How often the networks near the reference's latency, on all fronts, chose what; beside the best of each seed and the reference. */
    private void shared(List<List<Found>> fronts, List<Row> rows) throws NotInSpaceException {
        SearchSpace space = runs.space();
        Genome base = space.canonical(space.encode(runs.reference()));
        List<Genome> genomes = fronts.stream().flatMap(List::stream).filter(f -> f.ratio() >= NEAR).map(Found::genome).toList();
        print("%nChoices on the %d fronts, of %d networks with %.1f to 1 times the reference's latency. Beside them the reference's choice, and in how many of the"
                + " best networks of a seed the most frequent choice stands:%n%n", fronts.size(), genomes.size(), NEAR);
        print("| decision | choices on the fronts | of networks where it matters | the reference's | among the best |%n|---|---|---|---|---|%n");
        for (ChoiceShares shares : ChoiceShares.of(space, genomes)) {
            int d = space.decisions().indexOf(shares.decision());
            int most = shares.most();
            print("| %s | %s | %d | %s | %d of %d |%n", shares.decision().name(), shares.text(), shares.total(), shares.decision().choices().get(base.choice(d)),
                    rows.stream().filter(r -> r.found().genome().choice(d) == most).count(), rows.size());
        }
    }

    /** Resolution and the late kernels free, everything else as in the reference: enumerated, then searched. */
    private void subSpace() throws IOException, NotInSpaceException {
        SearchSpace space = runs.space();
        Genome base = space.encode(runs.reference());
        StringBuilder freeze = new StringBuilder();
        for (int d = 0; d < base.length(); d++) {
            String name = space.decisions().get(d).name();
            if (!name.equals("resolution") && !name.matches("stage[456]\\.block\\d\\.kernel")) {
                freeze.append(freeze.isEmpty() ? "" : ", ").append('"').append(name).append("\": \"").append(space.decisions().get(d).choices().get(base.choice(d))).append('"');
            }
        }
        String sub = "space={ base: mobilenetv3, freeze: { \"*gate\": hard-sigmoid, " + freeze + " } }";
        String seeds = "seed-with=[" + runs.reference().name() + "]";
        String few = "stop={ evaluations: " + FEW + " }";
        List<Found> truth = runs.front(1, "sub-exhaustive", sub, seeds, "algorithm={ type: exhaustive }", "stop={ evaluations: 1000000 }");
        double regret = 0;
        double randomRegret = 0;
        int exact = 0;
        int randomExact = 0;
        for (long seed = 1; seed <= SEEDS && !truth.isEmpty(); seed++) {
            Found best = runs.front(seed, "sub-nsga2", sub, seeds, few).getFirst();
            Found random = runs.front(seed, "sub-random", sub, seeds, few, "algorithm={ type: random }").getFirst();
            regret += (truth.getFirst().gain().value() - best.gain().value()) / SEEDS;
            randomRegret += (truth.getFirst().gain().value() - random.gain().value()) / SEEDS;
            exact += best.genome().equals(truth.getFirst().genome()) ? 1 : 0;
            randomExact += random.genome().equals(truth.getFirst().genome()) ? 1 : 0;
        }
        print("%nSub-space of resolution and the kernels of stages 4 to 6, %,d networks: %s%n", runs.config(1, sub, seeds).space().space().size(),
                truth.isEmpty() ? "nothing keeps the bounds" : String.format(Locale.ROOT, "the enumerated optimum gains %s; nsga2 with %,d evaluations finds it in"
                        + " %d of %d seeds and misses it by %.3f points on average, random search in %d by %.3f.", truth.getFirst().gainText(), FEW, exact, SEEDS, regret,
                        randomExact, randomRegret));
    }

    private void timedOf(Row best) {
        if (best.timed().isEmpty()) {
            return;
        }
        print("%n| timed alternately, seed %d | gain | predicted | median ms | 10 %% to 90 %% | over the reference |%n|---|---|---|---|---|---|%n", best.found().seed());
        SeedTimings.Timed timed = best.timed().get();
        for (SeedTimings.Timing t : timed.timings()) {
            Optional<Found> found = best.front().stream().filter(f -> f.rank() == t.rank()).findFirst();
            print("| %s | %s | %s | %.2f | %.2f to %.2f | %.3f x%s |%n", found.map(f -> "front/" + f.rank()).orElse(runs.reference().name()),
                    found.map(Found::gainText).orElse("0"), found.map(f -> String.format(Locale.ROOT, "%.3f x", f.ratio())).orElse("1 x"), t.medianMicros() / 1e3,
                    t.p10Micros() / 1e3, t.p90Micros() / 1e3, t.medianMicros() / timed.reference().medianMicros(), t.disturbed() ? ", disturbed" : "");
        }
    }

    /** Only what was timed no slower and is estimated more accurate: the file's name promises it. */
    private void export(String size, Row best) throws IOException {
        Found found = best.found();
        if (!best.isNoSlower() || found.gain().value() <= 0 || best.timed().orElseThrow().isDisturbed(found)) {
            print("%nfinch-%s.yaml is not written: no network was timed undisturbed, no slower and estimated more accurate.%n", size);
            return;
        }
        SeedTimings.Timed timed = best.timed().get();
        Path file = runs.folder().resolve("finch-" + size + ".yaml");
        String settings = System.getProperty("finch.bench.set", "");
        String head = String.format(Locale.ROOT, """
                # yaml-language-server: $schema=finch-architecture.schema.json
                # Found by Finch: the best of %d seeds of configs/mobilenetv3-%s.yaml%s, %,d evaluations each (seed %d, front/%d).
                # Estimated top-1 under one recipe: %s points (90 %%) over mobilenetv3-%s. An estimate: nobody has trained it.
                # Timed alternately with it on the machine that it was searched for: %.3f times its median, %.2f of %.2f ms (predicted %.3f times);
                # %s, %s, %s thread, calibrated on %s.
                # Made by TenSeedsTable, search/bench/README.md.
                """, SEEDS, size, settings.isEmpty() ? "" : " with " + settings, runs.evaluations(), found.seed(), found.rank(), found.gainText(), size, timed.ratio(found),
                timed.of(found).medianMicros() / 1e3, timed.reference().medianMicros() / 1e3, found.ratio(), profile.device().cpu(), profile.device().kernelSet(),
                profile.device().threads() == 1 ? "one" : Integer.toString(profile.device().threads()), profile.date().substring(0, 10));
        Architecture architecture = found.architecture().named("finch-" + size);
        AtomicFile.write(file, head + ArchitectureFormat.toYaml(architecture));
        if (!ArchitectureFormat.read(file).equals(architecture)) {
            throw new IllegalStateException(file + " reads back as another network");
        }
        print("%nWritten: finch-%s.yaml%n", size);
    }
}
