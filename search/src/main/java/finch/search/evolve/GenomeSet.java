package finch.search.evolve;

import finch.space.GenomeKey;

/** A set of keys, open addressing over two arrays: about 70 bytes an entry at worst, so that a million fit easily. */
final class GenomeSet {
    private long[] high = new long[1 << 10];
    private long[] low = new long[1 << 10];
    private boolean[] used = new boolean[1 << 10];
    private int size;

    int size() {
        return size;
    }

    boolean contains(GenomeKey key) {
        return used[find(key.high(), key.low())];
    }

    /** Whether the key was new. */
    boolean add(GenomeKey key) {
        int i = find(key.high(), key.low());
        if (used[i]) {
            return false;
        }
        put(i, key.high(), key.low());
        if (++size * 2 > used.length) {
            grow();
        }
        return true;
    }

    private void put(int i, long h, long l) {
        used[i] = true;
        high[i] = h;
        low[i] = l;
    }

    private int find(long h, long l) {
        int mask = used.length - 1;
        int i = (int) RandomStreams.mix(h * 31 + l) & mask;
        while (used[i] && (high[i] != h || low[i] != l)) {
            i = i + 1 & mask;
        }
        return i;
    }

    private void grow() {
        long[] oldHigh = high;
        long[] oldLow = low;
        boolean[] oldUsed = used;
        high = new long[oldUsed.length * 2];
        low = new long[oldUsed.length * 2];
        used = new boolean[oldUsed.length * 2];
        for (int i = 0; i < oldUsed.length; i++) {
            if (oldUsed[i]) {
                put(find(oldHigh[i], oldLow[i]), oldHigh[i], oldLow[i]);
            }
        }
    }
}
