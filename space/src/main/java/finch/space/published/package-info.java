/**
 * What papers, model cards and code bases publish about the reference architectures, beside what our layers give.
 *
 * <p>The published figures are data, copied by hand from their sources with the digits as printed
 * ({@code finch/published/*.txt} among the resources); ours are counted anew each time. A figure without a decimal and
 * without a unit is exact and must agree to the unit; any other must round to the printed digits. Sources contradict
 * each other and themselves; such a figure carries the reason <em>and</em> the value that the reason predicts, and is
 * only accepted where ours is that value, so an explanation cannot hide a later mistake.
 */
package finch.space.published;
