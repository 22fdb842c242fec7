package finch.search.fuzz;

import ai.onnx.proto.OnnxMl;
import finch.data.CorruptImageException;
import finch.data.DataSet;
import finch.data.DataSets;
import finch.data.ImageSet;
import finch.data.Normalisation;
import finch.data.Split;
import finch.data.UnusableDataException;
import finch.engine.Weights;
import finch.onnx.OnnxModel;
import finch.onnx.OnnxOptions;
import finch.onnx.OnnxReader;
import finch.onnx.OnnxWriter;
import finch.onnx.ReadOptions;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.InvalidFileException;
import finch.space.network.Network;
import finch.training.ModelFile;
import finch.training.TrainedModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Readers of binary files. */
final class DataParsers {
    private static final String SMALL = """
            format: finch-architecture/1
            resolution: 16
            classes: 3
            stem: { out: 4, kernel: 3, stride: 2, activation: hard-swish }
            blocks:
              - { type: inverted-residual, kernel: 3, expanded: 8, out: 4, stride: 1, squeeze: 4, activation: relu }
              - { type: depthwise-separable, kernel: 5, out: 6, stride: 2, squeeze: 0, activation: relu6 }
            head: { conv: 8, hidden: 8, activation: hard-swish }
            """;
    private static final Set<Class<? extends Exception>> INVALID = Set.of(InvalidFileException.class);
    private static final Set<Class<? extends Exception>> UNUSABLE = Set.of(UnusableDataException.class, CorruptImageException.class);

    private DataParsers() {}

    static List<Parser> all() throws IOException {
        byte[] png = image("png");
        byte[] jpeg = image("jpeg");
        byte[] idx = idx();
        byte[] zipped = zip(Map.of("a/1.png", png, "b/1.png", png, "../b/2.png", png, "/b/3.png", png));
        return List.of(onnx(), model(),
                new Parser("PNG", 30, "images/a/1.png", List.of(png), (seed, other, random) -> random.nextBoolean() ? chunks(ByteMutations.mutate(seed, other, List.of(), random))
                        : ByteMutations.mutate(seed, other, List.of("IHDR", "PLTE", "tRNS", "iCCP", "zTXt"), random), (file, folder, random) -> folder(file, png, "png"), UNUSABLE, false),
                new Parser("JPEG", 20, "images/a/1.jpg", List.of(jpeg), (seed, other, random) -> ByteMutations.mutate(seed, other, List.of("JFIF", "Exif"), random),
                        (file, folder, random) -> folder(file, jpeg, "jpg"), UNUSABLE, false),
                new Parser("IDX", 20, "idx/train-images-idx3-ubyte", List.of(idx), (seed, other, random) -> random.nextBoolean() ? header(seed, random)
                        : ByteMutations.mutate(seed, other, List.of(), random), DataParsers::idx, UNUSABLE, false),
                new Parser("IDX, gzipped", 10, "zipped/train-images-idx3-ubyte.gz", List.of(gzip(idx)), (seed, other, random) -> random.nextBoolean() ? gzip(header(idx, random))
                        : ByteMutations.mutate(seed, other, List.of(), random), DataParsers::idx, UNUSABLE, false),
                new Parser("CIFAR", 7, "cifar/data_batch_1.bin", List.of(new byte[3073], new byte[2 * 3073]), (seed, other, random) -> ByteMutations.mutate(seed, other, List.of(), random),
                        (file, folder, random) -> images(folder), UNUSABLE, false),
                new Parser("zip of images", 10, "images.zip", List.of(zipped), (seed, other, random) -> ByteMutations.mutate(seed, other, List.of("../", "/etc/"), random),
                        (file, folder, random) -> images(file), UNUSABLE, false),
                new Parser("tar of images", 10, "images.tar", List.of(tar(png)), (seed, other, random) -> {
                    byte[] mutated = ByteMutations.mutate(seed, other, List.of("../", "/etc/", "77777777777"), random);
                    return random.nextInt(4) == 0 ? mutated : summed(mutated);
                },
                        (file, folder, random) -> images(file), UNUSABLE, false));
    }

    private static Parser onnx() throws IOException {
        Architecture architecture = ArchitectureFormat.parse("small", SMALL);
        Network network = Network.of(architecture);
        List<byte[]> seeds = List.of(OnnxWriter.toBytes(network, Weights.seeded(network, 1), OnnxOptions.folded()),
                OnnxWriter.toBytes(network, Weights.seeded(network, 1), OnnxOptions.unfolded().withArchitecture(ArchitectureFormat.toJson(architecture))));
        List<OnnxMl.ModelProto> models = new ArrayList<>();
        List<String> words = new ArrayList<>(List.of("Add", "Mul", "Div", "Sub", "Conv", "Gemm", "MatMul", "Relu", "Clip", "Reshape", "Flatten", "Transpose", "Concat", "Shape", "Gather", "Squeeze",
                "Unsqueeze", "Constant", "ConstantOfShape", "Expand", "Tile", "Pad", "Slice", "Split", "Cast", "Identity", "GlobalAveragePool", "AveragePool", "MaxPool", "ReduceMean", "Softmax",
                "BatchNormalization", "HardSigmoid", "HardSwish", "Sigmoid", "Dropout", "Range", "Resize", "LSTM", "If", "Loop", "pads", "strides", "group", "axis", "axes", "perm"));
        for (byte[] seed : seeds) {
            OnnxMl.ModelProto model = OnnxMl.ModelProto.parseFrom(seed);
            models.add(model);
            model.getGraph().getNodeList().forEach(node -> {
                words.addAll(node.getInputList());
                words.addAll(node.getOutputList());
            });
        }
        return new Parser("ONNX", 70, "network.onnx", seeds, (seed, other, random) -> random.nextInt(5) > 0 ? MessageMutations.mutate(ByteMutations.pick(models, random), words, random)
                : ByteMutations.mutate(seed, other, words, random), (file, folder, random) -> {
                    OnnxModel model = OnnxReader.read(file, ReadOptions.none());
                    model.network().macs();
                    model.network().peakActivationBytes();
                }, INVALID, false);
    }

    private static Parser model() throws IOException {
        Architecture architecture = ArchitectureFormat.parse("small", SMALL);
        Path file = Files.createTempFile("seed", ModelFile.ENDING);
        try {
            ModelFile.write(file, new TrainedModel(architecture, Weights.seeded(Network.of(architecture), 1), List.of("a", "b", "c"), Normalisation.of(3, 0.5, 0.25),
                    Map.of("epochs", 3L)));
            byte[] whole = Files.readAllBytes(file);
            byte[] description = entries(whole).firstEntry().getValue();
            List<String> words = TextParsers.words(List.of(description));
            return new Parser("model", 40, "network" + ModelFile.ENDING, List.of(whole), (seed, other, random) -> random.nextInt(4) == 0 ? ByteMutations.mutate(seed, other, words, random)
                    : described(whole, random.nextBoolean() ? TreeMutations.mutate(description, words, random) : ByteMutations.mutate(description, description, words, random)),
                    (damaged, folder, random) -> ModelFile.read(damaged), INVALID, false);
        } finally {
            Files.delete(file);
        }
    }

    private static LinkedHashMap<String, byte[]> entries(byte[] zip) throws IOException {
        LinkedHashMap<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return entries;
    }

    /** A model with another description, whose checksum is right. */
    private static byte[] described(byte[] model, byte[] description) {
        try {
            LinkedHashMap<String, byte[]> entries = entries(model);
            entries.put(entries.firstEntry().getKey(), description);
            return zip(entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> content : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(content.getKey());
                CRC32 crc = new CRC32();
                crc.update(content.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(content.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** With the right checksums in its headers, without which what else is wrong with them would not be looked at. */
    private static byte[] summed(byte[] tar) {
        for (int at = 0; at + 512 <= tar.length; at += 512) {
            if (tar[at + 257] == 'u' && tar[at + 258] == 's') {
                Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
                int sum = 0;
                for (int i = at; i < at + 512; i++) {
                    sum += tar[i] & 0xff;
                }
                byte[] octal = "%06o\0".formatted(sum).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(octal, 0, tar, at + 148, octal.length);
            }
        }
        return tar;
    }

    private static byte[] tar(byte[] png) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (String name : List.of("set/a/1.png", "set/b/1.png", "../b/2.png")) {
                TarArchiveEntry entry = new TarArchiveEntry(name, true);
                entry.setSize(png.length);
                tar.putArchiveEntry(entry);
                tar.write(png);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] image(String format) throws IOException {
        BufferedImage image = new BufferedImage(6, 5, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 30; i++) {
            image.setRGB(i % 6, i / 6, i * 0x0a0b0c);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, format, bytes);
        return bytes.toByteArray();
    }

    /** The checksums of a PNG's chunks are made right, so that more is read than the first of them. */
    private static byte[] chunks(byte[] png) {
        byte[] bytes = png.clone();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int at = 8; at + 12 <= bytes.length;) {
            int length = buffer.getInt(at);
            if (length < 0 || length > bytes.length - at - 12) {
                return bytes;
            }
            CRC32 crc = new CRC32();
            crc.update(bytes, at + 4, length + 4);
            buffer.putInt(at + 8 + length, (int) crc.getValue());
            at += 12 + length;
        }
        return bytes;
    }

    private static byte[] idx() {
        byte[] bytes = new byte[16 + 12 * 12];
        ByteBuffer.wrap(bytes).putInt(0x803).putInt(12).putInt(3).putInt(4);
        return bytes;
    }

    private static byte[] header(byte[] idx, RandomGenerator random) {
        byte[] bytes = idx.clone();
        int[] sizes = {0, 1, -1, 2, 12, 4096, 4097, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30, random.nextInt()};
        ByteBuffer.wrap(bytes).putInt(4 * random.nextInt(4), sizes[random.nextInt(sizes.length)]);
        return bytes;
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void idx(Path file, Path folder, RandomGenerator random) throws IOException, CorruptImageException {
        Path labels = folder.resolve("train-labels-idx1-ubyte");
        if (!Files.exists(labels)) {
            byte[] bytes = new byte[8 + 12];
            ByteBuffer.wrap(bytes).putInt(0x801).putInt(12);
            bytes[9] = 1;
            bytes[10] = 1;
            Files.write(labels, bytes);
        }
        images(folder);
    }

    private static void folder(Path file, byte[] sound, String ending) throws IOException, CorruptImageException {
        Path folder = file.getParent().getParent();
        for (String other : List.of("a/2", "b/1", "b/2")) {
            Path path = folder.resolve(other + "." + ending);
            if (!Files.exists(path)) {
                Files.createDirectories(path.getParent());
                Files.write(path, sound);
            }
        }
        images(folder);
    }

    private static void images(Path set) throws IOException, CorruptImageException {
        DataSet data = DataSets.open(set.toString(), set, Split.DEFAULT);
        for (ImageSet images : List.of(data.training(), data.validation())) {
            for (int i = 0; i < images.size(); i++) {
                images.decode(i);
            }
        }
    }
}
