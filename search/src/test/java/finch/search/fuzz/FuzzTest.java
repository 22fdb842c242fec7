package finch.search.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gives every parser files that are nearly right, very many of them. Each is read, or refused with an exception that its reader documents and a message that names the
 * file, within a bound on memory and on processor time.
 *
 * <p>{@code -Dfinch.test.inputs} is how many files all parsers together are given in the slow profile, {@code -Dfinch.test.seed} what they are made from. A file that is found is kept in
 * {@code target/fuzz}; reduced, it belongs to {@link DamagedFilesTest}.
 */
class FuzzTest {
    private static final int FEW = 300;
    private static final int MANY = 1_100_000;
    private static final long MOST_BYTES = 256L << 20;
    /** Of allocation for each byte of a file. */
    private static final long MOST_BYTES_A_BYTE = 4000;
    private static final long MOST_CPU_NANOS = 20_000_000_000L;
    private static final int LONGEST_MESSAGE = 11_000;
    /** Words of the language that are none of the file's. */
    private static final Pattern CODE = Pattern.compile("Exception|java\\.|tools\\.jackson|com\\.google|finch\\.[a-z]+\\.[A-Z]|Cannot invoke|\\bnull$");
    /** Controls that a terminal obeys, and marks that turn the direction of what follows. */
    private static final Pattern OBEYED = Pattern.compile("[\\p{Cntrl}&&[^\\n\\t]]|[\\u202a-\\u202e\\u2066-\\u2069]");
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    static Stream<Parser> parsers() throws IOException {
        return Stream.of(TextParsers.all(), DataParsers.all(), RunParsers.all()).flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("parsers")
    void files_that_are_nearly_right_are_read_or_refused_in_words(Parser parser) throws Exception {
        fuzz(parser, FEW);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("parsers")
    void a_million_files_that_are_nearly_right_are_read_or_refused_in_words(Parser parser) throws Exception {
        fuzz(parser, Long.getLong("finch.test.inputs", MANY));
    }

    @Test
    void the_shares_are_of_a_whole() throws IOException {
        assertThat(parsers().mapToInt(Parser::share).sum()).isEqualTo(1000);
    }

    /** A parser that is broken in each way is found out. */
    @Test
    void what_must_not_happen_is_found() throws IOException {
        Parser sound = parsers().findFirst().orElseThrow();
        Map<String, Parser.Reader> broken = new HashMap<>();
        broken.put("is not documented", (file, at, random) -> {
            throw new IndexOutOfBoundsException("a.yaml");
        });
        broken.put("not documented: java.lang.StackOverflowError", (file, at, random) -> {
            throw new StackOverflowError();
        });
        broken.put("does not name", (file, at, random) -> {
            throw new InvalidFileException(List.of(new Problem("elsewhere", 1, "", "is wrong")));
        });
        broken.put("speaks of code", (file, at, random) -> {
            throw new InvalidFileException(List.of(new Problem(file.toString(), 1, "", "java.lang.NullPointerException")));
        });
        broken.put("has no line", (file, at, random) -> {
            throw new InvalidFileException(List.of(new Problem(file.toString(), 0, "", "is wrong")));
        });
        broken.put("allocated", (file, at, random) -> assertThat(new long[40 << 20]).isNotNull());
        broken.forEach((complaint, reader) -> {
            Parser parser = new Parser(sound.name(), 1, sound.place(), sound.seeds(), sound.mutation(), reader, sound.documented(), true);
            assertThat(complaint(parser, folder.resolve("a.yaml"), new byte[9], new SplittableRandom(1))).contains(complaint);
        });
    }

    private void fuzz(Parser parser, long all) throws Exception {
        long seed = Long.getLong("finch.test.seed", 1);
        long inputs = Math.max(3, all * parser.share() / 1000);
        Path file = folder.resolve(parser.place());
        Files.createDirectories(file.getParent());
        AtomicLong done = new AtomicLong();
        String[] finding = new String[1];
        Thread worker = Thread.ofPlatform().daemon().name("fuzz").start(() -> {
            for (long i = 0; i < inputs && finding[0] == null; i++) {
                SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
                byte[] input = {};
                String complaint;
                try {
                    input = parser.mutation().of(ByteMutations.pick(parser.seeds(), random), ByteMutations.pick(parser.seeds(), random), random);
                    complaint = complaint(parser, file, input, random);
                } catch (RuntimeException | Error e) {
                    complaint = "the test itself: " + e + " at " + e.getStackTrace()[0];
                }
                if (!complaint.isEmpty()) {
                    finding[0] = complaint + kept(parser, input, seed, i);
                }
                done.incrementAndGet();
            }
        });
        long before = 0;
        long since = THREADS.getThreadCpuTime(worker.threadId());
        while (!worker.join(java.time.Duration.ofMillis(200))) {
            long cpu = THREADS.getThreadCpuTime(worker.threadId());
            if (done.get() != before) {
                before = done.get();
                since = cpu;
            } else if (cpu - since > MOST_CPU_NANOS) {
                byte[] input = Files.readAllBytes(file);
                throw new AssertionError("is still being read after " + (cpu - since) / 1_000_000_000 + " s of processor time, at "
                        + List.of(worker.getStackTrace()).subList(0, Math.min(30, worker.getStackTrace().length)) + kept(parser, input, seed, before));
            }
        }
        assertThat(finding[0]).as("%s", parser).isNull();
        assertThat(done.get()).isEqualTo(inputs);
    }

    private static String kept(Parser parser, byte[] input, long seed, long index) {
        try {
            Path kept = Files.createDirectories(Path.of("target", "fuzz")).resolve(parser.name().replace(' ', '-') + "-" + seed + "-" + index);
            Files.write(kept, input);
            return "\nfile " + index + " of -Dfinch.test.seed=" + seed + ", kept as " + kept.toAbsolutePath();
        } catch (IOException e) {
            return "\nfile " + index + " of -Dfinch.test.seed=" + seed + ", which could not be kept: " + e;
        }
    }

    /** What is wrong with how a file is read; empty if nothing is. */
    private static String complaint(Parser parser, Path file, byte[] input, SplittableRandom random) {
        String refusal = "";
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            Files.write(file, input);
            parser.reader().read(file, file.getParent(), random);
        } catch (Throwable e) {
            refusal = refusal(parser, file, e);
        }
        // what is refused must not have taken much either
        return refusal.isEmpty() ? allocated(before, input) : refusal;
    }

    private static String allocated(long before, byte[] input) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        return bytes <= MOST_BYTES + MOST_BYTES_A_BYTE * input.length ? "" : "allocated " + (bytes >> 20) + " MiB for " + input.length + " bytes";
    }

    private static String refusal(Parser parser, Path file, Throwable thrown) {
        if (!parser.documented().contains(thrown.getClass())) {
            return "is not documented: " + thrown + " at " + List.of(thrown.getStackTrace()).subList(0, Math.min(12, thrown.getStackTrace().length));
        }
        String message = thrown.getMessage() == null ? "" : thrown.getMessage();
        String rest = message.replace(file.toString(), "").replace(file.getFileName().toString(), "");
        if (!message.contains(file.getFileName().toString())) {
            return "does not name " + file.getFileName() + ": " + message;
        }
        if (CODE.matcher(rest).find()) {
            return "speaks of code: " + message;
        }
        if (OBEYED.matcher(rest).find()) {
            return "has controls: " + message;
        }
        if (message.length() > LONGEST_MESSAGE) {
            return "has a message of " + message.length() + " characters: " + message.substring(0, 2000);
        }
        if (parser.lines() && thrown instanceof InvalidFileException invalid && invalid.problems().stream().anyMatch(p -> p.line() < 1)) {
            return "has no line: " + message;
        }
        return "";
    }
}
