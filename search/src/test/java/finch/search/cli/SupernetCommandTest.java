package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.training.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A super-network from its space to a search, a ranking and a model. */
class SupernetCommandTest {
    private static final String SPACE = """
            format: finch-space/1
            name: small
            resolution: 8
            channels: 1
            classes: 2
            stem: { out: 8, kernel: 3, stride: 1, activation: relu }
            stages:
              - { depth: [1, 2], out: 8, stride: 2, per-block: { kernel: [3, 5], expand: [1, 2], activation: relu } }
            head: { conv: 16, activation: relu }
            """;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void images_and_a_super_network() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 80; i++) {
            boolean lying = i % 2 == 0;
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            int line = random.nextInt(8);
            for (int p = 0; p < 64; p++) {
                image.getRaster().setSample(p % 8, p / 8, 0, random.nextInt(60) + ((lying ? p / 8 : p % 8) == line ? 150 : 20));
            }
            Path file = Files.createDirectories(folder.resolve("bars").resolve(lying ? "lying" : "standing")).resolve(i + ".png");
            ImageIO.write(image, "png", file.toFile());
        }
        Files.writeString(folder.resolve("space.yaml"), SPACE);
        CommandLineRun run = CommandLineRun.of(folder, "supernet", "space.yaml", "--data", "bars", "--epochs", "2", "--batch", "16", "--augment", "none", "--validation", "0.25",
                "--threads", "1", "-o", "bars.supernet");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("wrote bars.supernet: with shared weights ").contains("of 20 validation images are right for the largest network");
        assertThat(run.err()).contains("20 networks, from ").contains("epoch 2/2").contains("the smallest architecture: validation ");
        assertThat(folder.resolve("bars.supernet.checkpoint")).doesNotExist();
    }

    private static CommandLineRun search(String name, String more) throws IOException {
        Files.writeString(folder.resolve(name + ".yaml"), "schema: 1\nname: " + name + "\n" + more + "objectives: [top1, macs]\nalgorithm: { type: random, batch: 2 }\n"
                + "stop: { evaluations: 4 }\nfront: { measure: false }\nexport: { pick: none }\n");
        return CommandLineRun.of(folder, "search", name + ".yaml", "--threads", "2", "--out", name);
    }

    @Test
    void a_search_scores_with_it_and_its_best_network_can_be_extracted() throws IOException {
        CommandLineRun run = search("good", "space: space.yaml\naccuracy: { type: supernet, model: bars.supernet, data: bars, images: 16 }\n");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Files.readString(folder.resolve("good/manifest.json"))).contains("\"accuracySupernet\"");
        assertThat(Files.readString(folder.resolve("good/config.yaml"))).contains("type: supernet").contains("images: 16");
        // the resolved config stands in another folder and means the same: as a kill after two evaluations would have left it
        String front = Files.readString(folder.resolve("good/front.json"));
        Files.writeString(folder.resolve("good/manifest.json"), Files.readString(folder.resolve("good/manifest.json")).replace("\"finished\"", "\"running\""));
        Files.delete(folder.resolve("good/front.json"));
        Path journal = folder.resolve("good/journal.jsonl");
        Files.write(journal, Files.readAllLines(journal).subList(0, 2));
        CommandLineRun resumed = CommandLineRun.of(folder, "resume", "good");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(Files.readString(folder.resolve("good/front.json"))).isEqualTo(front);
        assertThat(Files.readAllLines(journal)).hasSize(4);
        CommandLineRun report = CommandLineRun.of(folder, "report", "good");
        assertThat(report.code()).as(report.err()).isZero();
        assertThat(Files.readString(folder.resolve("good/report.html"))).contains("are not the accuracy of a network trained alone");

        CommandLineRun extracted = CommandLineRun.of(folder, "supernet-extract", "space.yaml", "bars.supernet", "good:best", "--data", "bars", "--threads", "1", "-o", "best.finch");
        assertThat(extracted.code()).as(extracted.err()).isZero();
        assertThat(ModelFile.read(folder.resolve("best.finch")).labels()).containsExactly("lying", "standing");
    }

    @Test
    void another_space_and_other_images_are_refused_with_what_differs() throws IOException {
        Files.writeString(folder.resolve("other.yaml"), SPACE.replace("kernel: [3, 5]", "kernel: [3, 7]"));
        CommandLineRun space = search("wrong-space", "space: other.yaml\naccuracy: { type: supernet, model: bars.supernet, data: bars }\n");
        assertThat(space.code()).isEqualTo(ExitCode.USAGE);
        assertThat(space.err()).contains("is a super-network of another space than small: stage1.block1.kernel is 3, 5 there and 3, 7 here");
        assertThat(search("no-data", "space: space.yaml\naccuracy: { type: supernet, model: bars.supernet, data: none }\n").err()).contains("accuracy.data: none: there is no such folder");
        CommandLineRun missing = search("no-model", "space: space.yaml\naccuracy: { type: supernet, model: none, data: bars, images: 0 }\n");
        assertThat(missing.code()).isEqualTo(ExitCode.USAGE);
        assertThat(missing.err()).contains("accuracy.model: ").contains("must be a super-network, as finch supernet -o writes it").contains("accuracy.images: ");
    }

    @Test
    void a_ranking_stands_beside_that_of_multiply_adds() {
        CommandLineRun run = CommandLineRun.of(folder, "supernet-rank", "space.yaml", "bars.supernet", "--data", "bars", "--subnets", "3", "--epochs", "1", "--batch", "16", "--augment", "none",
                "--images", "32", "--threads", "1", "-o", "rank.jsonl", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().getFirst().at("/validation/sharedWeights/spearman").isNumber()).isTrue();
        assertThat(run.json().getFirst().at("/validation/macs/low").isNumber()).isTrue();
        CommandLineRun again = CommandLineRun.of(folder, "supernet-rank", "space.yaml", "bars.supernet", "--data", "bars", "--subnets", "3", "--epochs", "1", "--batch", "16", "--augment", "none",
                "--images", "32", "--threads", "1", "-o", "rank.jsonl");
        assertThat(again.err()).contains("(before)").doesNotContain("scored in");
        assertThat(again.out()).contains("with trained alone, validation images: Spearman ");
    }

    /** Its checkpoints are its own: there is no option to name another. */
    @Test
    void a_ranking_names_no_option_that_it_does_not_have() throws IOException {
        Files.writeString(folder.resolve("stale.jsonl.1.checkpoint"), "of another study");
        CommandLineRun run = CommandLineRun.of(folder, "supernet-rank", "space.yaml", "bars.supernet", "--data", "bars", "--subnets", "3", "--epochs", "1", "--batch", "16", "--augment", "none",
                "--images", "32", "--threads", "1", "-o", "stale.jsonl");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("stale.jsonl.1.checkpoint is the checkpoint of another training").contains("delete it or name another file").doesNotContain("--checkpoint");
    }

    @Test
    void a_super_network_that_cannot_be_written_is_not_lost() {
        // too long for the file that it is first written to
        String long245 = "x".repeat(236) + ".supernet";
        String[] train = {"supernet", "space.yaml", "--data", "bars", "--epochs", "1", "--batch", "16", "--augment", "none", "--validation", "0.25", "--threads", "1", "--checkpoint", "kept", "-o", long245};
        CommandLineRun run = CommandLineRun.of(folder, train);
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("What was trained is in kept: when this is mended, the same command writes the super-network at once.");
        train[train.length - 1] = "mended.supernet";
        CommandLineRun mended = CommandLineRun.of(folder, train);
        assertThat(mended.code()).as(mended.err()).isZero();
        assertThat(mended.err()).contains("going on from kept").contains("epoch 1/1").contains("(before)");
        assertThat(folder.resolve("mended.supernet")).exists();
        assertThat(folder.resolve("kept")).doesNotExist();
    }

    /** Images that are scored on make a super-network's figures as those that it was trained on do. */
    @Test
    void other_validation_images_are_refused() throws IOException {
        for (String part : new String[] {"train", "validation"}) {
            for (String label : new String[] {"lying", "standing"}) {
                Path to = Files.createDirectories(folder.resolve("parted").resolve(part).resolve(label));
                try (var files = Files.list(folder.resolve("bars").resolve(label))) {
                    for (Path file : files.sorted().skip(part.equals("train") ? 0 : 30).limit(part.equals("train") ? 30 : 10).toList()) {
                        Files.copy(file, to.resolve(file.getFileName()));
                    }
                }
            }
        }
        CommandLineRun trained = CommandLineRun.of(folder, "supernet", "space.yaml", "--data", "parted", "--epochs", "1", "--batch", "16", "--augment", "none", "--threads", "1", "-o", "parted.supernet");
        assertThat(trained.code()).as(trained.err()).isZero();
        String[] extract = {"supernet-extract", "space.yaml", "parted.supernet", "smallest.yaml", "--data", "parted", "--threads", "1", "-o", "parted.finch"};
        Files.writeString(folder.resolve("smallest.yaml"), """
                format: finch-architecture/1
                resolution: 8
                channels: 1
                classes: 2
                stem: { out: 8, kernel: 3, stride: 1, activation: relu }
                blocks:
                  - { type: inverted-residual, kernel: 3, expanded: 8, out: 8, stride: 2, squeeze: 0, activation: relu }
                head: { conv: 16, activation: relu }
                """);
        CommandLineRun same = CommandLineRun.of(folder, extract);
        assertThat(same.code()).as(same.err()).isZero();
        Path changed;
        try (var files = Files.list(folder.resolve("parted/validation/lying"))) {
            changed = files.sorted().findFirst().orElseThrow();
        }
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), "png", changed.toFile());

        CommandLineRun other = CommandLineRun.of(folder, extract);

        assertThat(other.code()).as(other.err()).isEqualTo(ExitCode.USAGE);
        assertThat(other.err()).contains("parted.supernet was validated on other images than those that parted has for that");
    }
}
