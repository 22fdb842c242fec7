package finch.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells whether two sets hold the same images: SHA-256 of class names, names, labels, and the pixels of up to 512 images that are spread over the set.
 * More pixels would mean to decode a whole set of photographs before each training.
 */
public final class Fingerprint {
    private static final int IMAGES = 512;

    private Fingerprint() {}

    /** 64 hexadecimal digits. @param name of the data set, which the names of its images begin with; where it lies does not matter */
    public static String of(ImageSet images, String name) {
        MessageDigest digest = sha256();
        images.classes().forEach(label -> text(digest, label));
        for (int i = 0; i < images.size(); i++) {
            String image = images.nameOf(i);
            text(digest, image.startsWith(name) ? image.substring(name.length()) : image);
            digest.update(ByteBuffer.allocate(4).putInt(0, images.label(i)));
        }
        int count = Math.min(IMAGES, images.size());
        for (int i = 0; i < count; i++) {
            try {
                Image image = images.decode((int) ((long) i * images.size() / count));
                digest.update(ByteBuffer.allocate(12).putInt(0, image.height()).putInt(4, image.width()).putInt(8, image.channels()));
                digest.update(image.pixels);
            } catch (CorruptImageException e) {
                text(digest, "corrupt");
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void text(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
