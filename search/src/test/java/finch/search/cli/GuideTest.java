package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.format.SpaceFormat;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code search/TRAINING.md} tells people to type is typed here, with few images, epochs and seeds. */
class GuideTest {
    private static final Path GUIDE = Documents.ROOT.resolve("search/TRAINING.md");
    private static final Pattern FILE = Pattern.compile("`(my-[a-z]+\\.yaml)`");

    @TempDir
    private Path folder;

    private void images() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 72; i++) {
            boolean lying = i % 2 == 0;
            BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
            int line = random.nextInt(16);
            for (int p = 0; p < 256; p++) {
                image.getRaster().setSample(p % 16, p / 16, 0, random.nextInt(60) + ((lying ? p / 16 : p % 16) == line ? 150 : 20));
            }
            Path file = Files.createDirectories(folder.resolve("my-images").resolve(i < 56 ? "train" : "test").resolve(lying ? "lying" : "standing")).resolve(i + ".png");
            ImageIO.write(image, "png", file.toFile());
        }
    }

    /** Each file is the first text block after its name. */
    private List<String> files() throws IOException {
        List<String> written = new ArrayList<>();
        String text = Files.readString(GUIDE);
        for (Documents.Block block : Documents.blocks()) {
            if (block.file().equals(GUIDE) && block.language().equals("text")) {
                String before = text.lines().limit(block.line() - 1).reduce("", (a, b) -> a + "\n" + b);
                Matcher names = FILE.matcher(before);
                String name = names.results().map(r -> r.group(1)).filter(n -> !written.contains(n)).findFirst().orElseThrow();
                written.add(name);
                Files.writeString(folder.resolve(name), block.text());
            }
        }
        return written;
    }

    /** Fewer epochs, seeds and evaluations, a profile that is made here, and batches that so few images fill. */
    private static List<String> small(List<String> given) {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            boolean epochs = i > 0 && given.get(i - 1).equals("--epochs");
            boolean subnets = i > 0 && given.get(i - 1).equals("--subnets");
            arguments.add(epochs ? "1" : subnets ? "4" : given.get(i));
        }
        switch (given.getFirst()) {
            case "train", "supernet-rank" -> arguments.addAll(List.of("--batch", "16"));
            case "reproduce" -> arguments.addAll(List.of("--batch", "16", "--seeds", "1", "--images", "32"));
            case "search" -> {
                for (String key : List.of("accuracy.train.recipe.epochs=1", "accuracy.train.recipe.batch=16", "finals.recipe.epochs=1", "finals.recipe.batch=16", "finals.seeds=1",
                        "finals.candidates=1", "stop.evaluations=8", "algorithm={ type: random, batch: 4 }", "front.runs=3", "device.profile=profile.json")) {
                    arguments.addAll(List.of("--set", key));
                }
            }
            default -> { }
        }
        return arguments;
    }

    @Test
    void the_guide_leads_from_images_to_exported_networks() throws IOException {
        images();
        assertThat(files()).containsExactly("my-space.yaml", "my-way.yaml", "my-baseline.yaml");
        SmallCalibration.write(folder.resolve("profile.json"), SpaceFormat.read(folder.resolve("my-space.yaml")));
        List<String> done = new ArrayList<>();
        for (Documents.Command command : Documents.commands()) {
            // the last chapter's are of data sets that a machine may not have
            if (command.file().equals(GUIDE) && command.arguments().stream().noneMatch(a -> a.startsWith("configs/"))) {
                CommandLineRun run = CommandLineRun.of(folder, small(command.arguments()).toArray(String[]::new));
                assertThat(run.code()).as(command + "\n" + run.err()).isZero();
                done.add(command.arguments().getFirst());
            }
        }
        assertThat(done).containsExactly("train", "evaluate", "classify", "search", "report", "supernet-rank", "report", "reproduce");
        assertThat(Files.readString(folder.resolve("runs/my-way/report.html"))).contains("The final comparison").contains("id=\"rank-chart\"");
        try (var exports = Files.list(folder.resolve("runs/my-way/export"))) {
            assertThat(exports.map(f -> f.getFileName().toString().replaceAll(".*\\.", "")).toList()).containsExactlyInAnyOrder("finch", "onnx");
        }
    }
}
