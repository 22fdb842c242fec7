package finch.data;

import finch.space.format.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Fetches an archive once and keeps it under its checksum, which must be given: what a server sends is used only if it is what was meant.
 */
final class Download {
    /** More than any archive that fits into memory. */
    static final long MOST_BYTES = 16L << 30;
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final int CHUNK = 1 << 16;
    private static final int OK = 200;

    private final URI address;
    private final String sha256;
    private final Path cache;
    private final long mostBytes;

    /** @param sha256 64 hexadecimal digits, perhaps after {@code sha256:} */
    Download(URI address, String sha256, Path cache, long mostBytes) throws UnusableDataException {
        this.address = address;
        this.cache = cache;
        this.mostBytes = mostBytes;
        this.sha256 = sha256.toLowerCase(Locale.ROOT).replaceFirst("^sha256:", "");
        if (!this.sha256.matches("[0-9a-f]{64}")) {
            throw new UnusableDataException(address + ": its checksum must be SHA-256, 64 hexadecimal digits, not \"" + sha256 + "\"");
        }
    }

    static boolean isAddress(String text) {
        return text.startsWith("https://") || text.startsWith("http://");
    }

    /** Of the file, fetched now or before. */
    Path file() throws IOException {
        Path file = cache.resolve(sha256.substring(0, 16) + "-" + name());
        if (Files.isRegularFile(file) && checksum(file).equals(sha256)) {
            return file;
        }
        Files.createDirectories(cache);
        AtomicFile.write(file, this::fetch);
        return file;
    }

    /** The last part of the address, of characters that are safe in a file's name. */
    private String name() throws UnusableDataException {
        String path = address.getPath() == null ? "" : address.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
        if (!ArchiveTree.isArchive(Path.of(name.isEmpty() ? "none" : name))) {
            throw new UnusableDataException(address + ": must be the address of an archive (.tar, .tar.gz, .tgz, .zip)");
        }
        return name;
    }

    private void fetch(Path file) throws IOException {
        MessageDigest digest = sha256();
        long total = 0;
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NORMAL).build()) {
            HttpResponse<InputStream> response = client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body(); OutputStream out = Files.newOutputStream(file)) {
                if (response.statusCode() != OK) {
                    throw new UnusableDataException(address + ": the server answered " + response.statusCode());
                }
                byte[] chunk = new byte[CHUNK];
                for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                    total += count;
                    if (total > mostBytes) {
                        throw new UnusableDataException(address + ": is longer than " + (mostBytes >> 20) + " MiB; the download was stopped");
                    }
                    digest.update(chunk, 0, count);
                    out.write(chunk, 0, count);
                }
            }
        } catch (UnusableDataException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(address + ": the download was interrupted", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new UnusableDataException(address + ": cannot be fetched: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        }
        String is = HexFormat.of().formatHex(digest.digest());
        if (!is.equals(sha256)) {
            throw new UnusableDataException(address + ": " + total + " bytes with the checksum " + is + " came, and " + sha256 + " was given; nothing was kept");
        }
    }

    private static String checksum(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
