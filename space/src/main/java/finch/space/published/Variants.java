package finch.space.published;

import finch.space.Architecture;
import finch.space.Block;
import finch.space.format.References;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Networks that papers compare the references with and that are no references themselves. */
final class Variants {
    /** Howard et al. 2017, table 4: a full convolution in place of every depthwise separable one. */
    static final String STANDARD_CONVOLUTIONS = "mobilenetv1-standard-convolutions";
    /** Howard et al. 2017, table 5: without the five 14x14x512 blocks. */
    static final String SHALLOW = "mobilenetv1-shallow";

    private static final Map<String, Supplier<Architecture>> ALL =
            Map.of(STANDARD_CONVOLUTIONS, Variants::standardConvolutions, SHALLOW, Variants::shallow);

    private Variants() {}

    static List<String> names() {
        return List.of(STANDARD_CONVOLUTIONS, SHALLOW);
    }

    static Optional<Architecture> find(String name) {
        return Optional.ofNullable(ALL.get(name)).map(Supplier::get);
    }

    private static Architecture standardConvolutions() {
        return withBlocks(STANDARD_CONVOLUTIONS, References.resolve("mobilenetv1").blocks().stream()
                .<Block>map(b -> new Block.Convolution(b.kernel(), b.stride(), b.out(), b.activation())).toList());
    }

    private static Architecture shallow() {
        List<Block> blocks = References.resolve("mobilenetv1").blocks();
        return withBlocks(SHALLOW, IntStream.range(0, blocks.size())
                .filter(i -> !(blocks.get(i).out() == 512 && blocks.get(i).stride().isOne())).mapToObj(blocks::get).toList());
    }

    private static Architecture withBlocks(String name, List<Block> blocks) {
        Architecture base = References.resolve("mobilenetv1");
        return new Architecture(name, base.resolution(), base.channels(), base.classes(), base.padding(), base.stem(), blocks, base.head());
    }
}
