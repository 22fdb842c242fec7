package finch.latency;

import finch.engine.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** The folder of device profiles, one file per fingerprint. */
public final class DeviceProfiles {
    private final Path folder;

    /** @param folder need not exist yet */
    public DeviceProfiles(Path folder) {
        this.folder = Objects.requireNonNull(folder);
    }

    /** The user's folder: {@code $XDG_CACHE_HOME/finch/devices}, by default {@code ~/.cache/finch/devices}. */
    public static DeviceProfiles ofUser() {
        String cache = System.getenv("XDG_CACHE_HOME");
        // the XDG specification asks to ignore a relative path
        Path base = cache != null && Path.of(cache).isAbsolute() ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache");
        return new DeviceProfiles(base.resolve("finch").resolve("devices"));
    }

    public Path folder() {
        return folder;
    }

    /** Where the profile of a device is or would be kept. */
    public Path file(Device device) {
        return folder.resolve(device.fingerprint() + ".json");
    }

    /**
     * The profile of this machine for a runtime and a thread count, if it was calibrated.
     *
     * @throws finch.space.format.InvalidFileException if there is a file, but not a profile of this format
     * @throws IOException if it cannot be read
     */
    public Optional<DeviceProfile> find(Runtime runtime, int threads) throws IOException {
        Path file = file(Device.here(runtime, threads));
        return Files.exists(file) ? Optional.of(DeviceProfile.read(file)) : Optional.empty();
    }

    /** Keeps a profile, replacing the older one of its fingerprint. @return its file */
    public Path keep(DeviceProfile profile) throws IOException {
        Path file = file(profile.device());
        profile.write(file);
        return file;
    }
}
