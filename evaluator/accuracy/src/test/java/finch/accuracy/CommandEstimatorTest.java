package finch.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.References;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the mock trainer, a script for {@code /bin/sh}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the mock trainer is a shell script")
class CommandEstimatorTest {
    private static final Architecture SMALL = References.resolve("mobilenetv3-small");
    private static final Duration LONG = Duration.ofMinutes(30);

    @TempDir
    private Path folder;

    private CommandEstimator trainer(String mode, Duration timeout, int retries, int parallel, Map<String, String> more) throws IOException {
        return new CommandEstimator(settings(folder, mode, timeout, retries, parallel, more));
    }

    private static TrainerSettings settings(Path folder, String mode, Duration timeout, int retries, int parallel, Map<String, String> more)
            throws IOException {
        Path script = folder.resolve("mock-trainer.sh");
        try (InputStream in = CommandEstimatorTest.class.getResourceAsStream("mock-trainer.sh")) {
            Files.write(script, in.readAllBytes());
        }
        Map<String, String> environment = new HashMap<>(more);
        environment.put("MOCK", mode);
        return new TrainerSettings(List.of("sh", script.toString()), environment, timeout, retries, parallel, "toys", 7, folder);
    }

    private Path candidate(Architecture a) {
        return folder.resolve("candidates").resolve(CommandEstimator.id(a));
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("trainer.log"));
    }

    @Test
    void a_trainer_is_asked_with_one_line_and_its_answer_becomes_the_estimate() throws IOException {
        AccuracyEstimate.Known known = (AccuracyEstimate.Known) trainer("good", LONG, 0, 1, Map.of()).estimate(SMALL);

        assertThat(known.top1()).isBetween(70.0, 80.0);
        assertThat(known.high() - known.low()).isBetween(0.65, 0.67);
        assertThat(known.dataset()).isEqualTo("toys");
        String request = Files.readString(candidate(SMALL).resolve("request.json"));
        assertThat(request.lines()).hasSize(1);
        assertThat(request).startsWith("{\"id\":\"" + CommandEstimator.id(SMALL) + "\",\"seed\":7,\"fidelity\":1.0,\"architecture\":{");
        String architecture = request.substring(request.indexOf("\"architecture\":") + 15, request.length() - 2);
        assertThat(ArchitectureFormat.parse("request", architecture)).isEqualTo(SMALL.anonymous());
        assertThat(Files.readString(candidate(SMALL).resolve("answer.json"))).contains("weights.bin", "loss");
        assertThat(log()).contains(CommandEstimator.id(SMALL) + " epoch 1 of " + CommandEstimator.id(SMALL));
    }

    @ParameterizedTest
    @CsvSource({"crash, ended with exit code 3; its last lines: epoch 1 of ID | out of memory", "killed, was killed by signal 9",
        "lie, answered top1 170", "nan, printed no JSON", "other, answered for id", "nothing, printed nothing", "chatter, printed 2 lines",
        "unknown-key, unknown key \"topl\"", "text, printed no JSON but \"top1: 70\"", "endless, printed more than", "good-but-fails, exit code 1"})
    void what_went_wrong_is_told_with_the_last_lines(String mode, String message) throws IOException {
        CommandEstimator trainer = trainer(mode, LONG, 0, 1, Map.of());

        assertThatExceptionOfType(EstimateFailedException.class).isThrownBy(() -> trainer.estimate(SMALL))
                .withMessageContaining(message.replace("ID", CommandEstimator.id(SMALL))).withMessageContaining("epoch 1")
                .matches(e -> e.getMessage().lines().count() == 1);
        assertThat(candidate(SMALL).resolve("answer.json")).doesNotExist();
    }

    @Test
    void a_trainer_that_hangs_is_killed_with_its_children() throws Exception {
        CommandEstimator trainer = trainer("hang-with-child", Duration.ofSeconds(2), 0, 1, Map.of());

        assertThatExceptionOfType(EstimateFailedException.class).isThrownBy(() -> trainer.estimate(SMALL)).withMessageContaining("took longer than PT2S");
        assertDies(candidate(SMALL).resolve("child"));
    }

    @Test
    void what_a_trainer_leaves_behind_is_killed_and_does_not_hold_up_the_answer() throws Exception {
        assertThat(trainer("leave-child", LONG, 0, 1, Map.of()).estimate(SMALL)).isInstanceOf(AccuracyEstimate.Known.class);
        assertDies(candidate(SMALL).resolve("child"));
    }

    @Test
    void a_failed_attempt_is_repeated_as_often_as_allowed() throws IOException {
        assertThat(trainer("flaky", LONG, 1, 1, Map.of()).estimate(SMALL)).isInstanceOf(AccuracyEstimate.Known.class);
        assertThat(log()).contains("attempt 1 of 2", "failed: it ended with exit code 3", "attempt 2 of 2");
    }

    @Test
    void an_answered_candidate_is_not_trained_again_unless_the_seed_differs() throws IOException {
        AccuracyEstimate first = trainer("good", LONG, 0, 1, Map.of()).estimate(SMALL);

        assertThat(trainer("crash", LONG, 0, 1, Map.of()).estimate(SMALL)).isEqualTo(first);
        TrainerSettings s = settings(folder, "crash", LONG, 0, 1, Map.of());
        CommandEstimator other = new CommandEstimator(new TrainerSettings(s.command(), s.environment(), s.timeout(), 0, 1, "toys", 8, folder));
        assertThatExceptionOfType(EstimateFailedException.class).isThrownBy(() -> other.estimate(SMALL));
    }

    @Test
    void no_more_trainers_run_at_once_than_allowed() throws Exception {
        Path trace = folder.resolve("trace");
        CommandEstimator trainer = trainer("slow", LONG, 0, 2, Map.of("MOCK_TRACE", trace.toString()));
        List<Thread> threads = IntStream.range(1, 7).mapToObj(i -> Thread.ofVirtual().start(() ->
                trainer.estimate(SMALL.withClasses(10 * i)))).toList();
        for (Thread thread : threads) {
            thread.join();
        }

        int running = 0;
        int most = 0;
        for (String line : Files.readAllLines(trace)) {
            running += line.startsWith("+") ? 1 : -1;
            most = Math.max(most, running);
        }
        assertThat(Files.readAllLines(trace)).hasSize(12);
        assertThat(most).isEqualTo(2);
    }

    @Test
    void a_missing_program_is_refused_at_once() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CommandEstimator(new TrainerSettings(List.of("no-such-program"), Map.of(), LONG, 0,
                1, "toys", 7, folder))).withMessageContaining("no-such-program");
    }

    /** Estimates with a hanging trainer until it is killed. */
    static final class Parent {
        public static void main(String[] args) throws IOException {
            new CommandEstimator(settings(Path.of(args[0]), "hang-with-child", LONG, 0, 1, Map.of())).estimate(SMALL);
        }
    }

    @Test
    void children_die_with_a_parent_that_is_killed() throws Exception {
        Process parent = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Parent.class.getName(), folder.toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("parent.log").toFile()).start();
        Path child = candidate(SMALL).resolve("child");
        while (!Files.exists(child) || Files.readString(child).isBlank()) {
            assertThat(parent.isAlive()).as("%s", Files.readString(folder.resolve("parent.log"))).isTrue();
            Thread.sleep(20);
        }
        parent.destroyForcibly().waitFor();
        assertDies(child);
    }

    private static void assertDies(Path pid) throws IOException, InterruptedException {
        long number = Long.parseLong(Files.readString(pid).strip());
        // an orphan that nobody has waited for yet is as dead as one that is gone
        for (int i = 0; i < 500 && ProcessHandle.of(number).filter(p -> p.isAlive() && !isZombie(number)).isPresent(); i++) {
            Thread.sleep(20);
        }
        assertThat(ProcessHandle.of(number).filter(p -> p.isAlive() && !isZombie(number))).as("process %d", number).isEmpty();
    }

    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return false;
        }
    }
}
