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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        "no-signal, ended with exit code 255",
        "coloured, ended with exit code 4; its last lines: epoch 1 of ID | \\u001b[31mloss   nan\\u0007", "unknown-key, unknown key \"topl\"", "text, printed no JSON but \"top1: 70\"", "endless, printed more than", "good-but-fails, exit code 1"})
    void what_went_wrong_is_told_with_the_last_lines(String mode, String message) throws IOException {
        CommandEstimator trainer = trainer(mode, LONG, 0, 1, Map.of());

        assertThatExceptionOfType(EstimateFailedException.class).isThrownBy(() -> trainer.estimate(SMALL))
                .withMessageContaining(message.replace("ID", CommandEstimator.id(SMALL))).withMessageContaining("epoch 1")
                .matches(e -> e.getMessage().lines().count() == 1);
        assertThat(candidate(SMALL).resolve("answer.json")).doesNotExist();
    }

    @Test
    void a_trainer_that_hangs_is_killed_with_its_children() throws Exception {
        Path child = candidate(SMALL).resolve("child");
        // a busy machine may take longer to come to the child
        for (Duration limit = Duration.ofSeconds(1); !Files.exists(child); limit = limit.multipliedBy(2)) {
            assertThat(limit).isLessThan(Duration.ofMinutes(1));
            CommandEstimator trainer = trainer("hang-with-child", limit, 0, 1, Map.of());

            assertThatExceptionOfType(EstimateFailedException.class).isThrownBy(() -> trainer.estimate(SMALL)).withMessageContaining("took longer than " + limit);
        }
        assertDies(child);
    }

    @Test
    void what_a_trainer_leaves_behind_is_killed_and_does_not_hold_up_the_answer() throws Exception {
        assertThat(trainer("leave-child", LONG, 0, 1, Map.of()).estimate(SMALL)).isInstanceOf(AccuracyEstimate.Known.class);
        assertDies(candidate(SMALL).resolve("child"));
    }

    @Test
    void metrics_and_artefact_of_an_answered_candidate_are_told() throws IOException {
        CommandEstimator trainer = trainer("good", LONG, 0, 1, Map.of());
        assertThat(trainer.trained(SMALL)).isEmpty();
        trainer.estimate(SMALL);
        String candidate = "candidates/" + CommandEstimator.id(SMALL);

        assertThat(trainer.trained(SMALL.named("another name"))).contains(new TrainedCandidate(candidate, Map.of("loss", 1.5), Optional.of(candidate + "/weights.bin")));
        Path answer = candidate(SMALL).resolve("answer.json");
        Files.writeString(answer, "{\"top1\": 70, \"artefact\": \"/models/w.bin\"}\n");
        assertThat(trainer.trained(SMALL)).contains(new TrainedCandidate(candidate, Map.of(), Optional.of("/models/w.bin")));
        Files.writeString(answer, "{\"top1\": 70}\n");
        assertThat(trainer.trained(SMALL)).contains(new TrainedCandidate(candidate, Map.of(), Optional.empty()));
        Files.writeString(answer, "{\"top");
        assertThat(trainer.trained(SMALL)).isEmpty();
    }

    @Test
    void a_failed_attempt_is_repeated_as_often_as_allowed() throws IOException {
        assertThat(trainer("flaky", LONG, 1, 1, Map.of()).estimate(SMALL)).isInstanceOf(AccuracyEstimate.Known.class);
        assertThat(log()).contains("attempt 1 of 2", "failed: it ended with exit code 3", "attempt 2 of 2");
    }

    @Test
    void a_folder_that_cannot_be_written_says_nothing_of_the_network() throws IOException {
        CommandEstimator trainer = trainer("good", LONG, 0, 1, Map.of());
        Files.writeString(folder.resolve("candidates"), "a file where a folder should be");

        assertThatExceptionOfType(EstimateUnwritableException.class).isThrownBy(() -> trainer.estimate(SMALL)).withMessageContaining("cannot be written").withMessageContaining("go on");

        Files.delete(folder.resolve("candidates"));
        assertThat(trainer.estimate(SMALL)).isInstanceOf(AccuracyEstimate.Known.class);
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
        CommandEstimator trainer = trainer("together", Duration.ofMinutes(1), 0, 2, Map.of("MOCK_TRACE", trace.toString()));
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
    void the_longest_time_limit_is_no_time_at_all_to_overflow() throws IOException {
        assertThat(trainer("good", Duration.ofSeconds(Long.MAX_VALUE), 0, 1, Map.of()).estimate(SMALL)).isInstanceOf(AccuracyEstimate.Known.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-program", "./trainer.sh", "some/trainer.sh", "/", "/no/such/program"})
    void a_missing_program_is_refused_at_once(String program) {
        assertThatIllegalArgumentException().isThrownBy(() -> new CommandEstimator(new TrainerSettings(List.of(program), Map.of(), LONG, 0,
                1, "toys", 7, folder))).withMessage("accuracy.run: there is no program " + program + ". Give its full path, or install it.");
    }

    @Test
    void a_program_named_relative_to_the_working_directory_is_refused_since_trainers_work_elsewhere() throws IOException {
        Path here = Files.createTempDirectory(Path.of("").toAbsolutePath(), "trainer-");
        Path program = here.resolve("trainer.sh");
        try {
            Files.writeString(program, "#!/bin/sh\necho '{\"top1\": 70}'\n");
            assertThat(program.toFile().setExecutable(true)).isTrue();
            Path relative = Path.of("").toAbsolutePath().relativize(program);

            assertThat(new CommandEstimator(settings(program)).estimate(SMALL)).isInstanceOf(AccuracyEstimate.Known.class);
            assertThatIllegalArgumentException().isThrownBy(() -> new CommandEstimator(settings(relative))).withMessageContaining("Give its full path");
        } finally {
            Files.deleteIfExists(program);
            Files.delete(here);
        }
    }

    private TrainerSettings settings(Path program) {
        return new TrainerSettings(List.of(program.toString()), Map.of(), LONG, 0, 1, "toys", 7, folder);
    }

    /** Estimates until it is killed; where it ends in good order, the outcome is waited for and told in a file. */
    static final class Parent {
        /** @param args folder, what the trainer does, its PATH */
        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            CountDownLatch told = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    told.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            String outcome;
            try {
                outcome = new CommandEstimator(settings(folder, args[1], Duration.ofMinutes(2), 1, 1, Map.of("PATH", args[2]))).estimate(SMALL)
                        .getClass().getSimpleName();
            } catch (RuntimeException e) {
                outcome = e.getClass().getSimpleName();
            }
            Files.writeString(folder.resolve("outcome"), outcome);
            told.countDown();
        }
    }

    private Process parent(String mode, String path, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Parent.class.getName(), folder.toString(), mode, path));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("parent.log").toFile()).start();
    }

    /** Waits until the trainer's child runs. @return the file with its number */
    private Path child(Process parent) throws IOException, InterruptedException {
        Path child = candidate(SMALL).resolve("child");
        while (!Files.exists(child) || Files.readString(child).isBlank()) {
            assertThat(parent.isAlive()).as("%s", Files.readString(folder.resolve("parent.log"))).isTrue();
            Thread.sleep(20);
        }
        return child;
    }

    @Test
    void children_die_with_a_parent_that_is_killed() throws Exception {
        Process parent = parent("hang-with-child", System.getenv("PATH"));
        Path child = child(parent);
        parent.destroyForcibly().waitFor();
        assertDies(child);
    }

    @Test
    void a_trainer_that_has_not_made_its_group_yet_dies_with_a_parent_that_is_killed() throws Exception {
        Path slow = Files.createDirectory(folder.resolve("bin")).resolve("setsid");
        Files.writeString(slow, "#!/bin/sh\necho $$ >child\nexec sleep 603\n");
        assertThat(slow.toFile().setExecutable(true)).isTrue();
        Process parent = parent("good", slow.getParent() + ":" + System.getenv("PATH"));
        Path child = child(parent);
        parent.destroyForcibly().waitFor();
        assertDies(child);
    }

    /** @param all whether the trainer gets the signal too, and first */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_trainer_that_ends_with_its_parent_has_not_failed(boolean all) throws Exception {
        Process parent = parent("hang-with-child", System.getenv("PATH"));
        Path child = child(parent);
        // it has started the trainer, and reads what that prints
        while (!log().contains("epoch 1")) {
            assertThat(parent.isAlive()).isTrue();
            Thread.sleep(5);
        }
        if (all) {
            List<ProcessHandle> trainers = parent.children().toList();
            assertThat(trainers).isNotEmpty();
            trainers.forEach(ProcessHandle::destroy);
            while (trainers.stream().anyMatch(ProcessHandle::isAlive)) {
                Thread.sleep(1);
            }
        }
        parent.destroy();
        assertThat(parent.waitFor()).isEqualTo(128 + 15);
        assertThat(folder.resolve("outcome")).hasContent("EstimateInterruptedException");
        assertThat(log()).contains("attempt 1 of 2").doesNotContain("attempt 2 of 2", "failed");
        assertDies(child);
    }

    /** One carrier thread, as when very many trainers run: what it holds must not keep others from being read. */
    @Test
    void output_is_read_however_many_carrier_threads_are_held() throws Exception {
        Process parent = parent("loud", System.getenv("PATH"), "-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1");
        assertThat(parent.waitFor()).as("%s", Files.readString(folder.resolve("parent.log"))).isZero();
        assertThat(folder.resolve("outcome")).hasContent("Known");
    }

    @Test
    void a_part_of_a_training_is_asked_for_by_its_fidelity_in_the_same_folder() throws IOException {
        TrainerSettings s = settings(folder, "good", LONG, 0, 1, Map.of());
        CommandEstimator part = new CommandEstimator(new TrainerSettings(s.command(), s.environment(), s.timeout(), 0, 1, "toys", 7, 0.25, folder));
        part.estimate(SMALL);
        part.estimate(SMALL);

        assertThat(Files.readString(candidate(SMALL).resolve("request-0.25.json"))).contains("\"fidelity\":0.25,");
        assertThat(candidate(SMALL).resolve("answer-0.25.json")).exists();
        assertThat(candidate(SMALL).resolve("answer.json")).doesNotExist();
        assertThat(log().lines().filter(l -> l.endsWith("attempt 1 of 1"))).as("asked once").hasSize(1);

        CommandEstimator whole = trainer("good", LONG, 0, 1, Map.of());
        assertThat(whole.trained(SMALL)).as("a part is no whole training").isEmpty();
        whole.estimate(SMALL);
        assertThat(whole.trained(SMALL)).isPresent();
        assertThat(log().lines().filter(l -> l.endsWith("attempt 1 of 1"))).hasSize(2);
        assertThatIllegalArgumentException().isThrownBy(() -> new TrainerSettings(s.command(), s.environment(), s.timeout(), 0, 1, "toys", 7, 0, folder))
                .withMessage("a fidelity is above 0 and at most 1, not 0.0");
    }

    @Test
    void an_interrupted_estimate_has_not_failed() throws Exception {
        CommandEstimator trainer = trainer("hang-with-child", LONG, 1, 1, Map.of());
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                trainer.estimate(SMALL);
            } catch (RuntimeException e) {
                thrown.set(Thread.currentThread().isInterrupted() ? e : new IllegalStateException("no longer interrupted", e));
            }
        });
        Path child = candidate(SMALL).resolve("child");
        while (!Files.exists(child) || Files.readString(child).isBlank()) {
            assertThat(thread.isAlive()).isTrue();
            Thread.sleep(20);
        }
        thread.interrupt();
        thread.join();
        assertThat(thrown.get()).isInstanceOf(EstimateInterruptedException.class);
        assertDies(child);
    }

    private static void assertDies(Path pid) throws IOException, InterruptedException {
        long number = Long.parseLong(Files.readString(pid).strip());
        // an orphan that nobody has waited for yet is as dead as one that is gone; who is once seen dead stays so, but its number may be another's soon
        boolean dead = false;
        for (int i = 0; i < 500 && !dead; i++) {
            dead = ProcessHandle.of(number).filter(p -> p.isAlive() && !isZombie(number)).isEmpty();
            Thread.sleep(dead ? 0 : 20);
        }
        assertThat(dead).as("process %d is dead", number).isTrue();
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
