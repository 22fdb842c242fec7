package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.network.Layer;
import finch.space.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The layers of every reference against stored tables, so that a fresh clone notices when a reference, a rounding rule
 * or the lowering changes. The tables were checked against the published counts when they were made; to make them anew
 * after an intended change, run the tests with {@code -Dfinch.test.jvmArgs=-Dfinch.golden=write} and say why in the commit.
 */
class GoldenLayersTest {
    private static final Path FOLDER = Path.of(System.getProperty("finch.root", ".."), "space", "src", "test", "resources", "finch", "golden");

    static Stream<String> specs() {
        return Stream.concat(References.names().stream(), Stream.of("mobilenetv1@0.25/128", "mobilenetv2@1.4", "mobilenetv2@0.35/96",
                "mobilenetv3-large@0.75", "mobilenetv3-large@0.35:tfslim-scaled", "mobilenetv3-large@0.5:keras", "mobilenetv3-large@1.25:torchvision",
                "mobilenetv3-small@0.35:torchvision", "mobilenetv3-small@0.5:timm", "mobilenetv3-small@0.35/48x192:paddle",
                "mnasnet-a1@0.35", "mnasnet-b1@1.3", "mobilenet-edgetpu@0.75"));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void the_layers_of_a_reference_are_the_stored_ones(String spec) throws IOException {
        String table = table(Network.of(References.resolve(spec)));
        String file = spec.replace('@', '_').replace('/', '_').replace(':', '_') + ".txt";
        if ("write".equals(System.getProperty("finch.golden"))) {
            Files.createDirectories(FOLDER);
            Files.writeString(FOLDER.resolve(file), table);
        }
        try (InputStream in = getClass().getResourceAsStream("/finch/golden/" + file)) {
            assertThat(in).as("the golden file " + file).isNotNull();
            assertThat(table).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static String table(Network network) {
        StringBuilder out = new StringBuilder("name op input output kernel stride params macs nonlinearity\n");
        for (Layer layer : network.layers()) {
            String window = layer instanceof Layer.Convolution c ? c.window().kernel() + " " + c.window().stride() : "- -";
            String nonlinearity = switch (layer) {
                case Layer.Convolution c -> c.nonlinearity().toString();
                case Layer.Dense d -> d.nonlinearity().toString();
                default -> "-";
            };
            out.append(String.format(Locale.ROOT, "%s %s %s %s %s %d %d %s\n", layer.name(), layer.op(), layer.input(), layer.output(), window,
                    layer.params(), layer.macs(), nonlinearity.replace(" ", "")));
        }
        return out.append(String.format(Locale.ROOT, "params %d\nparams with batch-norm statistics %d\nmacs %d\npeak activation bytes %d\n",
                network.params(), network.paramsWithBatchNormStatistics(), network.macs(), network.peakActivationBytes())).toString();
    }
}
