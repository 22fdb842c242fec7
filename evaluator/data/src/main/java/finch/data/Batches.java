package finch.data;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Makes batches of a set of images, ahead of who takes them, on daemon threads. A batch depends on the set, the plan, the
 * epoch and its number only: on any number of threads the values are the same, bit for bit.
 *
 * <p>An image that cannot be used is left out of its batch, which is smaller then, and told by {@link #corrupt()}.
 */
public final class Batches implements AutoCloseable {
    /** For streams: what else than an image's changes is drawn. */
    private static final long ORDER = -1;
    private static final long MIXUP = -2;

    private final ImageSet images;
    private final BatchPlan plan;
    private final Augmenter augmenter;
    private final ExecutorService workers;
    private final int ahead;
    private final ConcurrentSkipListMap<Integer, String> corrupt = new ConcurrentSkipListMap<>();

    /**
     * @param threads that work ahead; 0 to work when asked, on the thread that asks
     * @throws IllegalArgumentException if an epoch would have no batch
     */
    public Batches(ImageSet images, BatchPlan plan, int threads) {
        if (images.size() == 0 || plan.whole() && images.size() < plan.size()) {
            throw new IllegalArgumentException(images.size() + " image(s) do not fill a batch of " + plan.size());
        }
        this.images = images;
        this.plan = plan;
        this.augmenter = new Augmenter(plan);
        // two batches a thread: one that is being made and one that waits
        this.ahead = 2 * threads;
        this.workers = threads == 0 ? null : Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("finch-data-", 0).factory());
    }

    public ImageSet images() {
        return images;
    }

    public BatchPlan plan() {
        return plan;
    }

    /** What the batches that are made ahead and the one in hand take of the heap. */
    public long bytes() {
        return (ahead + 1L) * plan.size() * plan.input().size() * Float.BYTES;
    }

    /** Batches of an epoch, unless images are corrupt. */
    public int perEpoch() {
        return plan.whole() ? images.size() / plan.size() : Math.ceilDiv(images.size(), plan.size());
    }

    /** What was wrong with each image that could not be used so far, each a sentence that names it; in the order of the set. */
    public List<String> corrupt() {
        return List.copyOf(corrupt.values());
    }

    /** The classes none of whose images could be used so far, each a sentence; classes that never had one are told with the set. */
    public List<String> lostClasses() {
        if (corrupt.isEmpty()) {
            return List.of();
        }
        int[] all = new int[images.classes().size()];
        int[] lost = new int[all.length];
        for (int i = 0; i < images.size(); i++) {
            all[images.label(i)]++;
        }
        corrupt.keySet().forEach(index -> lost[images.label(index)]++);
        return IntStream.range(0, all.length).filter(label -> all[label] > 0 && lost[label] == all[label])
                .mapToObj(label -> "class " + images.classes().get(label) + ": none of its " + all[label] + " images can be used").toList();
    }

    /**
     * The batches of an epoch, at least one. Who does not take all may drop the iterator: its work in advance ends by itself.
     *
     * <p>Where no image of the epoch can be used, the iterator throws an {@link UncheckedIOException} of an {@link UnusableDataException}.
     *
     * @param epoch decides order and augmentation
     */
    public Iterator<Batch> epoch(int epoch) {
        int[] order = new int[images.size()];
        Arrays.setAll(order, i -> i);
        if (plan.shuffled()) {
            Streams.shuffle(order, Streams.of(plan.seed(), ORDER, epoch));
        }
        return new Epoch(epoch, order);
    }

    /** Ends the threads. */
    @Override
    public void close() {
        if (workers != null) {
            workers.shutdownNow();
        }
    }

    private final class Epoch implements Iterator<Batch> {
        private final int epoch;
        private final int[] order;
        private final ArrayDeque<Future<Batch>> pending = new ArrayDeque<>();
        private int begun;
        private boolean any;
        private Batch next;

        Epoch(int epoch, int[] order) {
            this.epoch = epoch;
            this.order = order;
        }

        @Override
        public boolean hasNext() {
            while (next == null && (begun < perEpoch() || !pending.isEmpty())) {
                Batch batch = workers == null ? make(epoch, begun++, order) : take();
                // all its images may be corrupt
                next = batch.size() == 0 ? null : batch;
            }
            any |= next != null;
            if (next == null && (!any || corrupt.size() == images.size())) {
                throw new UncheckedIOException(new UnusableDataException((corrupt.size() == images.size() ? "none of the " + images.size() + " images can be used"
                        : "none of the images of epoch " + epoch + " can be used, so that it has no batch") + "; the first: " + corrupt.firstEntry().getValue()));
            }
            return next != null;
        }

        private Batch take() {
            while (pending.size() < ahead && begun < perEpoch()) {
                int number = begun++;
                pending.add(workers.submit(() -> make(epoch, number, order)));
            }
            try {
                return pending.remove().get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for a batch", e);
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case RuntimeException cause -> throw cause;
                    case Error cause -> throw cause;
                    case Throwable cause -> throw new IllegalStateException(cause);
                }
            }
        }

        @Override
        public Batch next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Batch batch = next;
            next = null;
            return batch;
        }
    }

    private Batch make(int epoch, int number, int[] order) {
        int from = number * plan.size();
        int to = Math.min(order.length, from + plan.size());
        List<float[]> inputs = new ArrayList<>();
        int[] labels = new int[to - from];
        for (int i = from; i < to; i++) {
            int index = order[i];
            try {
                Image image = Image.of(images, index, plan.input().channels());
                float[] input = augmenter.input(image, Streams.of(plan.seed(), epoch, index));
                labels[inputs.size()] = images.label(index);
                inputs.add(input);
            } catch (CorruptImageException e) {
                corrupt.putIfAbsent(index, e.getMessage());
            }
        }
        return batch(inputs, Arrays.copyOf(labels, inputs.size()), Streams.of(plan.seed(), MIXUP, epoch, number));
    }

    private Batch batch(List<float[]> inputs, int[] labels, SplittableRandom random) {
        int length = plan.input().size();
        int classes = images.classes().size();
        float[] values = new float[inputs.size() * length];
        float[] targets = new float[inputs.size() * classes];
        // each image with another one of the batch, all by the same share (Zhang et al. 2017, arXiv 1710.09412, section 2)
        int[] other = new int[inputs.size()];
        Arrays.setAll(other, i -> i);
        float share = 1;
        if (plan.mixup() > 0) {
            Streams.shuffle(other, random);
            double drawn = beta(plan.mixup(), random);
            // the larger part is the image's own, so that labels mean something; the pairs are the same
            share = (float) Math.max(drawn, 1 - drawn);
        }
        for (int i = 0; i < inputs.size(); i++) {
            float[] own = inputs.get(i);
            float[] mixed = inputs.get(other[i]);
            for (int k = 0; k < length; k++) {
                values[i * length + k] = share == 1 ? own[k] : share * own[k] + (1 - share) * mixed[k];
            }
            targets[i * classes + labels[i]] += share;
            targets[i * classes + labels[other[i]]] += 1 - share;
        }
        return new Batch(inputs.size(), values, targets, labels);
    }

    /** Jöhnk's method, quick for the small α of mixup (Devroye 1986, Non-Uniform Random Variate Generation, IX.3.5). */
    private static double beta(double alpha, SplittableRandom random) {
        while (true) {
            double x = Math.pow(random.nextDouble(), 1 / alpha);
            double y = Math.pow(random.nextDouble(), 1 / alpha);
            if (x + y <= 1 && x + y > 0) {
                return x / (x + y);
            }
        }
    }
}
