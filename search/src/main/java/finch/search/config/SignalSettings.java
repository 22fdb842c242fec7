package finch.search.config;

import java.util.Objects;
import java.util.Optional;

/**
 * How zero-cost proxies are computed.
 *
 * @param data  labelled images: a known name, or a folder or archive in full; empty where no signal looks at images
 * @param seeds of weights and images, 1 to this many
 * @param batch images of a batch
 */
public record SignalSettings(Optional<String> data, int seeds, int batch) {
    public static final int DEFAULT_SEEDS = 3;
    public static final int DEFAULT_BATCH = 16;

    public SignalSettings {
        Objects.requireNonNull(data);
    }
}
