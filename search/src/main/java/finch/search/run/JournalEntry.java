package finch.search.run;

import finch.search.evolve.Evaluation;
import java.util.List;

/**
 * One line of a journal.
 *
 * @param id        number of the evaluation in its run, from 0
 * @param parents   numbers of the evaluations it was made from
 * @param operator  how it was made, e.g. {@code crossover}
 * @param genome    as {@link GenomeText} writes it
 * @param hash      key of the canonical genome, 32 hexadecimal digits
 * @param micros    time of the evaluation in microseconds
 * @param atMillis  when it ended, in milliseconds of the run's time over all sessions
 * @param rung      of a ladder, from 1; 0 without one
 */
public record JournalEntry(long id, int generation, List<Long> parents, String operator, String genome, String hash,
                           Evaluation evaluation, long micros, long atMillis, int rung) {
    /** Without a ladder. */
    public JournalEntry(long id, int generation, List<Long> parents, String operator, String genome, String hash, Evaluation evaluation, long micros,
                        long atMillis) {
        this(id, generation, parents, operator, genome, hash, evaluation, micros, atMillis, 0);
    }

    JournalEntry numbered(long number) {
        return new JournalEntry(number, generation, parents, operator, genome, hash, evaluation, micros, atMillis, rung);
    }

    public JournalEntry {
        parents = List.copyOf(parents);
    }
}
