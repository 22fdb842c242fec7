package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.training.TrainingLock;
import finch.training.ablation.Ablation;
import finch.training.ablation.Ablations;
import finch.space.network.Network;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What papers say of parts of networks, tried on a handful of images. */
class ReproduceTrainingCommandTest {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void a_handful_of_images() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 40; i++) {
            boolean lying = i % 2 == 0;
            BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
            int line = random.nextInt(16);
            for (int p = 0; p < 256; p++) {
                image.getRaster().setSample(p % 16, p / 16, 0, random.nextInt(60) + ((lying ? p / 16 : p % 16) == line ? 150 : 20));
            }
            ImageIO.write(image, "png", Files.createDirectories(folder.resolve("bars").resolve(lying ? "lying" : "standing")).resolve(i + ".png").toFile());
        }
    }

    private static CommandLineRun run(String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of("reproduce", "training"));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--data", "bars", "--epochs", "1", "--batch", "8", "--validation", "0.25", "--augment", "none", "--threads", "1"));
        return CommandLineRun.of(folder, arguments.toArray(String[]::new));
    }

    @Test
    void parts_are_compared_with_the_spread_of_seeds_and_nothing_is_trained_twice() {
        CommandLineRun first = run("shortcut", "hard-swish", "--seeds", "2", "--json", "-o", "parts.jsonl");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.json()).hasSize(2);
        JsonNode shortcut = first.json().getFirst();
        assertThat(shortcut.path("part").asString()).isEqualTo("shortcut");
        assertThat(shortcut.at("/with/values").size()).isEqualTo(2);
        assertThat(shortcut.at("/with/macs").asLong()).isEqualTo(shortcut.at("/without/macs").asLong());
        assertThat(shortcut.path("difference").asDouble()).isEqualTo(shortcut.at("/with/top1").asDouble() - shortcut.at("/without/top1").asDouble());
        // the network with shortcuts and ReLU is of both parts
        assertThat(first.err()).contains("training 6 of 6: ").doesNotContain("(before)");

        CommandLineRun again = run("shortcut", "hard-swish", "--seeds", "2", "-o", "parts.jsonl");
        assertThat(again.err().lines().filter(l -> l.endsWith("(before)"))).hasSize(6);
        assertThat(again.out()).contains("than the spread of the seeds, ").contains("Accuracies are of validation images, means of 2 seeds.");
        // what was done for one part counts for another, and a further seed is added
        CommandLineRun more = run("squeeze-excite", "--seeds", "3", "-o", "parts.jsonl");
        assertThat(more.err().lines().filter(l -> l.endsWith("(before)"))).hasSize(2);
    }

    @Test
    void mistakes_are_told() throws IOException {
        assertThat(run("shortcuts").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("shortcuts").err()).contains("shortcuts: there is no such part. Maybe you meant shortcut.");
        assertThat(run("shortcut", "--seeds", "0").code()).isEqualTo(ExitCode.USAGE);
        Files.writeString(folder.resolve("other.jsonl"), "{\"format\":\"finch-ablation/1\",\"of\":{\"data\":\"others\"}}\n");
        assertThat(run("shortcut", "-o", "other.jsonl").err()).contains("other.jsonl is of another study: data is others there and bars here");
    }

    /** Each writes the whole file, so that one would lose what the other found. */
    @Test
    void two_at_a_time_do_not_write_one_file() throws IOException {
        Path file = folder.resolve("shared.jsonl");
        try (TrainingLock _ = TrainingLock.of(file)) {
            CommandLineRun second = run("shortcut", "--seeds", "1", "-o", "shared.jsonl");
            assertThat(second.code()).isNotZero();
            assertThat(second.err()).contains("shared.jsonl is in use: another Finch trains and writes it.");
            assertThat(file).doesNotExist();
        }
        assertThat(run("shortcut", "--seeds", "1", "-o", "shared.jsonl").code()).isZero();
    }

    /** Only the part that is tried may differ. */
    @Test
    void arms_differ_in_their_part_alone() {
        for (Ablation ablation : Ablations.all()) {
            Network with = Network.of(ablation.with());
            Network without = Network.of(ablation.without());
            switch (ablation.name()) {
                case "separable-small", "separable-tutorial" -> assertThat(with.macs()).isLessThan(without.macs() / 2);
                case "squeeze-excite" -> assertThat(with.params()).isGreaterThan(without.params());
                default -> {
                    assertThat(with.macs()).as(ablation.name()).isEqualTo(without.macs());
                    assertThat(with.params()).as(ablation.name()).isEqualTo(without.params());
                }
            }
        }
    }

    @Test
    void the_tutorial_form_is_the_one_for_28_pixels() {
        Ablation tutorial = Ablations.all().stream().filter(a -> a.name().equals("separable-tutorial")).findFirst().orElseThrow();
        assertThat(tutorial.with().blocks()).extracting(block -> block.out() + (block.stride().isOne() ? "" : " s2"))
                .containsExactly("64", "128 s2", "128", "256 s2", "256", "512 s2", "512", "512", "512", "512", "512");
    }
}
