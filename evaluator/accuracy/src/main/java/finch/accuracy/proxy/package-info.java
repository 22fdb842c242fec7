/**
 * Zero-cost proxies: numbers of an untrained network that may tell how accurate it becomes, and how well they do.
 *
 * <p>{@link finch.accuracy.proxy.Signal} has the definitions with their papers, {@link finch.accuracy.proxy.ProxyProbe} computes them with
 * the engine's reverse pass, and {@link finch.accuracy.proxy.ProxyStudy} sets them beside multiply-adds, parameters and depth on networks
 * whose accuracy is known. What a proxy does not have over these it is not worth its time for.
 *
 * <h2>As what a search follows</h2>
 * {@link finch.accuracy.proxy.ProxyEstimator} tells a score and never an accuracy; {@link finch.accuracy.proxy.EnsembleEstimator} makes
 * several signals one figure, either a top-1, where it was fitted to a table, or a score by ranks. {@link finch.accuracy.proxy.Standing}
 * knows what each signal did where it was measured: at 0.87 and less a search must say that it wants it all the same. An ensemble's
 * hold-out score is of networks that a fit, its penalty included, has not seen; ranks are fitted to nothing, so that any table tests them.
 * Intervals of scores are of the mean over seeds alone and say nothing of accuracy.
 *
 * <h2>Where papers and code differ</h2>
 * <ul>
 * <li>Weights are normal with the fan-in (the published codes mostly take their framework's default).</li>
 * <li>ZiCo's variance is of the gradient's size, as the paper's definition says.</li>
 * <li>A "unit" of NASWOT is one of a rectifier or its smooth kin, before the nonlinearity; the gates of squeeze-excite are none.</li>
 * </ul>
 */
package finch.accuracy.proxy;
