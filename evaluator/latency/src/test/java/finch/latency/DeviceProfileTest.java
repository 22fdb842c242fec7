package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import finch.space.format.InvalidFileException;
import finch.space.format.References;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceProfileTest extends LatencyModelContract {
    private static final SyntheticRuntime RUNTIME = new SyntheticRuntime(new FakeTimer(), _ -> 1);

    @TempDir
    Path folder;

    private static DeviceProfile profile(Device device) {
        Map<String, Double> prices = new TreeMap<>();
        for (String name : LatencyFeatures.names()) {
            prices.put(name, name.length() / 7.0);
        }
        ErrorSummary errors = new ErrorSummary(20, 2.5, 0.9, 1, 0.99, 7.25, "random-3/224");
        return new DeviceProfile(DeviceProfile.FORMAT, device.fingerprint(), "2026-01-02T03:04:05Z", "PT45S", device, LatencyFeatures.VERSION,
                new DeviceProfile.Samples(80, 20, 1, 4000, 44.5), prices, new DeviceProfile.Interval(0.95, 1.06, 80, 0.9), errors,
                Map.of("multiply-adds only", errors, "parameters only", errors), errors,
                List.of(new DeviceProfile.HeldOut("random-3/224", 1000, 1072.5)));
    }

    private static DeviceProfile with(DeviceProfile p, List<DeviceProfile.HeldOut> networks) {
        return new DeviceProfile(p.format(), p.fingerprint(), p.date(), p.budget(), p.device(), p.features(), p.samples(), p.coefficients(), p.interval(), p.heldOut(),
                p.baselines(), p.noiseFloor(), networks);
    }

    private static Device device() {
        return new Device("A CPU @ 3 GHz", 2, "amd64", "Linux", "A Vendor", 25, "25.0.1+8", List.of("-Xmx2g"), "finch", "0.1", "vector-256", 1);
    }

    @Override
    LatencyModel model() {
        return profile(device()).model();
    }

    @Test
    void a_profile_survives_its_json() {
        DeviceProfile profile = profile(device());
        assertThat(DeviceProfile.parse("x.json", profile.toJson())).isEqualTo(profile);
        assertThat(profile.toJson()).contains("\"format\" : \"finch-device-profile/1\"").endsWith("}\n");
        assertThat(profile.toJson().lines().count()).as("one field a line").isGreaterThan(LatencyFeatures.names().size());
    }

    @Test
    void predictions_beyond_what_was_checked_are_known() {
        DeviceProfile one = profile(device());
        DeviceProfile profile = with(one, List.of(new DeviceProfile.HeldOut("a", 1000, 900), new DeviceProfile.HeldOut("b", 400, 900)));
        assertThat(profile.testedElsewhere(1200)).isEmpty();
        assertThat(profile.testedElsewhere(340)).isEmpty();
        assertThat(profile.testedElsewhere(300)).contains(new DeviceProfile.Tested(400, 1000));
        assertThat(profile.testedElsewhere(1300)).contains(new DeviceProfile.Tested(400, 1000));
        assertThat(with(one, List.of()).testedElsewhere(1)).as("a profile that kept none").isEmpty();
    }

    @Test
    void a_profile_of_a_version_that_kept_no_held_out_networks_is_read() {
        String text = profile(device()).toJson();
        String older = text.replaceFirst(",\\s*\"heldOutNetworks\" : \\[[^]]*]", "");

        assertThat(older).doesNotContain("heldOutNetworks").isNotEqualTo(text);
        assertThat(DeviceProfile.parse("x.json", older).heldOutNetworks()).isEmpty();
        assertThat(DeviceProfile.parse("x.json", older).heldOut()).isEqualTo(profile(device()).heldOut());
    }

    @Test
    void the_layers_add_up_to_the_network() {
        Network network = Network.of(References.resolve("mobilenetv3-small"));
        DeviceProfile profile = profile(device());
        double[] layers = profile.layerMicros(network);

        double whole = profile.coefficients().get("network") + profile.coefficients().get("network.weightsBeyondL3") * 1e-6
                * Math.max(0, 4 * weights(network) - (4 << 20));
        assertThat(layers).hasSameSizeAs(network.layers());
        assertThat(Arrays.stream(layers).sum() + whole).isCloseTo(profile.model().estimate(network).micros(), withinPercentage(1e-6));
    }

    private static long weights(Network network) {
        return network.layers().stream().mapToLong(layer -> layer instanceof Layer.Convolution c ? c.weights()
                : layer instanceof Layer.Dense d ? d.macs() : 0).sum();
    }

    @Test
    void a_profile_of_the_features_before_predicts_what_it_did() {
        DeviceProfile now = profile(device());
        Map<String, Double> prices = new TreeMap<>(now.coefficients());
        prices.keySet().removeAll(FarFeatures.NAMES);
        DeviceProfile before = new DeviceProfile(now.format(), now.device().fingerprint(LatencyFeatures.VERSION_3), now.date(), now.budget(), now.device(),
                LatencyFeatures.VERSION_3, now.samples(), prices, now.interval(), now.heldOut(), now.baselines(), now.noiseFloor(),
                now.heldOutNetworks());
        DeviceProfile read = DeviceProfile.parse("x.json", before.toJson());
        assertThat(read).isEqualTo(before);

        // as predicted by the version that made such profiles
        assertThat(read.model().estimate(Network.of(References.resolve("mobilenetv3-large"))).micros()).isCloseTo(1528.14689612321, within(1e-9));
        assertThat(read.model().estimate(Network.of(References.resolve("mobilenetv3-small"))).micros()).isCloseTo(519.4091958194332, within(1e-9));
        assertThat(read.model().estimate(Network.of(References.resolve("mobilenetv2"))).micros()).isCloseTo(1708.9390758366778, within(1e-9));
        assertThat(read.warnings(read.device())).isEmpty();
    }

    @Test
    void an_unknown_field_is_refused_by_name() {
        String text = profile(device()).toJson().replace("\"fitted\"", "\"surprise\" : 1, \"fitted\"");
        assertThatThrownBy(() -> DeviceProfile.parse("x.json", text)).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("x.json").hasMessageContaining("samples.surprise").hasMessageContaining("finch calibrate");
    }

    @Test
    void a_missing_field_is_refused_by_name() {
        String text = profile(device()).toJson().replaceFirst("\"kernelSet\" : \"vector-256\",", "");
        assertThatThrownBy(() -> DeviceProfile.parse("x.json", text)).isInstanceOf(InvalidFileException.class).hasMessageContaining("kernelSet");
    }

    @Test
    void another_format_is_refused_with_the_field() {
        String text = profile(device()).toJson().replace(DeviceProfile.FORMAT, "finch-device-profile/0");
        assertThatThrownBy(() -> DeviceProfile.parse("x.json", text)).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("format").hasMessageContaining("finch-device-profile/0").hasMessageContaining(DeviceProfile.FORMAT);
    }

    @Test
    void features_of_another_version_are_refused_with_the_field() {
        String text = profile(device()).toJson().replace(LatencyFeatures.VERSION, "finch-latency-features/0");
        assertThatThrownBy(() -> DeviceProfile.parse("x.json", text)).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("features").hasMessageContaining("finch-latency-features/0");
        String number = profile(device()).toJson().replace("\"" + LatencyFeatures.VERSION + "\"", "-126");
        assertThatThrownBy(() -> DeviceProfile.parse("x.json", number)).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("features").hasMessageContaining("is no text");
    }

    @Test
    void a_profile_of_earlier_features_is_read_and_predicts_what_it_did() throws IOException {
        DeviceProfile stored;
        try (InputStream in = DeviceProfileTest.class.getResourceAsStream("profile-of-features-2.json")) {
            stored = DeviceProfile.parse("profile-of-features-2.json", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertThat(stored.features()).isNotEqualTo(LatencyFeatures.VERSION);
        // as predicted by the version that made it
        assertThat(stored.model().estimate(Network.of(References.resolve("mobilenetv3-large"))).micros()).isCloseTo(7184.236262607548, within(1e-6));
        assertThat(stored.model().estimate(Network.of(References.resolve("mobilenetv3-small"))).micros()).isCloseTo(2061.1327758934362, within(1e-6));
        assertThat(stored.warnings(stored.device())).as("the fingerprint is of the earlier features too").isEmpty();
        assertThat(DeviceProfile.parse("again", stored.toJson())).isEqualTo(stored);
    }

    @Test
    void a_negative_price_is_refused() {
        String text = profile(device()).toJson().replaceFirst("(\"dense.count\" : )[0-9.]+", "$1-1.0");
        assertThatThrownBy(() -> DeviceProfile.parse("x.json", text)).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("coefficients.dense.count").hasMessageContaining("-1.0");
    }

    @Test
    void text_that_is_no_json_is_refused_with_its_line() {
        assertThatThrownBy(() -> DeviceProfile.parse("x.json", "{\n\"format\": oops")).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("x.json:2");
        assertThatThrownBy(() -> DeviceProfile.parse("x.json", "")).isInstanceOf(InvalidFileException.class);
        assertThatThrownBy(() -> DeviceProfile.parse("x.json", "[]")).isInstanceOf(InvalidFileException.class).hasMessageContaining("format");
    }

    @Test
    void a_profile_is_found_again_by_runtime_and_threads() throws IOException {
        DeviceProfiles profiles = new DeviceProfiles(folder.resolve("not").resolve("yet"));
        assertThat(profiles.find(RUNTIME, 1)).isEmpty();

        DeviceProfile profile = profile(Device.here(RUNTIME, 1));
        Path file = profiles.keep(profile);

        assertThat(file.getFileName()).hasToString(profile.fingerprint() + ".json");
        assertThat(profiles.find(RUNTIME, 1)).contains(profile);
        assertThat(profiles.find(RUNTIME, 2)).isEmpty();
        try (var files = Files.list(profiles.folder())) {
            assertThat(files).as("no temporary file stays").containsExactly(file);
        }
    }

    @Test
    void keeping_a_profile_replaces_the_older_one() throws IOException {
        DeviceProfiles profiles = new DeviceProfiles(folder);
        profiles.keep(profile(Device.here(RUNTIME, 1)));
        Path file = profiles.keep(profile(Device.here(RUNTIME, 1)));
        assertThat(profiles.find(RUNTIME, 1)).isPresent();
        assertThat(Files.size(file)).isPositive();
    }

    @Test
    void this_machines_profile_gives_no_warning() {
        assertThat(profile(Device.here(RUNTIME, 2)).warnings(RUNTIME, 2)).isEmpty();
    }

    @Test
    void each_differing_field_is_named() {
        Device other = new Device("B CPU", 4, "amd64", "Linux", "A Vendor", 26, "26", List.of(), "finch", "0.1", "scalar", 2);
        assertThat(profile(device()).warnings(other)).hasSize(5)
                .anyMatch(w -> w.startsWith("cpu ") && w.contains("A CPU @ 3 GHz") && w.contains("B CPU"))
                .anyMatch(w -> w.startsWith("cores "))
                .anyMatch(w -> w.startsWith("jvmMajor "))
                .anyMatch(w -> w.startsWith("kernelSet "))
                .anyMatch(w -> w.startsWith("threads "));
    }

    @Test
    void flags_and_patch_versions_do_not_change_the_fingerprint() {
        Device patched = new Device("A CPU @ 3 GHz", 2, "amd64", "Linux", "A Vendor", 25, "25.0.9", List.of(), "finch", "0.1", "vector-256", 1);
        assertThat(patched.fingerprint()).isEqualTo(device().fingerprint()).matches("[0-9a-f]{16}");
        assertThat(profile(device()).warnings(patched)).isEmpty();
    }
}
