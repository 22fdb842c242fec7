package finch.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Regular files below one root: a folder or an archive. Safe for concurrent use. */
interface FileTree {
    /** About what an entry takes beside its name: strings, lists, its class and place in a set. */
    int ENTRY_BYTES = 200;
    /** More than this no array holds, on any JVM. */
    int LONGEST = Integer.MAX_VALUE - 9;

    /** For messages. */
    String name();

    /** Relative paths with forward slashes, sorted. */
    List<String> paths();

    /** What was left out, each a sentence. */
    List<String> remarks();

    /** Relative paths of folders in which nothing is seen. */
    List<String> emptyFolders();

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

    /** A whole file that stays in memory and is counted there. Nobody may write to the array. */
    default byte[] keep(String path, Budget budget) throws IOException {
        int most = (int) Math.min(budget.left(), LONGEST);
        try (InputStream in = open(path)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw most == LONGEST ? tooLong(name() + "/" + path, LONGEST) : budget.exceeded(name() + "/" + path);
            }
            budget.take(bytes.length, name() + "/" + path);
            return bytes;
        }
    }

    static UnusableDataException tooLong(String what, int most) {
        return new UnusableDataException(what + ": is longer than " + most + " bytes, which is more than one file of a data set may have.");
    }

    /** What a path takes in memory. */
    static long bytes(String path) {
        return ENTRY_BYTES + 2L * path.length();
    }

    /** The part of a path after its last slash. */
    static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** A sentence on hidden folders that hold images. @param first one of them */
    static String hidden(int count, String name, String first) {
        return count + " folder(s) of " + name + " that hold images are hidden, as their names begin with a dot (such as " + first
                + "), and were passed over. Rename them if they are classes.";
    }

    /** Whether one folder or file of a path is not meant to be seen. */
    static boolean isHidden(String part) {
        return part.startsWith(".") || part.equals("__MACOSX");
    }
}
