package finch.space.staged;

/** Where in a space a block stands. @param stage from 1 @param slot within the stage, from 1 */
public record Place(int stage, int slot) {
    /** As decisions are named, e.g. {@code stage2.block1}. */
    @Override
    public String toString() {
        return "stage" + stage + ".block" + slot;
    }
}
