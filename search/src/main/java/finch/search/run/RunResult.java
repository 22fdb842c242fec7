package finch.search.run;

import java.nio.file.Path;

/**
 * How a search ended.
 *
 * @param folder    the run folder
 * @param evaluated architectures evaluated, over all sessions
 * @param proposed  genomes proposed, repeats included
 * @param frontSize members of the front
 * @param message   why it ended, for people: the rule that fired, or why nothing is feasible
 */
public record RunResult(Path folder, RunStatus status, long evaluated, long proposed, int frontSize, String message) {}
