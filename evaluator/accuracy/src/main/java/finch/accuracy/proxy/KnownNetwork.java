package finch.accuracy.proxy;

import finch.accuracy.AccuracyTable;
import finch.space.Architecture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A network of known accuracy. @param top1 in percent, the mean where a table has several rows of it */
record KnownNetwork(Architecture architecture, double top1) {
    /** A table's distinct networks in an order that is random, and the same for one table. */
    static List<KnownNetwork> of(AccuracyTable table) {
        Map<Architecture, List<Double>> rows = new LinkedHashMap<>();
        table.entries().forEach(e -> rows.computeIfAbsent(e.architecture().anonymous(), _ -> new ArrayList<>()).add(e.value()));
        List<KnownNetwork> known = new ArrayList<>();
        rows.forEach((architecture, values) -> known.add(new KnownNetwork(architecture, values.stream().mapToDouble(Double::doubleValue).average().orElseThrow())));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = known.size() - 1; i > 0; i--) {
            Collections.swap(known, i, random.nextInt(i + 1));
        }
        return known;
    }

    /** The first of these. */
    static List<KnownNetwork> of(AccuracyTable table, int most) {
        List<KnownNetwork> known = of(table);
        return known.subList(0, Math.min(most, known.size()));
    }
}
