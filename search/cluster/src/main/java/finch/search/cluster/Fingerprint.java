package finch.search.cluster;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Tells two builds of Finch apart: a checksum over the names and checksums of every class and resource that an accuracy may come from. A search and a worker of
 * different code would tell different figures under one seed. It guards against mistakes, not against liars.
 */
final class Fingerprint {
    /** What runs networks of other formats is no part of it; it may be installed on one machine only. */
    private static final List<String> PARTS = List.of("finch/space/", "finch/engine/", "finch/data/", "finch/accuracy/", "finch/training/", "finch/search/");

    private Fingerprint() {}

    /** Of this JVM. */
    static String ofThisJvm() throws IOException {
        return of(System.getProperty("java.class.path"));
    }

    static String of(String classPath) throws IOException {
        Map<String, Long> entries = new TreeMap<>();
        for (String element : classPath.split(File.pathSeparator)) {
            Path path = Path.of(element);
            if (Files.isDirectory(path)) {
                addFolder(entries, path);
            } else if (Files.isRegularFile(path) && path.getFileName().toString().startsWith("finch-")) {
                addJar(entries, path);
            }
        }
        CRC32 all = new CRC32();
        entries.forEach((name, crc) -> all.update((name + " " + crc + "\n").getBytes(StandardCharsets.UTF_8)));
        return Long.toHexString(1L << 32 | all.getValue()).substring(1);
    }

    private static void addJar(Map<String, Long> entries, Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                add(entries, entry.getName(), entry.getCrc());
            }
        }
    }

    private static void addFolder(Map<String, Long> entries, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                CRC32 crc = new CRC32();
                try (InputStream in = Files.newInputStream(file)) {
                    crc.update(in.readAllBytes());
                }
                add(entries, folder.relativize(file).toString().replace(File.separatorChar, '/'), crc.getValue());
            }
        }
    }

    private static void add(Map<String, Long> entries, String name, long crc) {
        if (!name.endsWith("/") && PARTS.stream().anyMatch(name::startsWith)) {
            entries.put(name, crc);
        }
    }
}
