package finch.space.staged;

/**
 * Where one property is read from a genome.
 *
 * @param decision index in the genome, -1 where there is nothing to choose
 * @param size     number of choices
 * @param mask     for a choice shared by the slots of a stage, where its bits begin in the stage's masks; otherwise -1
 */
record Gene(int decision, int size, int mask) {
    static final Gene FIXED = new Gene(-1, 1, -1);

    int read(int[] genome) {
        return decision < 0 ? 0 : genome[decision];
    }

    boolean isShared() {
        return mask >= 0;
    }

    int words() {
        return (size + 63) / 64;
    }

    /** Whether a choice is still possible under the masks of a stage. */
    boolean allows(long[] masks, int choice) {
        return mask < 0 || (masks[mask + choice / 64] >>> choice & 1) != 0;
    }

    /** The first choice still possible. */
    int first(long[] masks) {
        for (int i = 0; i < size; i++) {
            if (allows(masks, i)) {
                return i;
            }
        }
        throw new IllegalStateException("nothing is possible");
    }
}
