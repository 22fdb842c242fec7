package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ImageFileTest {
    @Test
    void a_png_is_read_exactly() throws CorruptImageException {
        BufferedImage picture = Pictures.picture(5, 7, 3);

        Image image = ImageFile.decode("p", Pictures.encoded(picture, "png"));

        assertThat(new int[] {image.height(), image.width(), image.channels()}).containsExactly(5, 7, 3);
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 7; x++) {
                assertThat(image.value(y, x, 0) << 16 | image.value(y, x, 1) << 8 | image.value(y, x, 2)).isEqualTo(picture.getRGB(x, y) & 0xffffff);
            }
        }
    }

    @Test
    void a_jpeg_is_read_in_the_right_order_of_colours() throws CorruptImageException {
        BufferedImage red = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        red.setRGB(0, 0, 16, 16, filled(256, 0xe02040), 0, 16);

        Image image = ImageFile.decode("p", Pictures.encoded(red, "jpg"));

        assertThat(image.value(8, 8, 0)).isBetween(0xe0 - 4, 0xe0 + 4);
        assertThat(image.value(8, 8, 1)).isBetween(0x20 - 4, 0x20 + 4);
        assertThat(image.value(8, 8, 2)).isBetween(0x40 - 4, 0x40 + 4);
    }

    private static int[] filled(int length, int value) {
        int[] values = new int[length];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void grey_stays_as_it_is_stored_in_8_and_16_and_1_bits() throws CorruptImageException {
        BufferedImage eight = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        eight.getRaster().setSample(0, 0, 0, 100);
        BufferedImage sixteen = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        sixteen.getRaster().setSample(0, 0, 0, 100 * 257);
        BufferedImage one = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        one.getRaster().setSample(0, 0, 0, 1);

        for (BufferedImage picture : new BufferedImage[] {eight, sixteen}) {
            Image image = ImageFile.decode("p", Pictures.encoded(picture, "png"));
            assertThat(image.channels()).isEqualTo(1);
            assertThat(image.value(0, 0, 0)).isEqualTo(100);
            assertThat(image.value(0, 1, 0)).isZero();
        }
        Image image = ImageFile.decode("p", Pictures.encoded(one, "png"));
        assertThat(image.channels()).isEqualTo(1);
        assertThat(image.value(0, 0, 0)).isEqualTo(255);
    }

    @Test
    void alpha_is_dropped() throws CorruptImageException {
        BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        picture.setRGB(0, 0, 0x40102030);

        Image image = ImageFile.decode("p", Pictures.encoded(picture, "png"));

        assertThat(image.channels()).isEqualTo(3);
        assertThat(image.value(0, 0, 2)).isEqualTo(0x30);
    }

    @Test
    void every_cut_of_a_file_is_an_image_or_one_named_failure() {
        for (String format : new String[] {"png", "jpg"}) {
            byte[] whole = Pictures.encoded(Pictures.picture(9, 9, 1), format);
            int failures = 0;
            for (int length = 0; length < whole.length; length++) {
                try {
                    ImageFile.decode("a/b." + format, Arrays.copyOf(whole, length));
                } catch (CorruptImageException e) {
                    assertThat(e).hasMessageStartingWith("a/b." + format + ": ");
                    failures++;
                }
            }
            assertThat(failures).as(format).isGreaterThan(whole.length / 3);
        }
    }

    /** A PNG whose header says something else than what follows. */
    private static byte[] claiming(int width, int height, int bits, int colours) {
        byte[] png = Pictures.png(1);
        ByteBuffer.wrap(png).putInt(16, width).putInt(20, height).put(24, (byte) bits).put(25, (byte) colours);
        CRC32 sum = new CRC32();
        sum.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) sum.getValue());
        return png;
    }

    @Test
    void a_header_that_claims_a_huge_image_is_refused_before_anything_is_allocated() {
        assertThatThrownBy(() -> ImageFile.decode("big.png", claiming(60_000, 60_000, 8, 2))).isInstanceOf(CorruptImageException.class)
                .hasMessageContaining("big.png: its header claims 60000x60000 pixels");
        assertThatThrownBy(() -> ImageFile.decode("long.png", claiming(5_000_000, 1, 8, 2))).isInstanceOf(CorruptImageException.class)
                .hasMessage("long.png: its header claims 5000000x1 pixels; at most 40000000 are read, and 65535 a side");
        // four channels of 16 bits
        assertThatThrownBy(() -> ImageFile.decode("deep.png", claiming(5_000, 5_000, 16, 6))).isInstanceOf(CorruptImageException.class)
                .hasMessage("deep.png: its header claims 5000x5000 pixels of 8 bytes; at most 160000000 bytes are decoded");
    }

    @Test
    void what_is_no_image_is_told_by_its_content() {
        assertThatThrownBy(() -> ImageFile.decode("x.jpg", "GIF89a something".getBytes(StandardCharsets.US_ASCII)))
                .hasMessage("x.jpg: is neither JPEG nor PNG, whatever its name says");
    }
}
