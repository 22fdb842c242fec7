package finch.search.run;

import finch.latency.LatencyModel;
import java.util.Objects;

/**
 * A latency model with the profile that it comes from.
 *
 * @param fingerprint identifies machine, runtime and calibration; goes into the manifest
 * @param profile     the profile's file content, which a run folder keeps so that it can be repeated and resumed
 */
public record DeviceLatency(LatencyModel model, String fingerprint, String profile) {
    public DeviceLatency {
        Objects.requireNonNull(model);
        Objects.requireNonNull(fingerprint);
        Objects.requireNonNull(profile);
    }
}
