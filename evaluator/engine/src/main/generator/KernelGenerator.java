import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the kernels that differ only in counts which the compiler must see: {@code java KernelGenerator.java FOLDER}. Maven runs
 * it before it compiles; the kernel tests are the tests of what it writes. Why the code is flat: see the description of the
 * package finch.engine.kernel.
 */
final class KernelGenerator {
    private KernelGenerator() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]).resolve("finch/engine/kernel");
        Files.createDirectories(folder);
        for (TileGenerator.Panel panel : TileGenerator.PANELS) {
            write(folder, panel.name(), new TileGenerator().of(panel));
        }
        for (int taps : new int[] {1, 3, 5, 7}) {
            write(folder, "DepthwiseRows" + taps, new DepthwiseRowsGenerator().of(taps));
        }
        for (int taps : new int[] {3, 5, 7}) {
            write(folder, "DepthwiseStrips" + taps, new DepthwiseStripsGenerator().of(taps));
        }
    }

    /** Leaves a file alone that says the same already, so that nothing is compiled again. */
    private static void write(Path folder, String name, String source) throws IOException {
        Path file = folder.resolve(name + ".java");
        if (!Files.exists(file) || !Files.readString(file).equals(source)) {
            Files.writeString(file, source);
        }
    }
}
