package finch.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Regular files below one root: a folder or an archive. Safe for concurrent use. */
interface FileTree {
    /** For messages. */
    String name();

    /** Relative paths with forward slashes, sorted. */
    List<String> paths();

    /** What was left out, each a sentence. */
    List<String> remarks();

    InputStream open(String path) throws IOException;

    /** A whole file. @throws IOException if it is longer than {@code most} */
    default byte[] read(String path, int most) throws IOException {
        try (InputStream in = open(path)) {
            // grows with what is there, never with what a header claims
            byte[] bytes = in.readNBytes(most);
            if (bytes.length == most && in.read() >= 0) {
                throw new IOException("is longer than " + (most >> 20) + " MiB");
            }
            return bytes;
        }
    }

    /** The part of a path after its last slash. */
    static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
