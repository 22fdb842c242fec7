package finch.training;

import finch.data.DataSet;
import finch.data.Fingerprint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which images a training is of, as its log and what it makes tell it: how many, and a fingerprint of each part. */
public final class DataDescription {
    public static final String VALIDATION_FINGERPRINT = "validationFingerprint";
    private static final String TEST_FINGERPRINT = "testFingerprint";

    /** What logs of earlier trainings do not tell. */
    static final Set<String> SINCE = Set.of("data." + VALIDATION_FINGERPRINT, "data." + TEST_FINGERPRINT);

    private DataDescription() {}

    /** Numbers of images and their fingerprints, in one order. */
    public static Map<String, Object> of(DataSet data) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("training", data.training().size());
        described.put("validation", data.validation().size());
        data.test().ifPresent(test -> described.put("test", test.size()));
        described.put("fingerprint", Fingerprint.of(data.training(), data.name()));
        described.put(VALIDATION_FINGERPRINT, Fingerprint.of(data.validation(), data.name()));
        data.test().ifPresent(test -> described.put(TEST_FINGERPRINT, Fingerprint.of(test, data.name())));
        return described;
    }
}
