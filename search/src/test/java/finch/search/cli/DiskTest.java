package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is really full, and a folder that really cannot be written to, for root too: commands in a mount namespace of their own. Where that is not allowed, these say so
 * by name; {@code KillTest} and {@code CommandKillTest} fill the disk by a limit on the size of files everywhere but on Windows.
 */
@EnabledIf(value = "mayMount", disabledReason = "needs Linux, root and unshare, to mount a small disk that nobody else sees")
class DiskTest {
    private static final Path ROOT = Path.of(System.getProperty("finch.root", "..")).toAbsolutePath().normalize();
    private static final Path STORED = ROOT.resolve("search/src/test/resources/stored/1");

    @TempDir
    private Path temp;

    private Path disk;

    static boolean mayMount() {
        try {
            Process process = new ProcessBuilder("unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=64k none /tmp").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    @BeforeEach
    void folders() throws IOException {
        disk = Files.createDirectories(temp.resolve("disk"));
        try (Stream<Path> files = Files.list(STORED)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, temp.resolve(file.getFileName()));
            }
        }
        // so many evaluations that the journal alone fills the disk
        Files.writeString(temp.resolve("search.yaml"), Files.readString(STORED.resolve("search.yaml")).replace("evaluations: 60", "evaluations: 250"));
    }

    private static String finch(String... arguments) {
        return Stream.concat(CommandProcess.command().stream(), Stream.of(arguments)).map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    /** @return what was written, of the script's commands and its own */
    private String script(String... lines) throws IOException, InterruptedException {
        List<String> script = new ArrayList<>(List.of("set -u"));
        script.addAll(List.of(lines));
        ProcessBuilder builder = new ProcessBuilder("unshare", "-m", "sh", "-c", String.join("\n", script)).directory(temp.toFile()).redirectErrorStream(true)
                .redirectOutput(temp.resolve("log").toFile());
        builder.environment().put("XDG_CACHE_HOME", temp.resolve("cache").toString());
        assertThat(builder.start().waitFor()).as(Files.readString(temp.resolve("log"))).isZero();
        String told = Files.readString(temp.resolve("log")).lines().filter(line -> !line.startsWith("WARNING")).collect(Collectors.joining("\n"));
        assertThat(told).doesNotContain("\tat ", "this should not happen");
        return told;
    }

    private String whole() throws IOException {
        CommandLineRun run = CommandLineRun.of(temp, "search", "search.yaml", "--out", "whole");
        assertThat(run.code()).as(run.err()).isZero();
        return Files.readString(temp.resolve("whole/front.json"));
    }

    @Test
    void a_search_on_a_full_disk_stops_in_words_and_goes_on_to_the_same_front_when_there_is_room() throws Exception {
        String told = script("mount -t tmpfs -o size=96k none disk", finch("search", "search.yaml", "--out", "disk/run") + "; echo search: $?",
                "mount -o remount,size=16m disk", finch("resume", "disk/run") + "; echo resume: $?", "cp -r disk/run kept");

        assertThat(told).contains("search: 1", "cannot be written", "No space left on device", "make room, then go on with finch resume", "resume: 0");
        assertThat(Files.readString(temp.resolve("kept/front.json"))).isEqualTo(whole());
    }

    @Test
    void a_disk_that_is_full_from_the_start_leaves_no_half_of_a_run_and_no_half_of_a_file() throws Exception {
        String told = script("mount -t tmpfs -o size=8k none disk", "head -c 8192 /dev/zero > disk/full",
                finch("search", "search.yaml", "--out", "disk/run") + "; echo search: $?",
                finch("train", "architecture.yaml", "--data", STORED.resolve("bars").toString(), "--recipe", "recipe.yaml", "-o", "disk/model.finch") + "; echo train: $?",
                finch("fit", "table.csv", "--space", "space.yaml", "-o", "disk/surrogate.json") + "; echo fit: $?",
                finch("export", "bars.finch", "--format", "onnx", "-o", "disk/model.onnx") + "; echo export: $?",
                "find disk -type f -size +0c");

        assertThat(told).contains("search: 1", "train: 1", "fit: 1", "export: 1", "surrogate.json cannot be written: No space left on device",
                "model.onnx cannot be written: No space left on device");
        assertThat(told.lines().filter(line -> line.startsWith("disk/"))).containsExactly("disk/full");
    }

    @Test
    void a_run_folder_that_cannot_be_written_to_is_shown_and_not_resumed() throws Exception {
        String front = whole();
        List<String> journal = Files.readAllLines(temp.resolve("whole/journal.jsonl"));
        Files.writeString(temp.resolve("whole/journal.jsonl"), String.join("\n", journal.subList(0, 100)) + "\n");
        String told = script("mount --bind whole disk", "mount -o remount,ro,bind disk", finch("show", "disk:best") + "; echo show: $?",
                finch("report", "disk") + "; echo report: $?", finch("resume", "disk") + "; echo ended: $?");
        assertThat(told).contains("show: 0", "report: 1", "report.html: Read-only file system", "ended: 0");

        Path manifest = temp.resolve("whole/manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"finished\"", "\"running\""));
        assertThat(script("mount --bind whole disk", "mount -o remount,ro,bind disk", finch("resume", "disk") + "; echo resume: $?"))
                .contains("resume: 1", "cannot be written to: Read-only file system. A run needs a folder that it can write to.");
        assertThat(Files.readAllLines(temp.resolve("whole/journal.jsonl"))).isEqualTo(journal.subList(0, 100));

        assertThat(CommandLineRun.of(temp, "resume", "whole").code()).isZero();
        assertThat(Files.readString(temp.resolve("whole/front.json"))).isEqualTo(front);
    }
}
