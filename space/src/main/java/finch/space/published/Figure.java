package finch.space.published;

import java.util.Objects;

/**
 * One published figure beside ours.
 *
 * @param name      the reference it is about, as {@code References.resolve} reads it
 * @param figure    what is counted
 * @param source    who published it
 * @param published as printed there
 * @param ours      to the same digits, unrounded where it does not agree
 * @param exact     whether the two must be equal to the last digit; otherwise ours must round to the published
 * @param note      why it differs, where it does; may be empty
 */
public record Figure(String name, String figure, String source, String published, String ours, boolean exact, Status status, String note) {
    /** How the two compare. */
    public enum Status {
        /** Equal, as an exact figure must be. */
        EXACT,
        /** Ours rounds to the printed digits. */
        ROUNDED,
        /** Ours has the printed digits where further ones are cut off, which this source does. */
        CUT,
        /** They differ for the reason in the note, and ours is what that reason predicts. */
        EXPLAINED,
        /** They differ. */
        DIFFERS
    }

    public Figure {
        Objects.requireNonNull(name);
        Objects.requireNonNull(figure);
        Objects.requireNonNull(source);
        Objects.requireNonNull(published);
        Objects.requireNonNull(ours);
        Objects.requireNonNull(status);
        Objects.requireNonNull(note);
    }

    /** Whether it agrees, or differs for a known reason. */
    public boolean ok() {
        return status != Status.DIFFERS;
    }
}
