/**
 * Tells how fast networks are on this machine: calibration of any {@link finch.engine.Runtime}, the latency model, device
 * profiles, and the measuring protocol.
 *
 * <p><b>Measuring.</b> A latency on a shared machine has two states more often than a bell curve: alone on the core, or
 * beside a neighbour on its sibling, 10 to 30 % slower. A probe of fused multiply-adds before and after <em>every</em>
 * run tells them apart (one probe per batch of runs did not: the state changes within a batch), and processor time that
 * lags behind the wall clock shows runs that were interrupted. Undisturbed runs agree within 1 to 2 % while a third of
 * all runs is disturbed; dividing a run by the probe's factor brings most disturbed ones there too. Warm-up ends when the
 * medians of successive windows agree, the compiler is at rest and runs allocate nothing to speak of: a kernel that is called a few times
 * a run waits for its compilation through many runs, four times too slow but steady (seen: one held-out network read
 * 29 for 7 ms in four calibrations of four).
 *
 * <p>What stayed was where arrays came to lie: loaded twice, networks differed by 3 to 4 %, single ones by 29 %, until objects began with cache
 * lines ({@code finch.engine.kernel.CacheLines}). Now 1.7 to 2.2 % of two timings minutes apart, 93 % within 5 %. Before that, no model could be
 * seen to be better than 3.5 %.
 *
 * <p><b>Model.</b> A latency is a sum over layers of work times a price per unit, prices being at least 0: deterministic,
 * monotone in resolution, cheap (a few microseconds a network), and readable in the profile. The work must be the engine's
 * own: with multiply-adds and bytes alone the error of unseen networks was 14 %; channels that do not fill a vector,
 * narrow panels and bytes beyond the caches brought it to 2.5 % for the first kernels. When kernels change, look at
 * {@code LatencyFeatures} first: the next ones, with other tiles, began at 7 %. To find what is missing, time some hundred networks part by part,
 * fit, and list the parts of each kind by their residuals: outputs of joined layers that leave the caches read 28 % too low, and the same dense
 * layer took 11 to 30 us a megabyte, as much as had passed the caches since its weights were read (correlation 0.9). Whole networks are timed, never kernels
 * alone: isolated layers run 5 to 10 % faster than in sequence, with warm caches. But within a network each part is timed in
 * its place, where the runtime tells parts, and both are fitted: see {@code Fit}. Only the parts' <em>shares</em> of a run count,
 * so the clock may drift between them and the network's own timing.
 *
 * <p>A sum has its limits. From a hundred networks on its error stays where it is, 2.4 to 2.6 % where the noise of two timings is 1.8 to 2.1 %: what is left is of the network, not of the price list.
 * Layers cost less in a band with their neighbours, so what is far from a neighbour has prices of its own ({@code FarFeatures}). A correction of the sum, linear in the shares of
 * kinds of work and in its logarithm, took the error of 146 networks from 2.47 to 2.40 %, and of the next two calibrations nothing; it is not here. A Gaussian process on the same shares, after
 * the fit, took one calibration to 2.2 %, with 93 rather than 90 % within 5 % (folds of 565 networks), and the next three nothing (of 582 networks of Finch 3.37 and 3.37 %, of 601 and 516 of
 * ONNX Runtime 5.48 and 5.54, 5.34 and 5.35 %); boosted trees a twentieth, if that. It is not here either.
 *
 * <p>ONNX Runtime was priced by the engine's work at first. What its kernels do, read from its source, is {@code NchwcFeatures}: of the same networks the error went from 6.8 to 4.9 %. Depthwise layers
 * whose rows lie 4096 bytes apart take 1 to 4.5 times what a sum of prices says, which is not explained, and two timings of a network differ by 3 to 5 %; how much of the rest is whose is not known.
 *
 * <p>It is not the same everywhere: on a quiet Zen 4 (two timings of a network within 1.6 % on average) a calibration of PT4M45S had 4.1 %, where a Zen 5 had 2.6 %. Which networks are off were the
 * same an hour and a half before, beside neighbours, some by -17 to -27 %. Of the 22 parts that fell furthest short then, half were large depthwise layers of
 * channels such as 72, 88 and 120. Where such a layer begins a chain it read its tensor from the third level cache out of order; since kernels-8 the engine reads ahead there ({@code finch.engine.kernel}).
 * Others (depthwise layers of 112 and 192 channels, dense ones) are not explained. A calibration with these kernels, and with one small image of eight, had 3.4 % on a quiet Zen 4.
 *
 * <p><b>Drift.</b> The probe does not see all that slows a network for seconds (memory bandwidth that neighbours take), so
 * one network, the anchor, is timed in turn with every group, and times are related to it.
 *
 * <p><b>Sampling.</b> Many networks timed briefly beat few timed long, since prices average over networks. Relative
 * residuals are fitted, Huber-weighted. A quarter of the random networks is held out, and references as asked: those
 * that searches compare with are fitted, others checked. Intervals come from out-of-fold ratios of the fitted ones (split
 * conformal), and the held-out ones check their coverage; these are timed twice, and the mean counts. They reach as far up as down,
 * since a rank of its own on either side needs twice the ratios.
 */
package finch.latency;
