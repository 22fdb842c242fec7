package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Makes a folder with a file of each format that Finch writes, and with what its commands said of them. It takes a fresh folder: what was stored once stays as it is. */
final class StoredFiles {
    static final String RUN = "run";

    private static final String ARCHITECTURE = """
            format: finch-architecture/1
            name: stored
            resolution: 8
            channels: 1
            classes: 2
            padding: tensorflow
            stem: { out: 8, kernel: 3, stride: 1, activation: hard-swish }
            blocks:
              - { type: inverted-residual, kernel: 3, expanded: 16, out: 8, stride: 1, squeeze: 8, activation: relu, gate: sigmoid }
              - { type: fused-inverted-residual, kernel: 3, expanded: 16, out: 12, stride: [1, 2], activation: swish }
              - { type: depthwise-separable, kernel: [5, 3], out: 16, stride: 2, squeeze: 4, activation: relu6 }
              - { type: conv, kernel: 1, out: 16, stride: 1, activation: relu }
            head: { conv: 24, hidden: 16, activation: hard-swish }
            """;
    private static final String SPACE = """
            format: finch-space/1
            name: stored
            description: few networks, for a run and a surrogate
            resolution: [64, 96]
            width: [0.5, 1]
            classes: 10
            stem: { out: 16, kernel: 3, stride: 2, activation: hard-swish }
            stages:
              - { depth: [1, 2], out: 24, stride: 2, per-block: { kernel: [3, 5], expand: [2, 4], activation: relu } }
              - { depth: 1, out: 40, stride: 2, per-block: { kernel: [3, 5], expand: 3, squeeze: [none, 0.25 of expanded], activation: hard-swish } }
            head: { conv: 96, activation: hard-swish }
            """;
    private static final String ELASTIC = """
            format: finch-space/1
            name: elastic
            resolution: 8
            channels: 1
            classes: 2
            stem: { out: 8, kernel: 3, stride: 1, activation: relu }
            stages:
              - { depth: [1, 2], out: 8, stride: 2, per-block: { kernel: [3, 5], expand: [1, 2], activation: relu } }
            head: { conv: 16, activation: relu }
            """;
    private static final String PART = """
            format: finch-architecture/1
            resolution: 8
            channels: 1
            classes: 2
            stem: { out: 8, kernel: 3, stride: 1, activation: relu }
            blocks:
              - { type: inverted-residual, kernel: 5, expanded: 16, out: 8, stride: 2, squeeze: 0, activation: relu }
            head: { conv: 16, activation: relu }
            """;
    private static final String RECIPE = """
            format: finch-recipe/1
            epochs: 30
            batch: 8
            optimizer: sgd
            learning-rate: 0.05
            warm-up: 0
            augment: [pad-crop: 1]
            validation: 0.25
            seed: 3
            """;
    private static final String SEARCH = """
            schema: 1
            name: stored
            seed: 3
            space: space.yaml
            device: { profile: device-profile.json }
            accuracy: { type: surrogate, file: surrogate.json }
            objectives: [top1, latency, params]
            constraints:
              macs: { at-most: 9 M }
            algorithm: { type: nsga2, population: 12, offspring: 6 }
            stop: { evaluations: 60 }
            front: { measure: false }
            export: { pick: none }
            """;

    private final Path folder;

    StoredFiles(Path folder) {
        this.folder = folder;
    }

    /** Commands whose output is stored, by the name it is stored under. They write nothing but into {@code out}. */
    static Map<String, String[]> told(String out) {
        Map<String, String[]> commands = new LinkedHashMap<>();
        commands.put("show-yaml", new String[] {"show", "architecture.yaml", "--json"});
        commands.put("show-json", new String[] {"show", "architecture.json", "--json"});
        commands.put("show-model", new String[] {"show", "bars.finch", "--json"});
        commands.put("show-onnx", new String[] {"show", "bars.onnx", "--json"});
        commands.put("show-run", new String[] {"show", RUN + ":knee", "--json"});
        commands.put("show-space", new String[] {"show-space", "space.yaml", "--json"});
        commands.put("classify-model", new String[] {"classify", "bars.finch", "bars/lying/0.png", "bars/standing/1.png", "--json"});
        commands.put("classify-onnx", new String[] {"classify", "bars.onnx", "bars/lying/0.png", "bars/standing/1.png", "--json"});
        commands.put("evaluate-model", new String[] {"evaluate", "bars.finch", "--data", "bars", "--part", "training", "--json"});
        commands.put("classify-part", new String[] {"classify", out + "/part.finch", "bars/lying/0.png", "--json"});
        commands.put("estimate", new String[] {"estimate", "mobilenetv3-small", "mobilenetv2@0.5", "--device", "device-profile.json", "--json"});
        return commands;
    }

    /** What comes before {@code classify-part}. */
    static String[] extract(String out) {
        return new String[] {"supernet-extract", "elastic.yaml", "bars.supernet", "part.yaml", "--data", "bars", "-o", out + "/part.finch"};
    }

    void make(Path profile, Path out) throws IOException {
        Files.createDirectories(folder);
        images();
        write("architecture.yaml", ARCHITECTURE);
        write("space.yaml", SPACE);
        write("elastic.yaml", ELASTIC);
        write("part.yaml", PART);
        write("recipe.yaml", RECIPE);
        write("search.yaml", SEARCH);
        write("table.csv", table());
        Files.copy(profile, folder.resolve("device-profile.json"));
        run("export", "architecture.yaml", "--format", "json", "-o", "architecture.json");
        run("fit", "table.csv", "--space", "space.yaml", "--dataset", "made up", "-o", "surrogate.json");
        run("train", "architecture.yaml", "--data", "bars", "--recipe", "recipe.yaml", "-o", "bars.finch");
        run("export", "bars.finch", "--format", "onnx", "-o", "bars.onnx");
        run("supernet", "elastic.yaml", "--data", "bars", "--recipe", "recipe.yaml", "-o", "bars.supernet");
        run("search", "search.yaml", "--out", RUN);
        Files.delete(folder.resolve(RUN).resolve("report.html"));
        Files.deleteIfExists(folder.resolve(RUN).resolve(".lock"));
        movable(folder.resolve(RUN));
        run(extract(out.toString()));
        for (Map.Entry<String, String[]> command : told(out.toString()).entrySet()) {
            Files.writeString(Files.createDirectories(folder.resolve("told")).resolve(command.getKey() + ".json"), run(command.getValue()));
        }
    }

    /** A run names its surrogate by the whole path, which is another on the next machine; relative paths are read too. */
    private void movable(Path run) throws IOException {
        Path config = run.resolve("config.yaml");
        Path manifest = run.resolve("manifest.json");
        String before = Files.readString(config);
        String after = before.replace(folder.toString(), "..");
        assertThat(after).contains("\"../surrogate.json\"");
        Files.writeString(config, after);
        Files.writeString(manifest, Files.readString(manifest).replace(folder.toString(), "..").replace(sha256(before), sha256(after)));
        assertThat(Files.readString(manifest)).contains(sha256(after));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String run(String... arguments) {
        CommandLineRun run = CommandLineRun.of(folder, arguments);
        assertThat(run.code()).as("%s: %s", String.join(" ", arguments), run.err()).isZero();
        return run.out();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    /** Each genome of the space, those of silent genes once, with an accuracy that grows with what is chosen. */
    private static String table() {
        StringBuilder table = new StringBuilder("genome,top1\n");
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 120; i++) {
            int[] genes = random.ints(9, 0, 2).toArray();
            double top1 = 60 + 2 * genes[0] + 3 * genes[1] + genes[2] + 0.3 * genes[3] + 0.5 * genes[4] + random.nextDouble(0.2);
            StringBuilder genome = new StringBuilder();
            for (int gene : genes) {
                genome.append(gene);
            }
            table.append(genome).append(',').append(Math.round(top1 * 100) / 100.0).append('\n');
        }
        return table.toString();
    }

    /** Noisy grey images of a bar. */
    private void images() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 24; i++) {
            boolean lying = i % 2 == 0;
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            int line = random.nextInt(8);
            for (int p = 0; p < 64; p++) {
                image.getRaster().setSample(p % 8, p / 8, 0, random.nextInt(60) + ((lying ? p / 8 : p % 8) == line ? 150 : 20));
            }
            Path file = Files.createDirectories(folder.resolve("bars").resolve(lying ? "lying" : "standing")).resolve(i + ".png");
            ImageIO.write(image, "png", file.toFile());
        }
    }
}
