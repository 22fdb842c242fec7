package finch.space.published;

import finch.space.format.References;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The cost of a depthwise separable convolution over that of a standard one, 1/N + 1/k² (Howard et al. 2017, section
 * 3.1): the formula beside the ratio of the counted layers, for each of MobileNetV1's blocks, as reduced fractions.
 */
final class SeparableCost {
    private SeparableCost() {}

    static List<Figure> figures() {
        List<Layer> separable = Network.of(References.resolve("mobilenetv1")).layers();
        List<Layer> standard = Network.of(Variants.find(Variants.STANDARD_CONVOLUTIONS).orElseThrow()).layers();
        List<Figure> figures = new ArrayList<>();
        int block = 1;
        for (Layer layer : standard) {
            if (layer.name().equals("block" + block + ".conv") && layer instanceof Layer.Convolution c) {
                String prefix = "block" + block + ".";
                long cost = separable.stream().filter(l -> l.name().startsWith(prefix)).mapToLong(Layer::macs).sum();
                long taps = c.window().kernel().area();
                long out = c.output().channels();
                String formula = fraction(taps + out, out * taps);
                String counted = fraction(cost, c.macs());
                figures.add(new Figure("mobilenetv1", "cost of block " + block + " over a standard convolution, 1/" + out + " + 1/" + taps,
                        "MobileNetV1 paper (arXiv 1704.04861) section 3.1", formula, counted, true,
                        formula.equals(counted) ? Figure.Status.EXACT : Figure.Status.DIFFERS, ""));
                block++;
            }
        }
        return figures;
    }

    private static String fraction(long numerator, long denominator) {
        long divisor = BigInteger.valueOf(numerator).gcd(BigInteger.valueOf(denominator)).longValue();
        return numerator / divisor + "/" + denominator / divisor;
    }
}
