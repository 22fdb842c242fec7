package finch.engine.kernel;

import java.util.List;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape of this JVM, fixed at start: {@code -Dfinch.vectorBits=128|256|512}, by default the preferred one. */
final class VectorWidth {
    static final VectorSpecies<Float> FLOATS = shape().withLanes(float.class);
    static final int LANES = FLOATS.length();

    private VectorWidth() {}

    private static VectorShape shape() {
        int preferred = VectorShape.preferredShape().vectorBitSize();
        int bits = Integer.getInteger("finch.vectorBits", preferred);
        if (!List.of(128, 256, 512).contains(bits)) {
            throw new IllegalArgumentException("-Dfinch.vectorBits=" + bits + " is no vector width. Use 128, 256 or 512, or leave it out for " + preferred + ".");
        }
        return VectorShape.forBitSize(bits);
    }
}
