package finch.accuracy.proxy;

import finch.data.Batch;
import finch.data.BatchPlan;
import finch.data.Batches;
import finch.data.DataSet;
import finch.data.ImageSet;
import finch.data.Normalisation;
import finch.space.network.TensorShape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Batches of labelled training images for signals that need them: each seed has its own, the same for every network. */
public final class ProxyImages {
    private final DataSet data;
    private final Map<Key, List<Batch>> made = new HashMap<>();
    private final Map<Integer, Normalisation> normalisations = new HashMap<>();

    private record Key(TensorShape input, long seed, int batch) {}

    public ProxyImages(DataSet data) {
        this.data = data;
    }

    String name() {
        return data.name();
    }

    int classes() {
        return data.classes().size();
    }

    /**
     * Batches of so many images each, classes balanced.
     *
     * @throws IllegalArgumentException if there are not enough images that can be used
     */
    synchronized List<Batch> batches(TensorShape input, long seed, int batch, int count) throws IOException {
        Key key = new Key(input, seed, batch);
        if (!made.containsKey(key)) {
            made.put(key, make(key, count));
        }
        return made.get(key);
    }

    private List<Batch> make(Key key, int count) throws IOException {
        Normalisation normalisation = normalisations.get(key.input().channels());
        if (normalisation == null) {
            normalisation = Normalisation.of(data.training().sample(1000, 1), key.input().channels());
            normalisations.put(key.input().channels(), normalisation);
        }
        ImageSet images = data.training().sample(count * key.batch(), key.seed());
        List<Batch> batches = new ArrayList<>();
        try (Batches source = new Batches(images, BatchPlan.plain(key.batch(), key.input(), normalisation), 0)) {
            source.epoch(0).forEachRemaining(batches::add);
        }
        if (batches.size() < count || batches.stream().anyMatch(b -> b.size() < key.batch())) {
            throw new IllegalArgumentException(data.name() + ": has " + batches.stream().mapToInt(Batch::size).sum() + " training images that can be used of the "
                    + count * key.batch() + " that the proxies look at. Use smaller batches.");
        }
        return batches;
    }
}
