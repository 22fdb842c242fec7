package finch.data;

import java.util.ArrayList;
import java.util.List;

/** Some of another set's images. */
final class Subset implements ImageSet {
    private final ImageSet whole;
    private final int[] indices;

    Subset(ImageSet whole, int... indices) {
        this.whole = whole;
        this.indices = indices.clone();
    }

    @Override
    public List<String> classes() {
        return whole.classes();
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public int label(int index) {
        return whole.label(indices[index]);
    }

    @Override
    public String nameOf(int index) {
        return whole.nameOf(indices[index]);
    }

    @Override
    public Image decode(int index) throws CorruptImageException {
        return whole.decode(indices[index]);
    }

    /** The indices of each class in random order; none for a class without images. */
    static List<int[]> shuffledByClass(ImageSet set, long seed) {
        int[] counts = new int[set.classes().size()];
        for (int i = 0; i < set.size(); i++) {
            counts[set.label(i)]++;
        }
        List<int[]> members = new ArrayList<>();
        for (int count : counts) {
            members.add(new int[count]);
        }
        for (int i = set.size() - 1; i >= 0; i--) {
            int label = set.label(i);
            members.get(label)[--counts[label]] = i;
        }
        for (int label = 0; label < members.size(); label++) {
            Streams.shuffle(members.get(label), Streams.of(seed, label));
        }
        return members;
    }
}
