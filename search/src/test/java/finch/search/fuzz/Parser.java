package finch.search.fuzz;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Something that reads files that come from anywhere.
 *
 * @param share      of all inputs, in thousandths
 * @param place      of the damaged file in the folder where the others that it needs are
 * @param seeds      valid files
 * @param documented what it may throw; an {@link java.io.IOException} and a subclass are two things
 * @param lines      whether every mistake has a line
 */
record Parser(String name, int share, String place, List<byte[]> seeds, Mutation mutation, Reader reader, Set<Class<? extends Exception>> documented, boolean lines) {
    /** Makes a damaged file. */
    @FunctionalInterface
    interface Mutation {
        byte[] of(byte[] seed, byte[] other, RandomGenerator random);
    }

    /** Reads the file, and uses what it read as the commands do. */
    @FunctionalInterface
    interface Reader {
        void read(Path file, Path folder, RandomGenerator random) throws Exception;
    }

    /** For the names of tests. */
    @Override
    public String toString() {
        return name;
    }
}
