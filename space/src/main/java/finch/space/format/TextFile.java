package finch.space.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads whole text files in UTF-8 that may come from anywhere. */
public final class TextFile {
    /** Of a description that a person or Finch wrote; a table may be longer. */
    private static final int MOST_BYTES = 64 << 20;

    private TextFile() {}

    /** {@link #read(Path, int)} of at most 64 MiB. */
    public static String read(Path file) throws IOException {
        return read(file, MOST_BYTES);
    }

    /**
     * The text of a file. Memory grows with what is there, up to the bound: a device that never ends is no trap.
     *
     * @throws InvalidFileException if it is longer, is a folder, or is not UTF-8, saying where
     * @throws IOException          if it cannot be read
     */
    public static String read(Path file, int mostBytes) throws IOException {
        if (Files.isDirectory(file)) {
            throw invalid(file.toString(), 0, "is a folder, and a file is needed");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, mostBytes);
        }
    }

    /** {@link #read(Path)} of what is left of a stream. @param name how messages call it */
    public static String read(String name, InputStream in) throws IOException {
        return read(name, in, MOST_BYTES);
    }

    private static String read(String name, InputStream in, int mostBytes) throws IOException {
        byte[] bytes = in.readNBytes(mostBytes);
        if (bytes.length == mostBytes && in.read() >= 0) {
            throw invalid(name, 0, "is longer than the " + (mostBytes >> 20) + " MiB that are read of such a file");
        }
        return decoded(name, bytes);
    }

    /** @throws InvalidFileException if it is not UTF-8, saying where */
    public static String decoded(String name, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        // never more characters than bytes
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw invalid(name, line, "is not text in UTF-8: the byte 0x%02x at offset %d begins no character. Save it as UTF-8.".formatted(bytes[in.position()], in.position()));
        }
        return out.flip().toString();
    }

    private static InvalidFileException invalid(String name, int line, String message) {
        return new InvalidFileException(List.of(new Problem(name, line, "", message)));
    }
}
