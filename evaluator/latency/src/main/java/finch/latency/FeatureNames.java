package finch.latency;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The names of a version's features, numbered in the order in which they are given. */
final class FeatureNames {
    private final List<String> names = new ArrayList<>();

    /** The number of a new name. */
    int one(String name) {
        names.add(name);
        return names.size() - 1;
    }

    /** The numbers of new names that end with 1 and so on. */
    int[] numbered(String prefix, int count) {
        return IntStream.rangeClosed(1, count).map(i -> one(prefix + i)).toArray();
    }

    int count() {
        return names.size();
    }

    List<String> list() {
        return List.copyOf(names);
    }
}
