package finch.bench;

import finch.space.network.Network;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Lists the distinct shapes that networks need: {@code Shapes [NETWORK…]}. */
public final class Shapes {
    private Shapes() {}

    /**
     * A shape, the roles it plays, and how often which network needs it.
     *
     * @param uses calls by network
     */
    record Use(KernelShape shape, Set<String> roles, Map<String, Integer> uses) {
        /** The role, or all that it plays: an expansion may be a head elsewhere. */
        String role() {
            return String.join(" / ", roles);
        }

        int count() {
            return uses.values().stream().mapToInt(Integer::intValue).sum();
        }

        /**
         * What the shape is worth in a list of the dearest: its multiply-adds or its bytes over all uses, whichever takes
         * longer on a core that does about one multiply-add in the time of a byte, as cores with wide vectors do.
         */
        double weight() {
            return count() * (double) Math.max(shape.macs(), shape.bytes());
        }

        String usesText() {
            return uses.entrySet().stream().map(use -> use.getValue() == 1 ? use.getKey() : use.getKey() + " x" + use.getValue())
                    .collect(Collectors.joining(", "));
        }
    }

    /** In the order in which the networks first need them. */
    static List<Use> of(List<Network> networks) {
        Map<KernelShape, Use> uses = new LinkedHashMap<>();
        for (Network network : networks) {
            for (Work work : Work.of(network)) {
                Use use = uses.computeIfAbsent(work.shape(), shape -> new Use(shape, new TreeSet<>(), new TreeMap<>()));
                use.roles().add(work.role());
                use.uses().merge(network.name(), 1, Integer::sum);
            }
        }
        return List.copyOf(uses.values());
    }

    /** The {@code each} dearest of each role, dearest first, so that no kind of kernel is left out; roles in alphabetical order. */
    static List<Use> dearest(List<Use> uses, int each) {
        Map<String, List<Use>> byRole = uses.stream().collect(Collectors.groupingBy(Use::role, TreeMap::new, Collectors.toList()));
        return byRole.values().stream()
                .flatMap(same -> same.stream().sorted(Comparator.comparingDouble(Use::weight).reversed()).limit(each)).toList();
    }

    /** See the class. */
    public static void main(String[] arguments) {
        List<String> names = Options.of(arguments).wordsOr(BenchmarkNetworks.NAMES);
        List<Use> uses = of(names.stream().map(BenchmarkNetworks::lowered).toList());
        Markdown table = new Markdown("shape", "role", "multiply-adds", "least bytes", "networks");
        for (Use use : uses) {
            table.row(use.shape().text(), use.role(), use.shape().macs(), use.shape().bytes(), use.usesText());
        }
        System.out.print(table);
        System.out.println("\n" + uses.size() + " shapes in " + names.size() + " networks.");
    }
}
