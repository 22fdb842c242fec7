package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a server on this machine. */
class DownloadTest {
    @TempDir
    private Path cache;

    private final AtomicInteger asked = new AtomicInteger();
    private byte[] archive;
    private String sha256;
    private HttpServer server;
    private String base;

    @BeforeEach
    void serve() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < 8; i++) {
                zip.putNextEntry(new ZipEntry((i % 2 == 0 ? "even/" : "odd/") + i + ".png"));
                BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
                picture.setRGB(i % 4, i / 4, 0xffffff);
                ImageIO.write(picture, "png", zip);
                zip.closeEntry();
            }
        }
        archive = bytes.toByteArray();
        sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/images.zip", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, archive.length);
            exchange.getResponseBody().write(archive);
            exchange.close();
        });
        server.start();
        base = "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort() + "/";
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private DataSet fetch(String name, String checksum) throws IOException {
        return DataSets.fetch(base + name, checksum, cache, Split.DEFAULT);
    }

    private long kept() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.count();
        }
    }

    @Test
    void an_archive_is_fetched_once_and_again_only_if_it_was_damaged() throws IOException {
        DataSet set = fetch("images.zip", sha256);
        assertThat(set.classes()).containsExactly("even", "odd");
        assertThat(set.training().size() + set.validation().size()).isEqualTo(8);
        assertThat(set.name()).isEqualTo(base + "images.zip");
        fetch("images.zip", "SHA256:" + sha256.toUpperCase(java.util.Locale.ROOT));
        assertThat(asked).hasValue(1);
        try (Stream<Path> files = Files.list(cache)) {
            Files.write(files.findFirst().orElseThrow(), new byte[10]);
        }
        assertThat(fetch("images.zip", sha256).classes()).hasSize(2);
        assertThat(asked).hasValue(2);
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void what_is_not_what_was_meant_is_not_kept() throws Exception {
        assertThatThrownBy(() -> fetch("images.zip", "0".repeat(64))).isInstanceOf(UnusableDataException.class).hasMessageContaining("with the checksum " + sha256).hasMessageContaining("nothing was kept");
        assertThatThrownBy(() -> fetch("other.zip", sha256)).isInstanceOf(UnusableDataException.class).hasMessageContaining("the server answered 404");
        assertThatThrownBy(() -> fetch("images.zip", "abc")).isInstanceOf(UnusableDataException.class).hasMessageContaining("must be SHA-256, 64 hexadecimal digits, not \"abc\"");
        assertThatThrownBy(() -> fetch("images.exe", sha256)).isInstanceOf(UnusableDataException.class).hasMessageContaining("must be the address of an archive");
        assertThatThrownBy(() -> fetch("a b.zip", sha256)).isInstanceOf(UnusableDataException.class).hasMessageContaining("is no address");
        URI address = URI.create(base + "images.zip");
        assertThatThrownBy(() -> new Download(address, sha256, cache, archive.length - 1).file()).isInstanceOf(UnusableDataException.class).hasMessageContaining("the download was stopped");
        server.stop(0);
        assertThatThrownBy(() -> fetch("images.zip", sha256)).isInstanceOf(UnusableDataException.class).hasMessageContaining("cannot be fetched");
        assertThat(kept()).isZero();
    }
}
