package finch.training;

import finch.space.format.AtomicFile;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A description and arrays in one file: a zip of two stored entries, the JSON and {@value #WEIGHTS} (the arrays one after another, float32,
 * little-endian). The same content gives the same bytes. Reading one from elsewhere is safe: the two entries are the only ones that are taken, in this
 * order, nothing is unpacked to disk, and nothing is decompressed, so that no more is allocated than the file has.
 */
public final class WeightsFile {
    /** The entry of the arrays. */
    static final String WEIGHTS = "weights.bin";

    private static final int MOST_JSON = 8 << 20;
    private static final int CHUNK = 1 << 16;
    /** The date of now would make two files of one content differ; a zip knows no day before 1980. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);
    /** A zip's last record, and how it begins. */
    private static final int END_BYTES = 22;
    private static final int END = 0x06054b50;

    private WeightsFile() {}

    /** What a description may tell of the arrays. @param bytes of all @param sha256 of all, in hexadecimal digits */
    public record Totals(long bytes, String sha256) {}

    /** Describes arrays. */
    @FunctionalInterface
    public interface Description {
        String of(Totals totals);
    }

    /** Takes what is read. */
    @FunctionalInterface
    public interface Content<T> {
        T of(Reader reader) throws IOException;
    }

    /**
     * Writes a file: whole or not at all.
     *
     * @param name of the JSON entry
     * @throws IOException if it cannot be written; what was there is kept
     */
    public static void write(Path file, String name, List<float[]> arrays, Description description) throws IOException {
        MessageDigest sha = digest();
        CRC32 crc = new CRC32();
        long bytes = 0;
        for (float[] array : arrays) {
            byte[] data = littleEndian(array);
            sha.update(data);
            crc.update(data);
            bytes += data.length;
        }
        Totals totals = new Totals(bytes, HexFormat.of().formatHex(sha.digest()));
        byte[] json = description.of(totals).getBytes(StandardCharsets.UTF_8);
        if (json.length > MOST_JSON) {
            throw new IOException(file + ": " + json.length + " bytes of description are more than the " + MOST_JSON + " that it may have");
        }
        CRC32 jsonCrc = new CRC32();
        jsonCrc.update(json);
        AtomicFile.write(file, temporary -> {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), CHUNK); ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
                zip.putNextEntry(stored(name, json.length, jsonCrc.getValue()));
                zip.write(json);
                zip.closeEntry();
                zip.putNextEntry(stored(WEIGHTS, totals.bytes(), crc.getValue()));
                for (float[] array : arrays) {
                    zip.write(littleEndian(array));
                }
                zip.closeEntry();
            }
        });
    }

    private static ZipEntry stored(String name, long bytes, long crc) {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes);
        entry.setCompressedSize(bytes);
        entry.setCrc(crc);
        entry.setTimeLocal(NO_TIME);
        return entry;
    }

    /**
     * Reads a file to its end.
     *
     * @param name    of the JSON entry
     * @param kind    what the file should be, e.g. "a model of Finch"
     * @param content takes the description, then every array in order
     * @throws InvalidFileException if it is none, broken or cut off, or if the content throws an IllegalArgumentException, saying which
     * @throws IOException          if it cannot be read at all
     */
    public static <T> T read(Path file, String name, String kind, Content<T> content) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(file), CHUNK), StandardCharsets.UTF_8)) {
            Reader reader = new Reader(file, name, kind, zip, Files.size(file));
            T result = content.of(reader);
            reader.end();
            return result;
        } catch (ZipException | EOFException e) {
            throw invalid(file, "is damaged or cut off" + (e.getMessage() == null ? "" : ": " + e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw invalid(file, e.getMessage());
        }
    }

    /** What is in a file, in its order. */
    public static final class Reader {
        private final Path file;
        private final ZipInputStream zip;
        private final long size;
        private final String name;
        private final String kind;
        private final MessageDigest sha = digest();
        private final String json;

        private Reader(Path file, String name, String kind, ZipInputStream zip, long size) throws IOException {
            this.file = file;
            this.name = name;
            this.kind = kind;
            this.zip = zip;
            this.size = size;
            entry(name, true);
            byte[] bytes = zip.readNBytes(MOST_JSON + 1);
            if (bytes.length > MOST_JSON) {
                throw invalid(file, name + " is longer than the " + (MOST_JSON >> 20) + " MiB that it may have");
            }
            if (bytes.length == 0 || bytes[0] != '{') {
                throw invalid(file, name + " is no JSON object");
            }
            this.json = new String(bytes, StandardCharsets.UTF_8);
            zip.closeEntry();
        }

        /** The description. */
        public String json() {
            return json;
        }

        /** Bytes of the whole file. */
        public long size() {
            return size;
        }

        /** Before the first array. */
        public void weights() throws IOException {
            entry(WEIGHTS, false);
        }

        /** The next array. @param name for messages */
        public float[] next(String name, int length) throws IOException {
            if (4L * length > size) {
                throw invalid(file, name + " has " + 4L * length + " bytes, and the whole file has " + size);
            }
            byte[] data = zip.readNBytes(4 * length);
            if (data.length < 4 * length) {
                throw invalid(file, WEIGHTS + " is cut off in " + name);
            }
            sha.update(data);
            float[] values = new float[length];
            ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            return values;
        }

        /** Of the arrays that were read, in hexadecimal digits. */
        public String sha256() {
            try {
                return HexFormat.of().formatHex(((MessageDigest) sha.clone()).digest());
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("SHA-256 of the JDK can be cloned", e);
            }
        }

        private void entry(String wanted, boolean first) throws IOException {
            ZipEntry entry = zip.getNextEntry();
            if (entry == null) {
                throw invalid(file, first ? "is no " + kind + ": not a zip file, or an empty or cut off one" : "is cut off: " + wanted + " is missing");
            }
            if (!entry.getName().equals(wanted)) {
                throw invalid(file, "is no " + kind + ": where " + wanted + " should be, it has an entry \"" + Problem.visible(entry.getName()) + "\"");
            }
            if (entry.getMethod() != ZipEntry.STORED) {
                throw invalid(file, wanted + " is compressed; such a file stores its entries as they are");
            }
        }

        private void end() throws IOException {
            if (zip.read() >= 0) {
                throw invalid(file, WEIGHTS + " goes on after its last tensor");
            }
            zip.closeEntry();
            if (zip.getNextEntry() != null) {
                throw invalid(file, "holds more than " + name + " and " + WEIGHTS);
            }
            if (!endsAsZip()) {
                throw invalid(file, "is cut off: its last record is missing");
            }
        }

        private boolean endsAsZip() throws IOException {
            ByteBuffer last = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            try (SeekableByteChannel channel = Files.newByteChannel(file)) {
                channel.position(Math.max(0, size - END_BYTES));
                while (last.hasRemaining() && channel.read(last) >= 0) {
                    // a channel may give less than what is asked for
                }
            }
            return !last.hasRemaining() && last.getInt(0) == END;
        }
    }

    private static byte[] littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A problem of the whole file. */
    public static InvalidFileException invalid(Path file, String message) {
        return new InvalidFileException(List.of(new Problem(file.toString(), 0, "", message)));
    }
}
