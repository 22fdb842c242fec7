package finch.search.run;

import finch.space.format.JsonWords;
import finch.space.format.Problem;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/**
 * The evaluations of a run, one JSON line each, append-only. First the lines that are there already are replayed, then
 * new ones are appended. {@link #flush} hands them to the operating system, after which a killed process does not lose
 * them; {@link EvaluationLoop} calls it after each millisecond of evaluation.
 *
 * <p>Lines stand in the order of proposal, whatever the number of threads. An evaluation that took long and ended before
 * an earlier proposal's is parked in a file of its own until its turn, so a kill does not lose it either.
 */
public final class Journal implements Closeable {
    private static final int MOST_PENDING = 1 << 16;
    private static final int LONGEST_REASON = 200;

    private final Path file;
    private final Path parkedFile;
    /** Not a channel, which an interruption would close. */
    private final FileOutputStream out;
    private final BufferedReader reader;
    private final Map<Long, JournalEntry> parked = new ConcurrentHashMap<>();
    private final StringBuilder pending = new StringBuilder();
    private long line;

    private Journal(Path file, Consumer<String> warnings) throws IOException {
        this.file = file;
        this.parkedFile = file.resolveSibling("journal.parked.jsonl");
        mend(file, warnings);
        readParked();
        // lenient, unlike those of Files: bytes that are no text fail the line's check, which names it
        this.reader = new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
        this.out = new FileOutputStream(file.toFile(), true);
    }

    /**
     * Opens a journal, new or old.
     *
     * @param warnings told of a torn last line, which is dropped
     */
    static Journal open(Path file, Consumer<String> warnings) throws IOException {
        create(file);
        return new Journal(file, warnings);
    }

    /** Makes an empty journal where there is none. */
    static void create(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
    }

    /**
     * All entries of a journal, for reports. A torn last line is left out.
     *
     * @throws IllegalArgumentException if a line in the middle is damaged, naming it
     */
    public static List<JournalEntry> read(Path file) throws IOException {
        List<JournalEntry> entries = new ArrayList<>();
        List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            try {
                entries.add(JournalLine.parse(lines.get(i)));
            } catch (RuntimeException e) {
                if (i < lines.size() - 1) {
                    throw damaged(file, i + 1, e);
                }
            }
        }
        return entries;
    }

    /** The next entry of an earlier session, if any is left. @throws IllegalArgumentException if the line is damaged */
    Optional<JournalEntry> replay() throws IOException {
        String text = reader.readLine();
        if (text == null) {
            return Optional.empty();
        }
        line++;
        try {
            JournalEntry entry = JournalLine.parse(text);
            if (entry.id() != line - 1) {
                throw new IllegalArgumentException("the id is " + entry.id() + " and should be " + (line - 1));
            }
            return Optional.of(entry);
        } catch (RuntimeException e) {
            throw damaged(file, line, e);
        }
    }

    /** An entry that was finished out of turn before the run was killed. */
    Optional<JournalEntry> parked(long id) {
        return parked.isEmpty() ? Optional.empty() : Optional.ofNullable(parked.get(id));
    }

    /** Takes the next entry; {@link #flush} hands it on. */
    void append(JournalEntry entry) throws IOException {
        append(JournalLine.of(entry));
    }

    /** {@link #append(JournalEntry)} by the line that {@link JournalLine#of} makes of the entry. */
    void append(String entry) throws IOException {
        pending.append(entry).append('\n');
        if (pending.length() > MOST_PENDING) {
            flush();
        }
    }

    /** Hands what was appended to the operating system: from then on a kill does not lose it. */
    void flush() throws IOException {
        if (!pending.isEmpty()) {
            String lines = pending.toString();
            // first, so that lines are not written again, behind a torn one, after a write that failed half-way
            pending.setLength(0);
            out.write(lines.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * Keeps a finished entry whose turn has not come. May be called from any thread.
     *
     * @throws IOException naming the file, if it cannot be written; the entry is then to be kept otherwise
     */
    synchronized void park(JournalEntry entry) throws IOException {
        try (FileOutputStream parkedOut = new FileOutputStream(parkedFile.toFile(), true)) {
            parkedOut.write((JournalLine.of(entry) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException(parkedFile.getFileName() + ": " + e.getMessage(), e);
        }
        parked.put(entry.id(), entry);
    }

    /**
     * Forgets what was parked and has come into the journal itself; the rest stays for a later session.
     *
     * @param next id of the first entry that is not in the journal
     */
    synchronized void unpark(long next) throws IOException {
        if (parked.keySet().stream().noneMatch(id -> id < next)) {
            return;
        }
        flush();
        out.getFD().sync();
        Map<Long, JournalEntry> kept = new TreeMap<>(parked);
        kept.keySet().removeIf(id -> id < next);
        if (kept.isEmpty()) {
            Files.deleteIfExists(parkedFile);
        } else {
            StringBuilder lines = new StringBuilder();
            for (JournalEntry entry : kept.values()) {
                JournalLine.append(entry, lines);
                lines.append('\n');
            }
            JsonFile.writeText(parkedFile, lines.toString());
        }
        parked.keySet().retainAll(kept.keySet());
    }

    /** The file's path, for messages. */
    @Override
    public String toString() {
        return file.toString();
    }

    @Override
    public void close() throws IOException {
        try (reader; out) {
            flush();
            out.getFD().sync();
        }
    }

    /** Cuts off an unfinished last line, or ends it if only its newline is missing. */
    private static void mend(Path file, Consumer<String> warnings) throws IOException {
        try (RandomAccessFile journal = new RandomAccessFile(file.toFile(), "rw")) {
            long start = journal.length();
            while (start > 0) {
                journal.seek(start - 1);
                if (journal.read() == '\n') {
                    break;
                }
                start--;
            }
            if (start == journal.length()) {
                return;
            }
            byte[] last = new byte[Math.toIntExact(journal.length() - start)];
            journal.seek(start);
            journal.readFully(last);
            try {
                JournalLine.parse(new String(last, StandardCharsets.UTF_8));
                journal.write('\n');
            } catch (RuntimeException e) {
                journal.setLength(start);
                warnings.accept(file + ": the last line was torn by a kill and is dropped; its evaluation is done again");
            }
        }
    }

    private void readParked() throws IOException {
        if (!Files.exists(parkedFile)) {
            return;
        }
        // else what is parked next would stand on the torn line, and be lost with it
        mend(parkedFile, warning -> { });
        for (String text : new String(Files.readAllBytes(parkedFile), StandardCharsets.UTF_8).lines().toList()) {
            try {
                JournalEntry entry = JournalLine.parse(text);
                parked.put(entry.id(), entry);
            } catch (RuntimeException e) {
                // torn: the evaluation was not finished, and is done again
                break;
            }
        }
    }

    private static IllegalArgumentException damaged(Path file, long line, RuntimeException cause) {
        return new IllegalArgumentException(file + ":" + line + ": the journal is damaged here, so the run cannot be resumed: "
                + reason(cause) + ". Cut the file before this line to go on from there.", cause);
    }

    /** In words, in one line, and in bounds: what a damaged line holds may be anything. */
    private static String reason(RuntimeException cause) {
        String message = cause instanceof JacksonException e ? JsonWords.of(e) : cause.getMessage();
        String first = (message == null ? "no line of a journal" : message).lines().findFirst().orElse("");
        return new Problem("", 0, "", first.length() <= LONGEST_REASON ? first : first.substring(0, LONGEST_REASON) + "…").message();
    }
}
