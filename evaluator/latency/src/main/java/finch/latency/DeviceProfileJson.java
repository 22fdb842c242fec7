package finch.latency;

import finch.space.format.FormatVersion;
import finch.space.format.InvalidFileException;
import finch.space.format.JsonWords;
import finch.space.format.Problem;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Device profiles as JSON text. */
final class DeviceProfileJson {
    private static final String WAY_OUT = ". Make a new profile with `finch calibrate`.";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /** Older profiles do not have it. */
    private static final String LATER = "heldOutNetworks";

    private DeviceProfileJson() {}

    static String write(DeviceProfile profile) {
        return MAPPER.writeValueAsString(profile) + "\n";
    }

    static DeviceProfile parse(String source, String text) {
        DeviceProfile profile;
        try {
            JsonNode tree = MAPPER.readTree(text);
            checkFormat(source, tree);
            // on the first line, so that messages still name the right one
            profile = MAPPER.readValue(tree.has(LATER) ? text : text.replaceFirst("\\{", "{\"" + LATER + "\":[],"), DeviceProfile.class);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
            String key = e.getPath().stream()
                    .map(r -> r.getPropertyName() == null ? "[" + r.getIndex() + "]" : r.getPropertyName())
                    .collect(Collectors.joining("."));
            throw refused(source, line, key, JsonWords.of(e) + WAY_OUT);
        }
        checkCoefficients(source, profile);
        return profile;
    }

    private static void checkFormat(String source, JsonNode tree) {
        JsonNode format = tree.get("format");
        if (format == null || !format.isString()) {
            throw refused(source, 1, "format", "is missing; a device profile says " + DeviceProfile.FORMAT + WAY_OUT);
        }
        if (FormatVersion.isNewer(format.stringValue(), DeviceProfile.FORMAT)) {
            throw refused(source, 1, "format", FormatVersion.newer(format.stringValue(), DeviceProfile.FORMAT));
        }
        if (!format.stringValue().equals(DeviceProfile.FORMAT)) {
            throw refused(source, 1, "format", "is " + format.stringValue() + ", but this version reads " + DeviceProfile.FORMAT + WAY_OUT);
        }
        JsonNode features = tree.get("features");
        // a number would become a string where the profile is read
        if (features != null && (!features.isString() || Features.names(features.stringValue()).isEmpty())) {
            throw refused(source, 1, "features", "is " + (features.isString() ? features.stringValue() : "no text") + ", but this version prices "
                    + LatencyFeatures.VERSION + " and " + NchwcFeatures.VERSION + WAY_OUT);
        }
    }

    private static void checkCoefficients(String source, DeviceProfile profile) {
        List<String> known = Features.names(profile.features()).orElseThrow();
        for (Map.Entry<String, Double> entry : profile.coefficients().entrySet()) {
            String key = "coefficients." + entry.getKey();
            if (!known.contains(entry.getKey())) {
                throw refused(source, 0, key, "is no feature of " + profile.features() + WAY_OUT);
            }
            if (entry.getValue() == null) {
                throw refused(source, 0, key, "has no value" + WAY_OUT);
            }
            if (!(entry.getValue() >= 0) || entry.getValue().isInfinite()) {
                throw refused(source, 0, key, "is " + entry.getValue() + ", but a price is a finite number of at least 0" + WAY_OUT);
            }
        }
        for (String name : known) {
            if (!profile.coefficients().containsKey(name)) {
                throw refused(source, 0, "coefficients." + name, "is missing" + WAY_OUT);
            }
        }
        DeviceProfile.Interval interval = profile.interval();
        if (!(interval.low() > 0 && interval.low() <= 1 && interval.high() >= 1) || Double.isInfinite(interval.high())) {
            throw refused(source, 0, "interval", "must satisfy 0 < low <= 1 <= high, not " + interval.low() + " and " + interval.high() + WAY_OUT);
        }
    }

    private static InvalidFileException refused(String source, int line, String key, String message) {
        return new InvalidFileException(List.of(new Problem(source, line, key, message)));
    }
}
