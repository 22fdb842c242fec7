package finch.search.cli;

import finch.latency.DeviceProfile;
import finch.search.config.Objective;
import finch.search.report.RunComparison;
import finch.search.run.RunFolder;
import finch.space.format.InvalidFileException;
import finch.space.format.References;
import finch.space.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "compare", description = "Sets runs, or device profiles, side by side. Of runs it also writes a page.",
        footer = {"  finch compare mobilenetv3-small mobilenetv3-small-2 -o both.html", "  finch compare runs/a/device-profile.json runs/b/device-profile.json"})
final class CompareCommand implements Callable<Integer> {
    private static final int LOOKED_AT = 4096;
    private static final String PAGE = "compare.html";
    private static final List<String> PREDICTED = List.of("mobilenetv3-large", "mobilenetv3-small", "mobilenetv2", "efficientnet-b0");

    @Parameters(paramLabel = "RUN", arity = "2..*", description = "Run folders, or their names in runs/; or device profiles (.json).")
    private List<String> arguments;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "The page of runs. Default: " + PAGE + ", and no page with --json.")
    private Path output;

    @Option(names = "--json", description = "Print one JSON object per run or profile and line.")
    private boolean json;

    private final Terminal terminal;

    CompareCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        List<DeviceProfile> profiles = new ArrayList<>();
        List<RunFolder> runs = new ArrayList<>();
        for (String argument : arguments) {
            Optional<DeviceProfile> profile = profile(argument);
            profile.ifPresent(profiles::add);
            if (profile.isEmpty()) {
                runs.add(new RunFolder(Runs.folder(terminal, argument)));
            }
        }
        if (!profiles.isEmpty() && !runs.isEmpty()) {
            throw new UsageException("runs and device profiles cannot be compared with each other. Give either.");
        }
        if (runs.isEmpty() && output != null) {
            throw new UsageException("-o is the page of runs; of device profiles there is none. Leave it out.");
        }
        return runs.isEmpty() ? profiles(profiles) : runs(runs);
    }

    /** Files are device profiles, folders and names are runs. */
    private Optional<DeviceProfile> profile(String argument) throws IOException {
        Path file = terminal.resolve(Path.of(argument));
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(DeviceProfile.read(file));
        } catch (InvalidFileException e) {
            if (claimsToBeProfile(file)) {
                throw e;
            }
            Path folder = file.toAbsolutePath().getParent();
            throw new UsageException(argument + ": is no device profile. Runs are compared by their folders or names, device profiles by their files."
                    + (Runs.isRun(folder) ? " Maybe you meant " + terminal.relative(folder) + "." : ""));
        }
    }

    /** Then its mistakes are worth telling. Formats stand at the beginning. */
    private static boolean claimsToBeProfile(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1).contains(DeviceProfile.FORMAT.substring(0, DeviceProfile.FORMAT.indexOf('/') + 1));
        }
    }

    private int runs(List<RunFolder> folders) throws IOException {
        RunComparison comparison = RunComparison.read(folders);
        Path page = output == null && json ? null : terminal.resolve(output == null ? Path.of(PAGE) : output);
        if (page != null) {
            OutputFiles.write(page, temporary -> Files.writeString(temporary, comparison.html(), StandardCharsets.UTF_8));
        }
        if (json) {
            comparison.rows().forEach(row -> terminal.out().println(JsonLine.of(json(row))));
        } else {
            List<Objective> objectives = comparison.rows().stream().flatMap(row -> row.best().keySet().stream()).distinct().toList();
            List<String> columns = new ArrayList<>(List.of("run", "status", ">seed", ">evaluated", ">front", ">hypervolume", "best network"));
            objectives.forEach(o -> columns.add(">" + o.formatName()));
            TextTable table = new TextTable(columns.toArray(String[]::new));
            for (RunComparison.Row row : comparison.rows()) {
                List<Object> cells = new ArrayList<>(List.of(row.name(), row.status(), row.seed(), Quantities.exact(row.evaluated()), row.front(),
                        row.hypervolume().map(h -> Quantities.decimals(h, 3)).orElse(""), row.bestName()));
                objectives.forEach(o -> cells.add(row.best().containsKey(o) ? o.format(row.best().get(o)) : ""));
                table.row(cells.toArray());
            }
            terminal.out().print(table);
        }
        comparison.cautions().forEach(caution -> terminal.message("finch: " + caution));
        if (page != null) {
            terminal.message("wrote " + terminal.relative(page));
        }
        return ExitCode.DONE;
    }

    private static Map<String, Object> json(RunComparison.Row row) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", row.name());
        object.put("status", row.status());
        object.put("seed", row.seed());
        object.put("evaluated", row.evaluated());
        object.put("front", row.front());
        row.hypervolume().ifPresent(share -> object.put("hypervolume", share));
        object.put("best", row.bestName());
        row.best().forEach((objective, value) -> object.put(objective.formatName(), value));
        return object;
    }

    private int profiles(List<DeviceProfile> profiles) {
        List<String> columns = new ArrayList<>(List.of(""));
        profiles.forEach(profile -> columns.add(profile.fingerprint()));
        TextTable table = new TextTable(columns.toArray(String[]::new));
        Map<String, List<Object>> rows = new LinkedHashMap<>();
        for (DeviceProfile profile : profiles) {
            Map<String, Object> facts = facts(profile);
            if (json) {
                terminal.out().println(JsonLine.of(facts));
            }
            facts.forEach((key, value) -> {
                if (value instanceof Map<?, ?> several) {
                    several.forEach((name, one) -> add(rows, key + " " + name, one));
                } else {
                    add(rows, key, value);
                }
            });
        }
        if (!json) {
            rows.remove("fingerprint");
            rows.forEach((key, values) -> {
                values.addFirst(key);
                table.row(values.toArray());
            });
            terminal.out().print(table);
        }
        return ExitCode.DONE;
    }

    private static void add(Map<String, List<Object>> rows, String key, Object value) {
        rows.computeIfAbsent(key, k -> new ArrayList<>()).add(value instanceof Double d ? Quantities.decimals(d, 2) : value);
    }

    private static Map<String, Object> facts(DeviceProfile profile) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("fingerprint", profile.fingerprint());
        facts.put("date", profile.date());
        facts.put("cpu", profile.device().cpu());
        facts.put("jvm", profile.device().jvmVendor() + " " + profile.device().jvmVersion());
        facts.put("runtime", profile.device().runtime() + " " + profile.device().runtimeVersion());
        facts.put("kernelSet", profile.device().kernelSet());
        facts.put("threads", profile.device().threads());
        facts.put("heldOutNetworks", profile.heldOut().networks());
        facts.put("meanErrorPercent", profile.heldOut().mapePercent());
        facts.put("worstErrorPercent", profile.heldOut().worstPercent());
        facts.put("noiseFloorPercent", profile.noiseFloor().mapePercent());
        Map<String, Object> predicted = new LinkedHashMap<>();
        for (String name : PREDICTED) {
            predicted.put(name, profile.model().estimate(Network.of(References.resolve(name))).micros());
        }
        facts.put("predictedMicros", predicted);
        return facts;
    }
}
