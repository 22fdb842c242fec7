package finch.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG and PNG. Nothing is believed: the format is told by the first bytes, the size is read from the header and
 * bounded before pixels are allocated, and whatever a decoder throws is one corrupt image. So decoding takes a thread at most the
 * file (64 MiB), what the decoder makes of it (160 MB) and the image (120 MB). An alpha channel is dropped and an EXIF orientation
 * not heeded, as the usual training pipelines do.
 */
final class ImageFile {
    /** More than any photograph for a classifier. */
    static final int MOST_PIXELS = 40_000_000;
    /** What JPEG can say. */
    static final int LONGEST_SIDE = 65_535;
    /** What a decoder may make of it: four bytes a pixel, or eight (four channels of 16 bits) of half as many. */
    static final long MOST_DECODED_BYTES = 4L * MOST_PIXELS;
    static final int MOST_BYTES = 64 << 20;

    private static final Set<String> FORMATS = Set.of("jpg", "jpeg", "jpe", "jfif", "png");
    private static final Set<String> OTHER_FORMATS = Set.of("avif", "bmp", "gif", "heic", "heif", "jp2", "jxl", "pgm", "pnm", "ppm", "tga", "tif", "tiff", "webp");

    private ImageFile() {}

    static boolean isOne(String path) {
        return FORMATS.contains(extension(path));
    }

    /** Whether a file's name says that it is an image that is not read, so that it can be told; the Java library reads few formats, and training few of these. */
    static boolean isOfAnotherFormat(String path) {
        return OTHER_FORMATS.contains(extension(path));
    }

    private static String extension(String path) {
        return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** @param name for messages */
    static Image decode(String name, byte[] file) throws CorruptImageException {
        String format = format(file);
        if (format.isEmpty()) {
            throw new CorruptImageException(name + ": is neither JPEG nor PNG, whatever its name says");
        }
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        ImageReader reader = readers.next();
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
        // the stream of javax.imageio that keeps no temporary file
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            // without metadata, whose compressed chunks may be of any size
            reader.setInput(stream, true, true);
            check(name, reader);
            Image image = image(reader.read(0));
            if (warnings.stream().anyMatch(ImageFile::tellsOfAnEarlyEnd)) {
                throw new CorruptImageException(name + ": is cut off: some of its pixels are missing");
            }
            return image;
        } catch (IOException | RuntimeException e) {
            throw new CorruptImageException(name + ": cannot be decoded: " + UnusableDataException.reason(e));
        } finally {
            reader.dispose();
        }
    }

    /**
     * Whether a warning means that pixels are made up. The JPEG reader fills what is missing with grey and goes on; it warns of much else that does no
     * harm. Of the two it has, one is of libjpeg and one of the JDK's only bundle, and neither is translated.
     */
    private static boolean tellsOfAnEarlyEnd(String warning) {
        String lower = warning.toLowerCase(Locale.ROOT);
        return lower.contains("premature end") || lower.contains("missing eoi");
    }

    private static void check(String name, ImageReader reader) throws IOException, CorruptImageException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        long pixels = (long) width * height;
        if (pixels < 1 || pixels > MOST_PIXELS || Math.max(width, height) > LONGEST_SIDE) {
            throw new CorruptImageException(name + ": its header claims " + width + "x" + height + " pixels; at most " + MOST_PIXELS
                    + " are read, and " + LONGEST_SIDE + " a side");
        }
        ImageTypeSpecifier type = reader.getRawImageType(0);
        // unknown only of JPEGs, which have four channels of a byte at most
        long bytes = pixels * (type == null ? 4 : Math.ceilDiv(type.getNumBands() * type.getBitsPerBand(0), Byte.SIZE));
        if (bytes > MOST_DECODED_BYTES) {
            throw new CorruptImageException(name + ": its header claims " + width + "x" + height + " pixels of " + bytes / pixels + " bytes; at most "
                    + MOST_DECODED_BYTES + " bytes are decoded");
        }
    }

    private static String format(byte[] file) {
        if (file.length > 3 && (file[0] & 0xff) == 0xff && (file[1] & 0xff) == 0xd8 && (file[2] & 0xff) == 0xff) {
            return "jpeg";
        }
        boolean png = file.length > 8 && (file[0] & 0xff) == 0x89 && file[1] == 'P' && file[2] == 'N' && file[3] == 'G';
        return png ? "png" : "";
    }

    private static Image image(BufferedImage decoded) {
        int height = decoded.getHeight();
        int width = decoded.getWidth();
        // grey is read as stored: getRGB would take it for linear light and brighten it
        if (decoded.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
            return Image.owning(height, width, 1, grey(decoded.getRaster(), decoded.getColorModel().getComponentSize(0)));
        }
        byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)];
        if (decoded.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
            return Image.owning(height, width, 3, uninked(decoded.getRaster(), pixels));
        }
        if (decoded.getType() == BufferedImage.TYPE_3BYTE_BGR) {
            int[] row = new int[width * 3];
            for (int y = 0; y < height; y++) {
                decoded.getRaster().getPixels(0, y, width, 1, row);
                for (int i = 0; i < row.length; i++) {
                    pixels[y * row.length + i] = (byte) row[i];
                }
            }
            return Image.owning(height, width, 3, pixels);
        }
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            decoded.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * 3;
                pixels[at] = (byte) (row[x] >> 16);
                pixels[at + 1] = (byte) (row[x] >> 8);
                pixels[at + 2] = (byte) row[x];
            }
        }
        return decoded.getColorModel() instanceof IndexColorModel ? greyIfAllIs(height, width, pixels) : Image.owning(height, width, 3, pixels);
    }

    /** Grey of few bits comes as a palette. */
    private static Image greyIfAllIs(int height, int width, byte[] pixels) {
        byte[] grey = new byte[height * width];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = pixels[3 * i];
            if (pixels[3 * i + 1] != grey[i] || pixels[3 * i + 2] != grey[i]) {
                return Image.owning(height, width, 3, pixels);
            }
        }
        return Image.owning(height, width, 1, grey);
    }

    /** Red, green and blue of four inks, as other libraries make it: getRGB would take them for linear light and brighten them. @param pixels to fill */
    private static byte[] uninked(Raster raster, byte[] pixels) {
        int[] row = new int[raster.getWidth() * 4];
        for (int y = 0, at = 0; y < raster.getHeight(); y++) {
            raster.getPixels(0, y, raster.getWidth(), 1, row);
            for (int i = 0; i < row.length; i += 4) {
                for (int ink = 0; ink < 3; ink++) {
                    pixels[at++] = (byte) Math.round((255 - row[i + ink]) * (255 - row[i + 3]) / 255.0);
                }
            }
        }
        return pixels;
    }

    /** The first band on a scale of 0 to 255, whatever its bits. */
    private static byte[] grey(Raster raster, int bits) {
        int most = (1 << bits) - 1;
        byte[] pixels = new byte[raster.getHeight() * raster.getWidth()];
        int[] row = new int[raster.getWidth()];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(0, y, row.length, 1, 0, row);
            for (int x = 0; x < row.length; x++) {
                pixels[y * row.length + x] = (byte) Math.round(255.0 * row[x] / most);
            }
        }
        return pixels;
    }
}
