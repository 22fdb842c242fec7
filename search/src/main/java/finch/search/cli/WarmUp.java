package finch.search.cli;

import finch.engine.FinchRuntime;
import finch.latency.Device;
import finch.latency.DeviceProfile;
import finch.latency.ErrorSummary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The training runs of the launcher's two caches of linked classes: {@code short} for commands that only read and
 * print, {@code kernels} for those that may run networks. Writes into a folder of its own, which it removes.
 *
 * <p>The caches also keep what the compiler learned of each method (JEP 515). Nothing here runs an inference, and the
 * launcher tells commands that may time networks not to use those profiles, so the kernels of a timed network are compiled
 * from what they themselves do, with and without a cache.
 */
public final class WarmUp {
    private WarmUp() {}

    /** @param args {@code short} or {@code kernels} */
    public static void main(String[] args) throws IOException {
        switch (String.join(" ", args)) {
            case "short" -> run(List.of(List.of("--help"), List.of("help", "show"), List.of("sow"),
                    List.of("show", "mobilenetv3-large"), List.of("show", "mobilenetv2@0.5", "--json"), List.of("list"),
                    List.of("show-space", "mobilenetv3"), List.of("reproduce"), List.of("export", "mobilenetv3-small", "--format", "yaml"),
                    List.of("export", "mobilenetv3-small", "--format", "json")), Path.of("").toAbsolutePath());
            case "kernels" -> kernels();
            default -> throw new IllegalArgumentException("say short or kernels");
        }
    }

    private static void kernels() throws IOException {
        Path folder = Files.createTempDirectory("finch-warm-up");
        try {
            run(kernelCommands(folder), folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Commands that estimate and search, after writing the files they need. They time nothing and export nothing. */
    static List<List<String>> kernelCommands(Path folder) throws IOException {
        profile().write(folder.resolve("profile.json"));
        String config = """
                schema: 1
                name: %s
                space: mobilenetv3-large
                objectives: [top1, latency]
                constraints: { latency: { at-most: %s } }
                algorithm: { type: nsga2, population: 10, offspring: 10 }
                stop: { evaluations: 60 }
                seed-with: [mobilenetv3-large]
                device: { profile: profile.json }
                front: { measure: false }
                export: { pick: none }
                """;
        Files.writeString(folder.resolve("refused.yaml"), config.formatted("refused", "0.001 us"));
        Files.writeString(folder.resolve("found.yaml"), config.formatted("found", "1.0 x mobilenetv3-large"));
        return new ArrayList<>(List.of(List.of("search", "refused.yaml"), List.of("search", "found.yaml"),
                List.of("estimate", "mobilenetv3-large", "--device", "profile.json"),
                List.of("estimate", "mobilenetv3-small", "--device", "profile.json", "--json")));
    }

    /** A made-up profile: one price for everything. */
    private static DeviceProfile profile() {
        Device device = Device.here(new FinchRuntime(), 1);
        Map<String, Double> prices = DeviceProfile.quantities(device).stream().collect(Collectors.toMap(Function.identity(), name -> 1e-3));
        ErrorSummary none = new ErrorSummary(0, 0, 0, 0, 0, 0, "");
        return new DeviceProfile(DeviceProfile.FORMAT, device.fingerprint(), "1970-01-01T00:00:00Z", "PT1S", device,
                DeviceProfile.quantitiesVersion(device), new DeviceProfile.Samples(0, 0, 0, 0, 0), prices, new DeviceProfile.Interval(1, 1, 0, 1),
                none, Map.of(), none, List.of());
    }

    private static void run(List<List<String>> commands, Path folder) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        for (List<String> command : commands) {
            Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, folder, false);
            Finch.execute(terminal, command.toArray(String[]::new));
        }
    }
}
