package finch.search.run;

import finch.latency.LatencyModel;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A latency model with the profile that it comes from.
 *
 * @param fingerprint identifies machine, runtime and calibration; goes into the manifest
 * @param text        gives the profile's file content, which a run folder keeps so that it can be repeated and resumed; not
 *                    asked when the search is refused
 */
public record DeviceLatency(LatencyModel model, String fingerprint, Supplier<String> text) {
    public DeviceLatency {
        Objects.requireNonNull(model);
        Objects.requireNonNull(fingerprint);
        Objects.requireNonNull(text);
    }

    /** @param profile the profile's file content */
    public DeviceLatency(LatencyModel model, String fingerprint, String profile) {
        this(model, fingerprint, () -> profile);
        Objects.requireNonNull(profile);
    }

    /** The profile's file content. */
    public String profile() {
        return text.get();
    }
}
