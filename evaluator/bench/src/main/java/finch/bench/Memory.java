package finch.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * How fast one core reads and writes, by where the data are. The levels from the nearest to memory itself.
 */
record Memory(List<Level> levels) {
    /**
     * A cache, or the memory behind them all.
     *
     * @param capacity bytes that it holds; {@link Long#MAX_VALUE} for memory
     * @param measured bytes of the working set that was timed
     * @param read     bytes a nanosecond (GB/s)
     * @param written  bytes a nanosecond, of stores alone; a core reads a line before it overwrites it, so that more moves
     */
    record Level(String name, long capacity, long measured, double read, double written) {}

    Memory {
        levels = List.copyOf(levels);
    }

    /** The nearest level that holds so many bytes. */
    Level holding(long bytes) {
        return levels.stream().filter(level -> bytes <= level.capacity()).findFirst().orElse(levels.getLast());
    }

    /** Measures with arrays that fill a good part of each cache, and with one that is much larger than the last. */
    static Memory measure(Caches caches) {
        Bandwidth.warmUp();
        List<Level> levels = new ArrayList<>();
        levels.add(level("L1", caches.l1(), caches.l1() / 2));
        levels.add(level("L2", caches.l2(), caches.l2() / 2));
        if (caches.l3() > caches.l2()) {
            // others use the last cache too
            levels.add(level("L3", caches.l3(), Math.max(2 * caches.l2(), caches.l3() / 4)));
        }
        levels.add(level("memory", Long.MAX_VALUE, Math.clamp(4 * caches.l3(), 64L << 20, 512L << 20)));
        return new Memory(levels);
    }

    private static Level level(String name, long capacity, long bytes) {
        return new Level(name, capacity, bytes, Bandwidth.read(bytes), Bandwidth.write(bytes));
    }
}
