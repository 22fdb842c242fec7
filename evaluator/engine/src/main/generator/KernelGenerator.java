import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the register tiles of the product and the rows of the depthwise convolution, which differ only in counts that
 * the compiler must see: {@code java KernelGenerator FOLDER}. Maven compiles and runs it before it compiles the rest; the
 * kernel tests are the tests of what it writes. Why the code is flat: see the description of the package finch.engine.kernel.
 */
final class KernelGenerator {
    private KernelGenerator() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]).resolve("finch/engine/kernel");
        Files.createDirectories(folder);
        for (ProductTiles.Panel panel : ProductTiles.PANELS) {
            write(folder, panel.name(), new ProductTiles(panel));
        }
        for (int taps : new int[] {1, 3, 5, 7}) {
            write(folder, "DepthwiseRows" + taps, new DepthwiseRows(taps));
        }
        for (int taps : new int[] {3, 5, 7}) {
            write(folder, "DepthwiseStrips" + taps, new DepthwiseStrips(taps));
        }
        for (int vectors = 2; vectors <= 3; vectors++) {
            write(folder, "DepthwisePanels" + vectors, new DepthwisePanels(vectors));
        }
    }

    /** Leaves a file alone that says the same already, so that nothing is compiled again. */
    private static void write(Path folder, String name, KernelSource source) throws IOException {
        Path file = folder.resolve(name + ".java");
        String text = source.text();
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }
}
