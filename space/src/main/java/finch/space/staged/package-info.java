/**
 * Search spaces made of stages of blocks: what a {@code finch-space/1} file declares, and how it is searched.
 *
 * <h2>A space is an automaton over blocks</h2>
 * An architecture is a word: stem, blocks, head. A genome is one path that spells it, and several paths may spell the
 * same word: genes of dropped blocks say nothing, an identity may stand in any slot of a stage, two ratios may round to
 * one channel count, two width multipliers to one network, and where neighbouring stages allow the same blocks, one
 * block may belong to either. Instead of a rule for each such case there is one rule for all: the canonical genome is the
 * <em>first</em> path, in a fixed order, that spells the word ({@link finch.space.staged.Recogniser}). So equal
 * architectures have equal canonical genomes and different ones different, without exception, and {@code encode} of a
 * foreign network is the same procedure.
 *
 * <p>{@link finch.space.staged.StagedSpace#size()} counts words, not paths: a dynamic program over the sets of
 * positions in which the recogniser may be (the subset construction). Blocks that lead to the same set are counted as a
 * group, so that spaces of 10^30 networks are counted in milliseconds.
 *
 * <p>A choice made once for a whole stage is carried along as the set of values still possible. Given a block and its
 * input channels every property can be looked at alone, so this set is always a product of sets, a few machine words.
 *
 * <p>Channel counts stand in the definition as at width 1 and are scaled and rounded by its {@link
 * finch.space.staged.Rules}; a factor of exactly 1 leaves a count as written, even one that the rounding would change.
 */
package finch.space.staged;
