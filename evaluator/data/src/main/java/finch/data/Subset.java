package finch.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Some of another set's images. */
record Subset(ImageSet whole, List<Integer> indices) implements ImageSet {
    Subset {
        indices = List.copyOf(indices);
    }

    Subset(ImageSet whole, int... indices) {
        this(whole, Arrays.stream(indices).boxed().toList());
    }

    @Override
    public List<String> classes() {
        return whole.classes();
    }

    @Override
    public int size() {
        return indices.size();
    }

    @Override
    public int label(int index) {
        return whole.label(indices.get(index));
    }

    @Override
    public String nameOf(int index) {
        return whole.nameOf(indices.get(index));
    }

    @Override
    public Image decode(int index) throws CorruptImageException {
        return whole.decode(indices.get(index));
    }

    /** The indices of each class in random order. */
    static List<int[]> shuffledByClass(ImageSet set, long seed) {
        List<List<Integer>> members = new ArrayList<>();
        set.classes().forEach(_ -> members.add(new ArrayList<>()));
        for (int i = 0; i < set.size(); i++) {
            members.get(set.label(i)).add(i);
        }
        List<int[]> shuffled = new ArrayList<>();
        for (int label = 0; label < members.size(); label++) {
            int[] indices = members.get(label).stream().mapToInt(Integer::intValue).toArray();
            Streams.shuffle(indices, Streams.of(seed, label));
            shuffled.add(indices);
        }
        return shuffled;
    }
}
