package finch.data;

import java.util.Arrays;

/** One decoded image: rows of pixels, channels interleaved, a byte per value. Immutable: its array is never handed out. */
public final class Image {
    private final int height;
    private final int width;
    private final int channels;
    /** [height][width][channels], unsigned. */
    final byte[] pixels;

    private Image(int height, int width, int channels, byte[] pixels) {
        if (height < 1 || width < 1 || pixels.length != (long) height * width * channels) {
            throw new IllegalArgumentException(pixels.length + " bytes for an image of " + height + "x" + width + "x" + channels);
        }
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.pixels = pixels;
    }

    /** @param pixels [height][width][channels], unsigned; copied */
    public static Image of(int height, int width, int channels, byte[] pixels) {
        return new Image(height, width, channels, pixels.clone());
    }

    /**
     * An image of a set as a network takes it.
     *
     * @throws CorruptImageException if that cannot be done, whatever the reason: a set of many must survive one
     */
    static Image of(ImageSet images, int index, int channels) throws CorruptImageException {
        try {
            return images.decode(index).withChannels(channels, images.nameOf(index));
        } catch (RuntimeException e) {
            throw new CorruptImageException(images.nameOf(index) + ": cannot be used: " + e);
        }
    }

    /** Of an array that nobody writes any more. */
    static Image owning(int height, int width, int channels, byte[] pixels) {
        return new Image(height, width, channels, pixels);
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    public int channels() {
        return channels;
    }

    /** 0 to 255. */
    public int value(int y, int x, int channel) {
        return pixels[(y * width + x) * channels + channel] & 0xff;
    }

    /**
     * This image with as many channels as a network takes: grey is repeated, as it loses nothing.
     *
     * @throws CorruptImageException if colour would have to become something else
     */
    Image withChannels(int wanted, String name) throws CorruptImageException {
        if (wanted == channels) {
            return this;
        }
        if (channels != 1) {
            throw new CorruptImageException(name + ": has " + channels + " channels where " + wanted + " are wanted");
        }
        byte[] repeated = new byte[Math.multiplyExact(pixels.length, wanted)];
        for (int i = 0; i < pixels.length; i++) {
            Arrays.fill(repeated, i * wanted, (i + 1) * wanted, pixels[i]);
        }
        return new Image(height, width, wanted, repeated);
    }
}
