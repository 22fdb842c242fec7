package finch.search.evolve;

/** A candidate's evaluation. @param id its number in the run, from 0 */
public record Outcome(long id, Evaluation evaluation) {}
