package finch.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import finch.engine.LoadedNetwork.PartTimes;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which layers ONNX Runtime's time goes to, from the profile that it writes when a session ends. Its nodes carry the names that the model gave them, with
 * endings; those that it makes itself (changes of layout, the halves of a hard-swish) come behind what they belong to.
 */
final class NodeProfile {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String NODE_TIME = "_kernel_time";
    private static final int NANOS_PER_MICRO = 1000;

    private NodeProfile() {}

    /** Runs of a session that is made with these options, or with others. */
    interface Run {
        void run(OrtSession.SessionOptions options, int runs) throws OrtException, IOException;
    }

    /**
     * @param warmUp runs that are not told
     * @param run    makes a session with options that have profiling enabled, runs it and ends its profiling
     */
    static PartTimes of(Network network, int warmUp, int runs, OrtSession.SessionOptions options, Run run) throws OrtException, IOException {
        Path folder = Files.createTempDirectory("finch-onnxruntime-");
        try {
            options.enableProfiling(folder.resolve("profile").toString());
            run.run(options, warmUp + runs);
            try (Stream<Path> files = Files.list(folder)) {
                Path file = files.findFirst().orElseThrow(() -> new IllegalStateException("ONNX Runtime wrote no profile"));
                return parse(network, MAPPER.readTree(Files.readAllBytes(file)), warmUp);
            }
        } finally {
            delete(folder);
        }
    }

    /** @param warmUp runs to pass over */
    static PartTimes parse(Network network, JsonNode events, int warmUp) {
        Set<String> layers = network.layers().stream().map(Layer::name).collect(Collectors.toSet());
        List<Map<String, Long>> runs = new ArrayList<>();
        Map<String, Long> current = new LinkedHashMap<>();
        String layer = "";
        for (JsonNode event : events) {
            String name = event.path("name").asString("");
            if (event.path("cat").asString("").equals("Node") && name.endsWith(NODE_TIME)) {
                String own = layer(name, layers);
                layer = own.isEmpty() ? layer : own;
                current.merge(layer, NANOS_PER_MICRO * event.path("dur").asLong(0), Long::sum);
            } else if (name.equals("model_run")) {
                runs.add(current);
                current = new LinkedHashMap<>();
                layer = "";
            }
        }
        // what came before the first layer of a run, if anything, is the first layer's
        List<Map<String, Long>> told = runs.subList(Math.min(warmUp, runs.size()), runs.size());
        List<String> names = told.isEmpty() ? List.of() : told.getFirst().keySet().stream().filter(n -> !n.isEmpty()).toList();
        if (names.isEmpty()) {
            throw new IllegalStateException("ONNX Runtime's profile of network " + network.name() + " tells of no layer, in " + runs.size() + " runs");
        }
        long[][] nanos = new long[told.size()][names.size()];
        for (int run = 0; run < nanos.length; run++) {
            for (int part = 0; part < names.size(); part++) {
                nanos[run][part] = told.get(run).getOrDefault(names.get(part), 0L);
            }
            nanos[run][0] += told.get(run).getOrDefault("", 0L);
        }
        return new PartTimes(names.stream().map(List::of).toList(), nanos);
    }

    /** The layer that a node computes; empty for a node of the runtime's own. */
    private static String layer(String node, Set<String> layers) {
        String name = node.substring(0, node.length() - NODE_TIME.length());
        String before = name.contains(":") ? name.substring(0, name.indexOf(':')) : name;
        return layers.contains(before) ? before : "";
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
