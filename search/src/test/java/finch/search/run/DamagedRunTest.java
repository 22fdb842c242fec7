package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.space.format.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run folder that was cut, changed, or is in use: it goes on to the same result, or is refused in words that name the file. */
class DamagedRunTest {
    private static final List<String> FILES = List.of("config.yaml", "manifest.json", "device-profile.json", "journal.jsonl");

    @TempDir
    private Path temp;

    private Path whole;

    @BeforeEach
    void searched() throws IOException {
        whole = temp.resolve("whole");
        SearchRun.start(config("evaluations: 40"), whole, 1, new ToyServices(), RunListener.SILENT, () -> false);
    }

    private static SearchConfig config(String stop) {
        return ConfigReader.parse("c.yaml", "schema: 1\nname: toy\nspace: toy8\nseed-with: [toy-reference]\nfront: { measure: false }\nexport: { pick: none }\n"
                + "constraints: { latency: { at-most: 1.0 x toy-reference } }\nstop: { " + stop + " }\n", Path.of("."), List.of(), new ToyCatalog());
    }

    /** As a kill before the end of the search leaves it. */
    private Path killed(String name) throws IOException {
        Path folder = Files.createDirectories(temp.resolve(name));
        for (String file : FILES) {
            Files.write(folder.resolve(file), Files.readAllBytes(whole.resolve(file)));
        }
        Files.writeString(folder.resolve("manifest.json"), Files.readString(whole.resolve("manifest.json")).replace("\"finished\"", "\"running\""));
        Files.deleteIfExists(folder.resolve("front.json"));
        return folder;
    }

    private static RunResult resume(Path folder) throws IOException {
        return SearchRun.resume(folder, 1, new ToyServices(), RunListener.SILENT, () -> false, new ToyCatalog());
    }

    private void assertSame(Path folder, String damage) throws IOException {
        assertThat(Files.readString(folder.resolve("front.json"))).as(damage).isEqualTo(Files.readString(whole.resolve("front.json")));
        assertThat(results(folder)).as(damage).isEqualTo(results(whole));
    }

    private static List<String> results(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("journal.jsonl")).stream().map(l -> l.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList();
    }

    @Test
    void a_journal_cut_within_its_last_two_lines_resumes_to_the_same_result() throws IOException {
        cutWithinTheLastTwoLines(53);
    }

    @Tag("slow")
    @Test
    void a_journal_cut_at_every_byte_of_its_last_two_lines_resumes_to_the_same_result() throws IOException {
        cutWithinTheLastTwoLines(1);
    }

    private void cutWithinTheLastTwoLines(int step) throws IOException {
        byte[] journal = Files.readAllBytes(whole.resolve("journal.jsonl"));
        int from = journal.length - 1;
        for (int ends = 0; ends < 2; from--) {
            ends += journal[from - 1] == '\n' ? 1 : 0;
        }
        for (int length = from + 1; length < journal.length; length += step) {
            Path folder = killed("cut");
            Files.write(folder.resolve("journal.jsonl"), Arrays.copyOf(journal, length));

            assertThat(resume(folder).status()).isEqualTo(RunStatus.FINISHED);

            assertSame(folder, "cut at " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.yaml", "manifest.json", "device-profile.json", "journal.jsonl"})
    void a_flipped_bit_changes_no_result(String file) throws IOException {
        flip(file, 25);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"config.yaml", "manifest.json", "device-profile.json", "journal.jsonl"})
    void none_of_a_thousand_flipped_bits_changes_a_result(String file) throws IOException {
        flip(file, 1000);
    }

    private void flip(String file, int times) throws IOException {
        Random random = new Random(Long.getLong("finch.test.seed", 5));
        for (int i = 0; i < times; i++) {
            Path folder = killed("flipped");
            byte[] bytes = Files.readAllBytes(folder.resolve(file));
            int at = random.nextInt(bytes.length);
            int bit = random.nextInt(8);
            bytes[at] ^= (byte) (1 << bit);
            Files.write(folder.resolve(file), bytes);
            String damage = file + ", bit " + bit + " of byte " + at;
            RunResult result;
            try {
                result = resume(folder);
            } catch (IOException | IllegalArgumentException | InvalidFileException e) {
                assertThat(e.getClass()).as(damage).isIn(IOException.class, IllegalArgumentException.class, InvalidFileException.class);
                assertThat(e.getMessage()).as(damage).contains(folder.getFileName().toString()).doesNotContain("Exception", "java.", "jackson");
                if (!file.equals("journal.jsonl")) {
                    // what was found stays
                    assertThat(results(folder)).as(damage).isEqualTo(results(whole));
                }
                continue;
            }
            assertThat(result.status()).as(damage).isEqualTo(RunStatus.FINISHED);
            assertSame(folder, damage);
        }
    }

    @Test
    void a_changed_digit_of_a_value_is_found() throws IOException {
        Path folder = killed("changed");
        List<String> lines = Files.readAllLines(folder.resolve("journal.jsonl"));
        String line = lines.stream().filter(l -> l.contains("\"measured\"")).findFirst().orElseThrow();
        int at = line.indexOf("\"value\":") + 8;
        String changed = line.substring(0, at) + (line.charAt(at) == '9' ? '8' : (char) (line.charAt(at) + 1)) + line.substring(at + 1);
        Files.writeString(folder.resolve("journal.jsonl"), String.join("\n", lines).replace(line, changed) + "\n");

        assertThatThrownBy(() -> resume(folder)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("journal.jsonl:" + (1 + lines.indexOf(line))
                + ": the journal is damaged here, so the run cannot be resumed: its checksum is wrong. Cut the file before this line to go on from there.");
    }

    /** It could end a search by its wall clock before its time. */
    @Test
    void a_changed_digit_of_the_time_is_found() throws IOException {
        Path folder = killed("late");
        Path journal = folder.resolve("journal.jsonl");
        Files.writeString(journal, Files.readString(journal).replaceFirst("\"atMillis\":(\\d+)", "\"atMillis\":9$1"));

        assertThatThrownBy(() -> resume(folder)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("journal.jsonl:1: the journal is damaged here")
                .hasMessageContaining("the checksum of its timing is wrong");
    }

    @Test
    void lines_without_a_checksum_are_of_older_runs() throws IOException {
        Path folder = killed("older");
        Path journal = folder.resolve("journal.jsonl");
        Files.writeString(journal, Files.readString(journal).replaceAll(",\"check\":\"[0-9a-f]{8}\"", ""));

        resume(folder);

        assertThat(Files.readString(folder.resolve("front.json"))).isEqualTo(Files.readString(whole.resolve("front.json")));
    }

    /** Nothing rests on the time of day: a run goes on though it began tomorrow. */
    @Test
    void a_clock_that_was_set_back_changes_nothing() throws IOException {
        Path folder = killed("tomorrow");
        byte[] journal = Files.readAllBytes(whole.resolve("journal.jsonl"));
        Files.write(folder.resolve("journal.jsonl"), Arrays.copyOf(journal, journal.length / 2));
        Path manifest = folder.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replaceFirst("\"started\" : \"[^\"]*\"", "\"started\" : \"2199-01-01T00:00:00Z\""));
        for (String file : FILES) {
            Files.setLastModifiedTime(folder.resolve(file), FileTime.from(Instant.parse("2199-01-01T00:00:00Z")));
        }

        assertThat(resume(folder).status()).isEqualTo(RunStatus.FINISHED);

        assertSame(folder, "a clock set back");
    }

    @Test
    void a_run_in_hand_is_neither_resumed_nor_begun_again_by_another() throws Exception {
        Path folder = killed("busy");
        Files.write(folder.resolve("journal.jsonl"), new byte[0]);
        CountDownLatch searching = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread first = Thread.ofPlatform().start(() -> {
            try {
                SearchRun.resume(folder, 1, new ToyServices(), RunListener.SILENT, () -> {
                    searching.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return false;
                }, new ToyCatalog());
            } catch (IOException | RuntimeException e) {
                failure.set(e);
            }
        });
        searching.await();

        assertThatThrownBy(() -> resume(folder)).isInstanceOf(IOException.class)
                .hasMessage(folder + " is in use: another Finch works in it. Wait until it has ended, or give another folder.");

        end.countDown();
        first.join();
        assertThat(failure.get()).isNull();
        assertSame(folder, "after another was refused");
    }
}
