package finch.search.config;

import finch.space.Architecture;
import java.util.Objects;

/**
 * A network that a config names.
 *
 * @param spec as written: a reference name such as {@code mobilenetv3-large@0.75} or an architecture file
 */
public record NetworkReference(String spec, Architecture architecture) {
    public NetworkReference {
        Objects.requireNonNull(spec);
        Objects.requireNonNull(architecture);
    }

    /** For people: the architecture's own name, else the spec. */
    public String name() {
        return architecture.name().isEmpty() ? spec : architecture.name();
    }
}
