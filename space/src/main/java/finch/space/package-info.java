/**
 * What may be chosen and what was chosen: {@link finch.space.SearchSpace} and {@link finch.space.Decision},
 * {@link finch.space.Genome}, {@link finch.space.Architecture} and its blocks, the reference architectures.
 *
 * <p>A genome is indices, an architecture is meaning. Many genomes may decode to one architecture (genes of dropped
 * blocks are silent), so whatever is expensive is keyed by meaning: by the canonical genome.
 */
package finch.space;
