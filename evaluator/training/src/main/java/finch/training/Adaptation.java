package finch.training;

import finch.data.CorruptImageException;
import finch.data.Image;
import finch.data.ImageSet;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Stem;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import java.util.ArrayList;
import java.util.List;

/**
 * A network made to fit images: as many outputs as there are classes, as many channels as the images have, and their size where it is one size
 * and smaller than the network's.
 */
final class Adaptation {
    private static final int ENOUGH_IMAGES = 256;
    /** A last map of fewer pixels a side leaves little to pool. */
    private static final int SMALL_MAP = 4;

    private final Architecture given;
    private final Architecture architecture;

    private Adaptation(Architecture given, Architecture architecture) {
        this.given = given;
        this.architecture = architecture;
    }

    /** @throws IllegalArgumentException if the network does not run at that size */
    static Adaptation of(Architecture given, ImageSet images, TrainingConfig config) {
        int most = 1;
        Extent common = null;
        boolean same = true;
        int readable = 0;
        ImageSet sample = images.sample(ENOUGH_IMAGES, 1);
        for (int i = 0; i < sample.size(); i++) {
            try {
                Image image = sample.decode(i);
                Extent size = new Extent(image.height(), image.width());
                same &= common == null || common.equals(size);
                common = size;
                most = Math.max(most, image.channels());
                readable++;
            } catch (CorruptImageException e) {
                // left out by the batches, which tell it
            }
        }
        if (config.channels().isEmpty() && readable > 0 && most == 1 && sample.size() < images.size()) {
            most = mostChannels(images);
        }
        boolean ofImages = same && readable > 0 && common.height() <= given.resolution().height() && common.width() <= given.resolution().width();
        Extent resolution = config.resolution().orElse(ofImages ? common : given.resolution());
        int channels = config.channels().orElse(readable > 0 ? most : given.channels());
        Architecture fitted = new Architecture(given.name(), resolution, channels, images.classes().size(), given.padding(), given.stem(), given.blocks(), given.head());
        return new Adaptation(given, config.outputStride().isPresent() ? strided(fitted, config.outputStride().getAsInt()) : fitted);
    }

    /** One image in colour among thousands would be left out by a network for grey ones; where all are grey, all have to be looked at. */
    private static int mostChannels(ImageSet images) {
        for (int i = 0; i < images.size(); i++) {
            try {
                int channels = images.decode(i).channels();
                if (channels > 1) {
                    return channels;
                }
            } catch (CorruptImageException e) {
                // left out by the batches, which tell it
            }
        }
        return 1;
    }

    Architecture architecture() {
        return architecture;
    }

    /** What was made of the network, for people. */
    List<String> remarks() {
        Network network = Network.of(architecture);
        TensorShape last = lastMap(network);
        List<String> remarks = new ArrayList<>();
        String before = shape(given);
        String now = shape(architecture);
        remarks.add((given.name().isEmpty() ? "the network" : given.name()) + (before.equals(now) ? ": " + now : ": " + now + " (given: " + before + ")") + "; "
                + "its last map is " + last.height() + "x" + last.width() + ", its output stride " + outputStride(architecture));
        if (Math.min(last.height(), last.width()) < SMALL_MAP && outputStride(architecture).area() > 1) {
            int stride = Math.max(1, Math.min(architecture.resolution().height(), architecture.resolution().width()) / SMALL_MAP / 2);
            remarks.add("a last map of " + last.height() + "x" + last.width() + " is small; --output-stride " + Integer.highestOneBit(stride)
                    + " would keep it larger, at a higher cost");
        }
        return remarks;
    }

    private static String shape(Architecture architecture) {
        return new TensorShape(architecture.resolution().height(), architecture.resolution().width(), architecture.channels()) + ", " + architecture.classes() + " classes";
    }

    /** What the global pooling reads, or the network's output where there is none. */
    private static TensorShape lastMap(Network network) {
        for (Layer layer : network.layers().reversed()) {
            if (layer instanceof Layer.GlobalAveragePool pool && pool.input().pixels() >= 1 && feedsClassifier(network, layer)) {
                return pool.input();
            }
        }
        return network.output();
    }

    /** Squeeze-excite pools as well, but what follows ends in a gate. */
    private static boolean feedsClassifier(Network network, Layer pool) {
        int at = network.layers().indexOf(pool);
        return network.layers().subList(at, network.layers().size()).stream().noneMatch(layer -> layer instanceof Layer.Scale);
    }

    private static Extent outputStride(Architecture architecture) {
        int height = architecture.stem().stride().height();
        int width = architecture.stem().stride().width();
        for (Block block : architecture.blocks()) {
            height *= block.stride().height();
            width *= block.stride().width();
        }
        return new Extent(height, width);
    }

    /** The first strides give way, since later ones are where the network is wide. */
    private static Architecture strided(Architecture architecture, int wanted) {
        Extent product = outputStride(architecture);
        int[] left = {product.height(), product.width()};
        Stem stem = architecture.stem();
        Stem changed = new Stem(stem.out(), stem.kernel(), reduced(stem.stride(), left, wanted), stem.activation());
        List<Block> blocks = new ArrayList<>();
        for (Block block : architecture.blocks()) {
            Extent stride = reduced(block.stride(), left, wanted);
            blocks.add(switch (block) {
                case Block.InvertedResidual b -> new Block.InvertedResidual(b.kernel(), stride, b.expanded(), b.out(), b.squeeze(), b.activation(), b.forceExpand(), b.skip());
                case Block.FusedInvertedResidual b -> new Block.FusedInvertedResidual(b.kernel(), stride, b.expanded(), b.out(), b.squeeze(), b.activation(), b.skip());
                case Block.DepthwiseSeparable b -> new Block.DepthwiseSeparable(b.kernel(), stride, b.out(), b.squeeze(), b.activation());
                case Block.Convolution b -> new Block.Convolution(b.kernel(), stride, b.out(), b.activation());
            });
        }
        return new Architecture(architecture.name(), architecture.resolution(), architecture.channels(), architecture.classes(), architecture.padding(), changed, blocks,
                architecture.head());
    }

    /** @param left the products of all strides that are left, by axis; updated */
    private static Extent reduced(Extent stride, int[] left, int wanted) {
        int height = stride.height();
        int width = stride.width();
        if (left[0] > wanted) {
            left[0] /= height;
            height = 1;
        }
        if (left[1] > wanted) {
            left[1] /= width;
            width = 1;
        }
        return new Extent(height, width);
    }
}
