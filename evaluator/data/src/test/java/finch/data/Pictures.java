package finch.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Makes images and sets of them. */
final class Pictures {
    private Pictures() {}

    /** A picture that no other seed has. */
    static BufferedImage picture(int height, int width, int seed) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, (x * 7 + seed * 31) % 256 << 16 | (y * 11 + seed * 17) % 256 << 8 | (x + y + seed * 5) % 256);
            }
        }
        return picture;
    }

    static byte[] encoded(BufferedImage picture, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(picture, format, bytes)) {
                throw new IllegalArgumentException("no writer for " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] png(int seed) {
        return encoded(picture(8, 8, seed), "png");
    }

    static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    /** {@code count} PNGs in the folder. */
    static void folder(Path folder, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            write(folder.resolve(i + ".png"), png(folder.getFileName().hashCode() % 97 + i));
        }
    }

    /** Images in memory, half of each of two classes. */
    static ImageSet set(int count, IntFunction<Image> image) {
        Image[] images = IntStream.range(0, count).mapToObj(image).toArray(Image[]::new);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 2);
        }
        return new StoredImages(List.of("even", "odd"), labels, i -> "image " + i, i -> images[i]);
    }

    /** A set of images of noise. */
    static ImageSet noise(int count, int side, int channels) {
        return set(count, i -> {
            byte[] pixels = new byte[side * side * channels];
            Random random = new Random(i);
            random.nextBytes(pixels);
            return Image.of(side, side, channels, pixels);
        });
    }
}
