package finch.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs all benchmarks, each program in a JVM of its own, and writes their tables into a document, between the comments
 * {@code <!-- generated: NAME -->} and {@code <!-- end: NAME -->}: {@code Report [file=evaluator/README.md]
 * [parts=machine,peers,batches,roofline,kernels,start-up,leaks] [quick=no] [finch-jvm=OPTIONS]}. A part is written as soon as
 * it is done. With {@code file=-} they are printed; {@code quick=yes} only shows that everything runs.
 */
public final class Report {
    private static final List<String> ROOFLINE = List.of("mobilenetv3-large", "mobilenetv3-small", "mobilenetv2", "efficientnet-b0");
    private static final List<String> RESOLUTIONS = List.of("mobilenetv3-large@/128", "mobilenetv3-large@/320");

    private static final String INCUBATOR = "WARNING: Using incubator modules";

    private final boolean quick;
    private final String finchJvm;

    private Report(boolean quick, String finchJvm) {
        this.quick = quick;
        this.finchJvm = finchJvm;
    }

    /** A program of this package and its arguments. */
    private record Part(Class<?> program, List<String> arguments) {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        Options options = Options.of(arguments, "file", "parts", "quick", "finch-jvm");
        options.noWords();
        Report report = new Report(options.text("quick", "no").equals("yes"), String.join(" ", options.jvm("finch-jvm")));
        Map<String, Part> parts = report.parts();
        String file = options.text("file", "evaluator/README.md");
        List<String> wanted = options.list("parts", String.join(",", names()));
        for (String name : wanted) {
            if (!names().contains(name)) {
                throw new IllegalArgumentException("no part is named " + name + ". Known: " + String.join(", ", names()) + ".");
            }
            if (!file.equals("-")) {
                Sections.replace(Files.readString(Path.of(file)), name, ""); // before hours are spent on it
            }
        }
        for (String name : wanted) {
            System.err.println("--- " + name);
            String body = report.run(parts.get(name));
            if (file.equals("-")) {
                System.out.println(body);
            } else {
                Path path = Path.of(file);
                Files.writeString(path, Sections.replace(Files.readString(path, StandardCharsets.UTF_8), name, body), StandardCharsets.UTF_8);
            }
        }
    }

    /** Names of all parts, in the order in which they are made. */
    static List<String> names() {
        return List.copyOf(new Report(false, "").parts().keySet());
    }

    private Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        List<String> networks = new ArrayList<>(BenchmarkNetworks.NAMES);
        networks.addAll(RESOLUTIONS);
        List<String> jvm = finchJvm.isEmpty() ? List.of() : List.of("finch-jvm=" + finchJvm);
        parts.put("machine", part(Machine.class, List.of()));
        parts.put("peers", quick ? part(Peers.class, List.of("rounds=2", "runs=20", "cap=4", "mobilenetv3-small"), jvm)
                : part(Peers.class, List.of("threads=1,2"), networks, jvm));
        parts.put("batches", quick ? part(Peers.class, List.of("rounds=2", "runs=4", "cap=4", "batch=8", "mobilenetv3-small"), jvm)
                : part(Peers.class, List.of("threads=1,2", "batch=8,32", "mobilenetv3-large", "mobilenetv3-small", "mobilenetv2"), jvm));
        parts.put("roofline", quick ? part(Roofline.class, List.of("runs=50", "cap=4", "mobilenetv3-small")) : part(Roofline.class, ROOFLINE));
        parts.put("kernels", quick ? part(KernelTimes.class, List.of("match=stem|dense", "each=1", "iterations=2", "millis=100"))
                : part(KernelTimes.class, List.of()));
        parts.put("start-up", part(StartUp.class, quick ? List.of("forks=2", "cap=4", "mobilenetv3-small") : List.of()));
        parts.put("leaks", part(JitLeak.class, quick ? List.of("forks=1", "others=3", "rounds=2", "runs=20", "cap=4", "mobilenetv3-small")
                : List.of()));
        return parts;
    }

    @SafeVarargs
    private static Part part(Class<?> program, List<String>... arguments) {
        List<String> all = new ArrayList<>();
        for (List<String> some : arguments) {
            all.addAll(some);
        }
        return new Part(program, all);
    }

    private String run(Part part) throws IOException {
        // JMH passes on what its JVMs say
        String body = Fork.output(Fork.command(List.of(), part.program(), part.arguments())).lines().filter(line -> !line.startsWith(INCUBATOR))
                .collect(Collectors.joining("\n"));
        String command = part.program().getName() + (part.arguments().isEmpty() ? "" : ' ' + String.join(" ", part.arguments()));
        return body.strip() + "\n\nMade by `" + command + "`.";
    }
}
