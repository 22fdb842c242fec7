package finch.search.fuzz;

import finch.accuracy.AccuracyTable;
import finch.search.config.ConfigReader;
import finch.search.config.ShippedCatalog;
import finch.search.config.SearchConfig;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.InvalidFileException;
import finch.space.format.SpaceFormat;
import finch.space.format.TextFile;
import finch.space.format.TimmFormat;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import finch.training.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Readers of files that people write. */
final class TextParsers {
    private static final Path ROOT = Path.of(System.getProperty("finch.root"));
    private static final Set<Class<? extends Exception>> DOCUMENTED = Set.of(InvalidFileException.class);

    private TextParsers() {}

    static List<Parser> all() throws IOException {
        List<byte[]> architectures = seeds("configs/architectures");
        Architecture small = ArchitectureFormat.read(ROOT.resolve("configs/architectures/mobilenetv3-small.yaml"));
        List<byte[]> timm = List.of(ByteMutations.utf8(TimmFormat.write(small)));
        List<byte[]> json = List.of(ByteMutations.utf8(ArchitectureFormat.toJson(small)), architectures.getFirst());
        List<byte[]> spaces = new ArrayList<>(seeds("configs/spaces"));
        spaces.add(ByteMutations.utf8("base: once-for-all\nfreeze: { \"stage*.kernel\": [3, 5] }\n"));
        return List.of(
                parser("architecture", 100, "architecture.yaml", architectures, (file, folder, random) -> network(ArchitectureFormat.read(file))),
                parser("architecture in JSON", 60, "architecture.json", json, (file, folder, random) -> network(ArchitectureFormat.read(file))),
                parser("timm", 70, "timm.txt", timm, (file, folder, random) -> network(TimmFormat.parse(file.toString(), Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)))),
                parser("space", 90, "space.yaml", spaces, (file, folder, random) -> {
                    StagedSpace space = SpaceFormat.read(file);
                    if (space.size().signum() > 0) {
                        network(space.decode(space.random(random)));
                    }
                }),
                parser("config", 100, "config.yaml", configs(), (file, folder, random) -> {
                    SearchConfig config = ConfigReader.read(file, List.of(), new ShippedCatalog());
                    config.space().space().size();
                }),
                parser("recipe", 70, "recipe.yaml", seeds("configs/recipes"), (file, folder, random) -> RecipeReader.parse(file.toString(), TextFile.read(file), Map.of())),
                parser("accuracy table", 80, "table.csv", tables(small), (file, folder, random) -> AccuracyTable.read(file, Optional.of(SpaceFormat.named("nas-bench-macro")))
                        .observations("recipe")));
    }

    private static void network(Architecture architecture) {
        try {
            Network network = Network.of(architecture);
            network.macs();
            network.peakActivationBytes();
        } catch (IllegalArgumentException e) {
            if (e.getClass() != IllegalArgumentException.class || e.getMessage() == null) {
                throw e;
            }
        }
    }

    private static Parser parser(String name, int share, String place, List<byte[]> seeds, Parser.Reader reader) {
        List<String> words = words(seeds);
        boolean trees = !name.equals("timm") && !name.equals("accuracy table");
        return new Parser(name, share, place, seeds, (seed, other, random) -> trees && random.nextBoolean() ? TreeMutations.mutate(seed, words, random)
                : ByteMutations.mutate(seed, other, words, random), reader, DOCUMENTED, trees);
    }

    /** What stands in the seeds, to be put elsewhere. */
    static List<String> words(List<byte[]> seeds) {
        Pattern word = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*:?");
        return seeds.stream().flatMap(seed -> word.matcher(new String(seed, java.nio.charset.StandardCharsets.UTF_8)).results().map(MatchResult::group)).distinct().limit(3000).toList();
    }

    private static List<byte[]> seeds(String folder) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
        return seeds;
    }

    private static List<byte[]> configs() throws IOException {
        List<byte[]> seeds = new ArrayList<>(seeds("configs"));
        seeds.add(ByteMutations.utf8("""
                schema: 1
                name: all
                seed: 7
                space: { base: mobilenetv3-small, freeze: { "stage1.*": 0 } }
                device: { runtime: finch, threads: 2, calibration-budget: PT10S }
                accuracy: { type: surrogate, timeout: PT5S }
                objectives: [top1, latency, macs]
                constraints:
                  latency: { at-most: 1.0 x mobilenetv3-small, bound-on: value }
                  macs: { at-most: 60 M }
                  params: { at-most: 3 M }
                algorithm: { type: nsga2, population: 40 }
                stop: { evaluations: 900, wall-clock: PT1H, stagnation: 20, failed-share: 0.5 }
                seed-with: [mobilenetv3-small, { network: mobilenetv2, if-outside: skip }]
                front: { measure: false, top: 3, runs: 30 }
                export: { pick: knee, weight-seed: 4 }
                """));
        return seeds;
    }

    private static List<byte[]> tables(Architecture small) {
        return Stream.of("architecture,top1,std,recipe\nmobilenetv3-small,67.4,0.1,a\nmobilenetv2@0.5/160,\"61.0\",,\"b, c\"\n",
                "genome,mean_acc\n22212220,92.5\n2.0.1.2.0.1.2.0,91\n",
                "{\"22212220\": {\"mean_acc\": 92.5, \"std\": 0.1}, \"00000000\": 80}\n",
                "{\"genome\": \"22212220\", \"top1\": 92.5, \"std\": 0.1}\n{\"architecture\": \"mobilenetv2\", \"top1\": 71.9, \"recipe\": \"a\"}\n",
                "{\"architecture\": " + ArchitectureFormat.toJson(small) + ", \"top1\": 67.4}\n",
                "ks,e,d,r,imagenet_top1\n\"[" + "3, ".repeat(19) + "5]\",\"[" + "4, ".repeat(19) + "6]\",\"[2, 3, 4, 2, 3]\",[192],75.1\n").map(ByteMutations::utf8).toList();
    }
}
