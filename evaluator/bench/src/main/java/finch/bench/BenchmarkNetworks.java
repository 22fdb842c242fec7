package finch.bench;

import finch.space.format.References;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** The networks that are timed, and what they are run on. */
final class BenchmarkNetworks {
    /** At 224 x 224. */
    static final List<String> NAMES = List.of("mobilenetv1", "mobilenetv2", "mobilenetv3-large", "mobilenetv3-small",
            "mobilenetv3-large-minimalistic", "mnasnet-a1", "efficientnet-b0");

    private BenchmarkNetworks() {}

    static Network lowered(String spec) {
        return Network.of(References.resolve(spec));
    }

    /** {@code batch} images of normal noise, the same in each call. */
    static float[] images(Network network, int batch) {
        SplittableRandom random = new SplittableRandom(1);
        float[] images = new float[Math.multiplyExact(batch, network.input().size())];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        return images;
    }

    /** Other networks than the one that is timed: the references, each at its own size, then random ones of the widest space. */
    static List<Network> others(String timed, int count, long seed) {
        List<Network> others = new ArrayList<>();
        String name = lowered(timed).name();
        for (String reference : References.names()) {
            if (others.size() < count && !reference.equals(name)) {
                others.add(lowered(reference));
            }
        }
        StagedSpace space = SpaceFormat.named("mobilenetv3");
        Random random = new Random(seed);
        while (others.size() < count) {
            others.add(Network.of(space.decode(space.random(random)).named("random-" + others.size())));
        }
        return others;
    }
}
