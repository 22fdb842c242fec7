package finch.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows between packages, read from the compiled classes with the JDK's own {@code jdeps}. */
class PackageDependencyTest {
    private static final Pattern ARROW = Pattern.compile("\\s+(\\S+)\\s+-> (\\S+)\\s+.*");
    private static final List<String> MODULES = List.of("space", "evaluator/engine", "evaluator/onnx", "evaluator/latency",
            "evaluator/data", "evaluator/accuracy", "evaluator/training", "evaluator/onnxruntime", "search");

    /** From each package the packages it uses, itself and java.* left out. */
    private static final Map<String, Set<String>> USES = new TreeMap<>();

    @BeforeAll
    static void ask_jdeps() {
        List<String> arguments = new ArrayList<>(List.of("-verbose:package", "--ignore-missing-deps", "--multi-release", "base"));
        for (String module : MODULES) {
            Path classes = Path.of(System.getProperty("finch.root"), module, "target", "classes");
            assertThat(Files.isDirectory(classes)).as("%s is compiled", classes).isTrue();
            arguments.add(classes.toString());
        }
        StringWriter out = new StringWriter();
        int code = ToolProvider.findFirst("jdeps").orElseThrow().run(new PrintWriter(out), new PrintWriter(out), arguments.toArray(String[]::new));
        assertThat(code).as(out.toString()).isZero();
        out.toString().lines().map(ARROW::matcher).filter(Matcher::matches).forEach(arrow -> {
            String from = arrow.group(1);
            String to = arrow.group(2);
            if (from.startsWith("finch.") && !to.startsWith("java.") && !to.equals(from)) {
                USES.computeIfAbsent(from, _ -> new TreeSet<>()).add(to);
            }
        });
        assertThat(USES).containsKeys("finch.space.format", "finch.latency", "finch.search.cli");
    }

    /** Part of the house: packages that begin with the name, and which parts they may use. */
    private static final Map<String, Set<String>> PARTS = Map.of(
            "finch.space", Set.of(),
            "finch.engine", Set.of("finch.space"),
            "finch.onnx", Set.of("finch.space", "finch.engine"),
            "finch.onnxruntime", Set.of("finch.space", "finch.engine", "finch.onnx"),
            "finch.latency", Set.of("finch.space", "finch.engine"),
            "finch.data", Set.of("finch.space"),
            "finch.accuracy", Set.of("finch.space", "finch.engine", "finch.data"),
            "finch.training", Set.of("finch.space", "finch.engine", "finch.data", "finch.accuracy"),
            "finch.search", Set.of("finch.space", "finch.engine", "finch.onnx", "finch.latency", "finch.data", "finch.accuracy", "finch.training"));

    private static String part(String aPackage) {
        return PARTS.keySet().stream().filter(part -> aPackage.equals(part) || aPackage.startsWith(part + ".")).findFirst().orElseThrow();
    }

    @Test
    void parts_use_only_what_the_house_allows() {
        List<String> wrong = new ArrayList<>();
        USES.forEach((from, all) -> all.stream().filter(to -> to.startsWith("finch.")).filter(to -> !part(to).equals(part(from)))
                .filter(to -> !PARTS.get(part(from)).contains(part(to))).forEach(to -> wrong.add(from + " -> " + to)));

        assertThat(wrong).isEmpty();
    }

    @Test
    void within_the_search_arrows_point_one_way() {
        assertOnlyUses("finch.search.config", Set.of());
        assertOnlyUses("finch.search.evolve", Set.of("finch.search.config"));
        assertOnlyUses("finch.search.run", Set.of("finch.search.config", "finch.search.evolve"));
        assertOnlyUses("finch.search.export", Set.of());
        assertOnlyUses("finch.search.report", Set.of("finch.search.config", "finch.search.evolve", "finch.search.run"));
    }

    @Test
    void the_network_package_does_not_know_files_and_kernels_do_not_know_layers() {
        assertThat(finch("finch.space.network")).isSubsetOf("finch.space");
        assertThat(finch("finch.engine.kernel")).isEmpty();
    }

    private static void assertOnlyUses(String from, Set<String> allowed) {
        assertThat(finch(from).stream().filter(to -> to.startsWith("finch.search")).toList()).as(from).isSubsetOf(allowed);
    }

    private static Set<String> finch(String from) {
        Set<String> all = new TreeSet<>(USES.getOrDefault(from, Set.of()));
        all.removeIf(to -> !to.startsWith("finch."));
        return all;
    }

    @Test
    void no_packages_form_a_cycle() {
        Map<String, Set<String>> graph = new HashMap<>();
        USES.forEach((from, _) -> graph.put(from, finch(from)));
        List<String> cycles = new ArrayList<>();
        for (String start : graph.keySet()) {
            if (reaches(graph, start, start, new TreeSet<>())) {
                cycles.add(start);
            }
        }

        assertThat(cycles).isEmpty();
    }

    private static boolean reaches(Map<String, Set<String>> graph, String from, String goal, Set<String> seen) {
        for (String next : graph.getOrDefault(from, Set.of())) {
            if (next.equals(goal) || seen.add(next) && reaches(graph, next, goal, seen)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void every_library_enters_in_its_own_place() {
        assertThat(usersOf("io.jenetics")).containsOnly("finch.search.evolve");
        assertThat(usersOf("picocli")).containsOnly("finch.search.cli");
        assertThat(usersOf("jdk.incubator.vector")).isSubsetOf("finch.engine.kernel");
        assertThat(usersOf("ai.onnxruntime")).isSubsetOf("finch.onnxruntime");
        assertThat(usersOf("ai.onnx.proto")).isSubsetOf("finch.onnx");
        assertThat(usersOf("com.google.protobuf")).isSubsetOf("finch.onnx");
        assertThat(usersOf("org.apache.commons.compress")).containsOnly("finch.data");
        assertThat(usersOf("org.ojalgo")).isSubsetOf("finch.latency", "finch.accuracy", "finch.accuracy.proxy", "finch.search.evolve");
        assertThat(usersOf("tools.jackson")).isSubsetOf("finch.space.format", "finch.latency", "finch.accuracy", "finch.training", "finch.onnxruntime", "finch.search.config",
                "finch.search.run", "finch.search.report", "finch.search.export", "finch.search.cli");
    }

    private static Set<String> usersOf(String library) {
        Set<String> users = new TreeSet<>();
        USES.forEach((from, all) -> {
            if (all.stream().anyMatch(to -> to.equals(library) || to.startsWith(library + "."))) {
                users.add(from);
            }
        });
        return users;
    }
}
