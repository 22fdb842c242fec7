/**
 * Runs a search: evaluates candidates, keeps the journal and the run folder, resumes.
 *
 * <p>Reasons:
 * <ul>
 * <li>The journal is the only state. A resumed search runs again from its beginning with the journal's evaluations as
 *     answers; an answer whose genome is not the one proposed means another config, data or program, and is refused.
 *     {@code front.json} and the journal, its {@code timing} aside, are the same for any number of threads and
 *     interruptions. The wall clock is the one stopping rule that cannot promise this; it counts the time that the
 *     journal says was spent, not the time to replay it.</li>
 * <li>Workers claim candidates in order and lines are written in order, so a stop leaves no gaps. Whoever finishes a
 *     long evaluation early parks it in {@code journal.parked.jsonl}; a kill then loses only what was not finished.</li>
 * <li>With evaluations in flight lines are written in the order in which evaluations end, so nothing has to be parked. The algorithm depends on that order
 *     alone: replay hands it the journal's, and begins with what is in flight behind the last line.</li>
 * <li>Where evaluations are cheap, the thread that journals takes part in them: waking it for each would cost more than
 *     the evaluation. Never where accuracies are dear, which most candidates may not come to: the journal would wait. Children
 *     are then evaluated as soon as they are told of, while their siblings are made, and threads stay awake for a moment between
 *     generations; what is told of and never asked for leaves no trace.</li>
 * <li>The device profile is copied into the run folder and named by the resolved config: a later calibration of the
 *     machine must not change what a run means.</li>
 * <li>Infeasible and failed differ: a network that an estimator does not know (violation {@code domain}) or that misses
 *     a bound is infeasible and ranked by how far; one whose estimator threw or answered no number is failed. Either is
 *     journalled and not proposed again.</li>
 * <li>An estimate that takes longer than its time limit is interrupted and its evaluation failed, which depends on the
 *     machine's speed as the wall clock does; the journal remembers it, so resuming does not. One that does not heed the
 *     interruption goes on unheard; too many of these end the run as failed, since they would take the processor from all
 *     others.</li>
 * <li>An estimate that is broken off, since its thread was interrupted or the process is ending, is no outcome: nothing is
 *     journalled or parked, the search stops as interrupted, and resumed evaluates the network again. What others finished
 *     behind it stays parked. A trainer that Ctrl-C or SIGTERM took with it is such an estimate.</li>
 * <li>The run folder can be resumed from before the first dear estimate: bounds on all else are priced, and refused, before
 *     it is made, but trainers work on references, those of relative bounds among them, only in it.</li>
 * <li>What cannot be estimated of a reference is left out with a warning, as for one that the estimator does not know: a
 *     reference is something to compare with. Only a bound relative to it needs the value. It is no
 *     evaluation, so no journal remembers the failure: each session tries again.</li>
 * <li>Lines are handed to the operating system at the end of a batch and whenever they hold a millisecond's worth of
 *     evaluation: a kill loses less than it takes to start again, and cheap evaluations share a write.</li>
 * <li>Exact costs are checked first, then latency, then accuracy; evaluation stops at the first stage with a missed
 *     bound, so an infeasible line may lack the dearer values.</li>
 * <li>On a ladder each rung that a network comes to is an evaluation with a line of its own, whose {@code rung} says what its
 *     accuracy or score is of; a promotion's parent is the line of the rung before. {@code stop.evaluations} counts lines; those of the end
 *     (see {@code finch.search.evolve}) come on top. Bounds on top1 hold for the last rung alone, since the figures of a shorter training
 *     are lower; bounds on costs hold on every rung. References have figures of the last rung.</li>
 * <li>An ensemble is made anew when a run is resumed, which is deterministic; if it is not the one in the manifest, the run is refused.</li>
 * <li>What a bound can reach is priced by coordinate descent from the space's cheapest and dearest genomes, the
 *     references and some samples; it is called searched, not proved, unless the space was enumerated. In tests it
 *     finds the true ends of every quantity.</li>
 * </ul>
 */
package finch.search.run;
