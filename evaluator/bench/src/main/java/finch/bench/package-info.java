/**
 * Benchmarks of the engine, and of ONNX Runtime beside it; never deployed. {@code evaluator/README.md} says how to run them
 * and holds the tables that {@link finch.bench.Report} made.
 *
 * <p>What holds for all of them:
 *
 * <ul>
 *   <li>Shapes come from our own lowering ({@link finch.bench.Shapes}); no list is written by hand.
 *   <li>Kernel sets, runtimes and networks that are compared run in JVMs of their own: two kernel sets in one would spoil
 *       each other's profile. {@link finch.bench.JitLeak} looks for what networks leave to each other.
 *   <li>A wrong answer fails before it is timed.
 *   <li>A thing is warm when the medians of successive blocks agree and the compiler rests, not after some seconds. What did
 *       not get there in time is timed all the same, and marked.
 *   <li>A loop of multiply-adds in registers runs on both sides of each timing. It shows the clock, which drifts, and
 *       neighbours on the core; processor time that lags behind the wall clock shows other processes. What they disturbed is
 *       left out, or counted where it cannot be.
 *   <li>Medians, with the range or the middle 80 per cent. The best run flatters.
 * </ul>
 *
 * <p>The roofline's limits are measured in the same JVM, at the same vector width. Its times are of steps within a network,
 * after whatever stood in the caches; kernels alone are faster. A step's weights count as read from the level that holds
 * the whole network, since the rest of it has gone through the caches since their last use; its activations from the level
 * that holds what the step moves.
 */
package finch.bench;
