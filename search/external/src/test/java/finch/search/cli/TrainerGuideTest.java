package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The guide to bringing a trainer, followed. */
class TrainerGuideTest {
    private static final Path GUIDE = Path.of(System.getProperty("finch.root"), "evaluator/accuracy/README.md");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private static String block(String language) throws IOException {
        Matcher block = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$").matcher(Files.readString(GUIDE));
        assertThat(block.find()).as(language).isTrue();
        return block.group(1);
    }

    private String finch(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), folder, false);
        assertThat(Finch.execute(terminal, args)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void its_trainer_answers_by_hand_and_in_a_search() throws Exception {
        String python = Programs.python("python3-torch and python3-torchvision", "torch", "torchvision").toString();
        Files.writeString(folder.resolve("net.py"), finch("export", "mobilenetv3-small", "--format", "pytorch"));
        Files.writeString(folder.resolve("train.py"), block("python"));
        Files.writeString(folder.resolve("trained.yaml"), block("yaml"));

        Files.writeString(folder.resolve("request.json"), "{\"id\": \"0\", \"seed\": 1, \"fidelity\": 1, \"architecture\": "
                + finch("export", "mobilenetv3-small@0.35/32", "--format", "json").strip() + "}\n");
        Programs.Answer byHand = Programs.run(folder, "sh", "-c", "'" + python + "' train.py < request.json");
        assertThat(byHand.code()).as(byHand.output()).isZero();
        JsonNode answer = JSON.readTree(byHand.output().lines().toList().getLast());
        assertThat(answer.path("top1").asDouble(-1)).isBetween(0.0, 100.0);

        finch("search", "trained.yaml", "--set", "accuracy.run=[" + python + ", train.py]", "--set", "stop.evaluations=3", "--set", "accuracy.retries=0",
                "--set", "algorithm.type=random");
        List<JsonNode> journal = Files.readAllLines(folder.resolve("runs/trained/journal.jsonl")).stream().map(JSON::readTree).toList();
        assertThat(journal).hasSize(3).allSatisfy(entry -> {
            assertThat(entry.path("outcome").asString()).as(entry.toString()).isEqualTo("measured");
            assertThat(entry.at("/objectives/top1/high").asDouble()).isGreaterThan(entry.at("/objectives/top1/low").asDouble());
        });
        try (Stream<Path> candidates = Files.list(folder.resolve("runs/trained/candidates"))) {
            assertThat(candidates).allMatch(candidate -> Files.exists(candidate.resolve("weights.pt")));
        }
        assertThat(folder.resolve("runs/trained/trainer.log")).content().contains("epoch 0: loss");
    }
}
