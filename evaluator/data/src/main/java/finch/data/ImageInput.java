package finch.data;

import finch.space.network.TensorShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Makes single image files inputs of a network, exactly as {@link Batches} of a {@link BatchPlan#plain} plan does.
 *
 * @param input shape of the network's input
 */
public record ImageInput(TensorShape input, Normalisation normalisation) {
    /**
     * Reads a JPEG or PNG file.
     *
     * @param name for messages
     * @return [height][width][channels]
     * @throws CorruptImageException if it is not there or cannot be used, saying why
     */
    public float[] read(Path file, String name) throws CorruptImageException {
        Image image = ImageFile.decode(name, bytes(file, name)).withChannels(input.channels(), name);
        // a plain plan draws nothing
        return new Augmenter(BatchPlan.plain(1, input, normalisation)).input(image, new SplittableRandom(0));
    }

    private static byte[] bytes(Path file, String name) throws CorruptImageException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(ImageFile.MOST_BYTES);
            if (bytes.length == ImageFile.MOST_BYTES) {
                throw new CorruptImageException(name + ": is longer than an image may be, " + (ImageFile.MOST_BYTES >> 20) + " MiB");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new CorruptImageException(name + ": there is no such file");
        } catch (IOException e) {
            throw new CorruptImageException(name + ": cannot be read: " + (Files.isDirectory(file) ? "it is a folder" : e.getMessage()));
        }
    }
}
