package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;

/** What JPEG files are beside red, green and blue that are whole. */
class JpegTest {
    private static final int SIDE = 32;
    private static final byte[] END = {(byte) 0xff, (byte) 0xd9};

    private static byte[] written(IIOImage image, boolean progressive) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.setOutput(out);
            writer.write(null, image, how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] noise(boolean progressive) throws IOException {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < SIDE * SIDE; i++) {
            picture.setRGB(i % SIDE, i / SIDE, random.nextInt(1 << 24));
        }
        return written(new IIOImage(picture, null, null), progressive);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** With a segment after the first marker. */
    private static byte[] with(byte[] jpeg, int marker, byte[] segment) {
        return joined(Arrays.copyOf(jpeg, 2), new byte[] {(byte) 0xff, (byte) marker, 0, (byte) (segment.length + 2)}, segment, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    @Test
    void a_file_that_is_cut_off_is_corrupt_wherever_it_ends_and_whatever_closes_it() throws IOException {
        for (boolean progressive : new boolean[] {false, true}) {
            byte[] whole = noise(progressive);
            for (int length = 1; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> ImageFile.decode("cut.jpg", cut)).as("%s bytes of %s", length, whole.length).isInstanceOf(CorruptImageException.class);
            }
            byte[] most = Arrays.copyOf(whole, whole.length - 50);
            assertThatThrownBy(() -> ImageFile.decode("cut.jpg", most)).hasMessage("cut.jpg: is cut off: some of its pixels are missing");
            assertThatThrownBy(() -> ImageFile.decode("closed.jpg", joined(most, END))).hasMessage("closed.jpg: is cut off: some of its pixels are missing");
        }
    }

    @Test
    void what_readers_only_complain_about_does_no_harm() throws IOException, CorruptImageException {
        byte[] whole = noise(false);
        byte[] body = Arrays.copyOf(whole, whole.length - 2);
        byte[] some = "something".getBytes(StandardCharsets.US_ASCII);
        byte[] expected = pixels(whole);

        assertThat(pixels(joined(body, some, END))).as("bytes before the end").isEqualTo(expected);
        assertThat(pixels(joined(whole, some))).as("bytes after the end").isEqualTo(expected);
        assertThat(pixels(with(whole, 0xe2, "ICC_PROFILE\0\1\1no profile".getBytes(StandardCharsets.ISO_8859_1)))).as("a profile that is none").isEqualTo(expected);
    }

    private static byte[] pixels(byte[] file) throws CorruptImageException {
        Image image = ImageFile.decode("whole.jpg", file);
        byte[] values = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) image.value(i / (SIDE * 3), i / 3 % SIDE, i % 3);
        }
        return values;
    }

    /** Of one colour in four channels, as they are stored. */
    private static byte[] fourChannels(int... colour) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, SIDE, SIDE, 4, null);
        for (int i = 0; i < SIDE * SIDE; i++) {
            raster.setPixel(i % SIDE, i / SIDE, colour);
        }
        return written(new IIOImage(raster, null, null), false);
    }

    private static void assertThatColourIs(byte[] file, int red, int green, int blue) throws CorruptImageException {
        Image image = ImageFile.decode("inks.jpg", file);
        assertThat(image.channels()).isEqualTo(3);
        int[] wanted = {red, green, blue};
        for (int channel = 0; channel < 3; channel++) {
            assertThat(image.value(SIDE / 2, SIDE - 1, channel)).as("channel %s", channel).isBetween(wanted[channel] - 2, wanted[channel] + 2);
        }
    }

    @Test
    void four_inks_keep_their_brightness() throws IOException, CorruptImageException {
        // stored inverted, as all programs do
        assertThatColourIs(fourChannels(200, 100, 50, 255), 200, 100, 50);
        assertThatColourIs(fourChannels(200, 100, 50, 191), 150, 75, 37);
        // luminance and chrominance of the inks 55, 155 and 205, told by Adobe's segment with transform 2
        assertThatColourIs(with(fourChannels(131, 170, 74, 255), 0xee, new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 2}), 200, 100, 50);
    }
}
