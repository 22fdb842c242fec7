package finch.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * The data caches of one core, as the system tells.
 *
 * @param told whether it does tell; otherwise the sizes are only usual ones
 */
record Caches(long l1, long l2, long l3, boolean told) {
    private static final Path LINUX = Path.of("/sys/devices/system/cpu/cpu0/cache");
    private static final Caches USUAL = new Caches(32 << 10, 512 << 10, 16 << 20, false);

    static Caches here() {
        try {
            return read(LINUX);
        } catch (IOException | NumberFormatException e) {
            return USUAL; // another system, or a container that hides them
        }
    }

    /** Reads a folder of {@code index*}, each with the files {@code level}, {@code type} and {@code size}. */
    static Caches read(Path folder) throws IOException {
        TreeMap<Integer, Long> sizes = new TreeMap<>();
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(folder, "index*")) {
            for (Path cache : caches) {
                if (!Files.readString(cache.resolve("type")).strip().equals("Instruction")) {
                    sizes.put(Integer.parseInt(Files.readString(cache.resolve("level")).strip()), bytes(Files.readString(cache.resolve("size"))));
                }
            }
        }
        if (!sizes.containsKey(1) || !sizes.containsKey(2)) {
            return USUAL;
        }
        // without a third level the second is the last
        return new Caches(sizes.get(1), sizes.get(2), sizes.getOrDefault(3, sizes.get(2)), true);
    }

    /** Bytes of {@code 32K}, {@code 1M} or {@code 512}. */
    static long bytes(String text) {
        String size = text.strip();
        int shift = size.endsWith("K") ? 10 : size.endsWith("M") ? 20 : size.endsWith("G") ? 30 : 0;
        return Long.parseLong(shift == 0 ? size : size.substring(0, size.length() - 1)) << shift;
    }
}
