package finch.search.fuzz;

import finch.accuracy.Surrogate;
import finch.latency.DeviceProfile;
import finch.search.report.Report;
import finch.search.report.RunData;
import finch.search.run.FrontPick;
import finch.search.run.Journal;
import finch.search.run.JournalEntry;
import finch.search.run.Manifest;
import finch.search.run.RunFolder;
import finch.space.format.InvalidFileException;
import finch.space.format.References;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Readers of files that Finch writes. */
final class RunParsers {
    private static final Path ROOT = Path.of(System.getProperty("finch.root"));
    private static final Set<Class<? extends Exception>> DOCUMENTED = Set.of(InvalidFileException.class, IllegalArgumentException.class);

    private RunParsers() {}

    static List<Parser> all() throws IOException {
        Path example = ROOT.resolve("runs/example");
        String journal = Files.readString(example.resolve("journal.jsonl"));
        String unchecked = journal.replaceAll(",\"check\":\"[0-9a-f]{8}\"", "");
        // with a checksum nearly every change is found by it; without, as in runs of before, by what the line says
        List<byte[]> lines = Stream.of(unchecked, unchecked, journal).flatMap(text -> Stream.of(text.lines().limit(4), text.lines().skip(60).limit(3)))
                .map(some -> ByteMutations.utf8(String.join("\n", some.toList()) + "\n")).toList();
        List<byte[]> profile = List.of(Files.readAllBytes(example.resolve("device-profile.json")));
        List<byte[]> surrogate = List.of(Files.readAllBytes(ROOT.resolve("evaluator/accuracy/src/main/resources/finch/accuracy/imagenet-surrogate.json")));
        return List.of(
                new Parser("journal", 120, "journal.jsonl", lines, (seed, other, random) -> random.nextInt(3) > 0 ? line(seed, random) : ByteMutations.mutate(seed, other, List.of(), random),
                        (file, folder, random) -> {
                            for (JournalEntry entry : Journal.read(file)) {
                                entry.evaluation().valuesOrEmpty();
                            }
                        }, DOCUMENTED, false),
                parser("device profile", 60, "device.json", profile, (file, folder, random) -> DeviceProfile.read(file).toJson()),
                parser("surrogate", 6, "surrogate.json", surrogate, (file, folder, random) -> {
                    Surrogate read = Surrogate.read(file);
                    read.explain();
                    read.estimate(References.resolve("mobilenetv3-small"));
                }),
                run("manifest", 10, "manifest.json"), run("front", 4, "front.json"), run("config of a run", 6, "config.yaml"),
                run("profile of a run", 3, "device-profile.json"), run("baseline", 4, "baseline.json"));
    }

    private static Parser parser(String name, int share, String place, List<byte[]> seeds, Parser.Reader reader) {
        List<String> words = TextParsers.words(seeds);
        return new Parser(name, share, place, seeds, (seed, other, random) -> random.nextInt(3) > 0 ? TreeMutations.mutate(seed, words, random)
                : ByteMutations.mutate(seed, other, words, random), reader, DOCUMENTED, false);
    }

    /** One damaged file in the folder of a run, of which the report is made. */
    private static Parser run(String name, int share, String file) throws IOException {
        Path example = ROOT.resolve("runs/example");
        return parser(name, share, "run/" + file, List.of(Files.readAllBytes(example.resolve(file))), (damaged, folder, random) -> {
            for (String other : List.of("manifest.json", "front.json", "config.yaml", "journal.jsonl", "device-profile.json", "baseline.json")) {
                if (!other.equals(file) && !Files.exists(folder.resolve(other))) {
                    Files.copy(example.resolve(other), folder.resolve(other));
                }
            }
            RunFolder run = new RunFolder(folder);
            Manifest.read(run).status();
            FrontPick.resolve(folder, "knee");
            RunData.read(run);
            Report.html(run);
        });
    }

    /** A tree's change to one of the lines. */
    private static byte[] line(byte[] seed, java.util.random.RandomGenerator random) {
        List<String> lines = new String(seed, StandardCharsets.UTF_8).lines().toList();
        int changed = random.nextInt(lines.size());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            text.append(i == changed ? new String(TreeMutations.mutate(ByteMutations.utf8(lines.get(i)), List.of(), random), StandardCharsets.UTF_8).strip() : lines.get(i)).append('\n');
        }
        return ByteMutations.utf8(text.toString());
    }

}
