package finch.accuracy.proxy;

import finch.data.Batch;
import finch.data.BatchPlan;
import finch.data.Batches;
import finch.data.DataSet;
import finch.data.Fingerprint;
import finch.data.ImageSet;
import finch.data.Normalisation;
import finch.space.network.TensorShape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Batches of labelled training images for signals that need them: each seed has its own, the same for every network. */
public final class ProxyImages {
    private static final int SPARE = 3;

    private final DataSet data;
    private final Map<Key, List<Batch>> made = new HashMap<>();
    private final Map<Integer, Normalisation> normalisations = new HashMap<>();

    private final Set<String> corrupt = new TreeSet<>();
    /** Null until it is asked for. */
    private String fingerprint;

    private record Key(TensorShape input, long seed, int batch) {}

    public ProxyImages(DataSet data) {
        this.data = data;
    }

    /** Tells whether images are those of another time. */
    synchronized String fingerprint() {
        if (fingerprint == null) {
            fingerprint = Fingerprint.of(data.training(), data.name());
        }
        return fingerprint;
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
        // more than needed, in place of batches from which a corrupt image is missing
        ImageSet images = data.training().sample(SPARE * count * key.batch(), key.seed());
        List<Batch> whole = new ArrayList<>();
        int usable = 0;
        try (Batches source = new Batches(images, BatchPlan.plain(key.batch(), key.input(), normalisation), 0)) {
            for (Iterator<Batch> all = source.epoch(0); whole.size() < count && all.hasNext(); ) {
                Batch batch = all.next();
                usable += batch.size();
                if (batch.size() == key.batch()) {
                    whole.add(batch);
                }
            }
            corrupt.addAll(source.corrupt());
        }
        if (whole.size() < count) {
            throw new IllegalArgumentException(data.name() + ": has " + usable + " training images that can be used, too few for " + count + " batches of "
                    + key.batch() + ". Use smaller batches or more images.");
        }
        return whole;
    }

    /** What was wrong with images that were met and left out, each a sentence that names one. */
    public synchronized List<String> corrupt() {
        return List.copyOf(corrupt);
    }
}
