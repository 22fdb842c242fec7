/**
 * Zero-cost proxies: numbers of an untrained network that may tell how accurate it becomes, and how well they do.
 *
 * <p>{@link finch.accuracy.proxy.Signal} has the definitions with their papers, {@link finch.accuracy.proxy.ProxyProbe} computes them with
 * the engine's reverse pass, and {@link finch.accuracy.proxy.ProxyStudy} sets them beside multiply-adds, parameters and depth on networks
 * whose accuracy is known. What a proxy does not have over these it is not worth its time for.
 *
 * <h2>Where papers and code differ</h2>
 * <ul>
 * <li>Weights are normal with the fan-in (the published codes mostly take their framework's default).</li>
 * <li>ZiCo's variance is of the gradient's size, as the paper's definition says.</li>
 * <li>A "unit" of NASWOT is one of a rectifier or its smooth kin, before the nonlinearity; the gates of squeeze-excite are none.</li>
 * </ul>
 */
package finch.accuracy.proxy;
