package finch.space.staged;

import java.util.List;

/**
 * A stage, its choices as numbers and its genes.
 *
 * @param depthChoice choice of the depth, by depth; -1 for depths that may not be chosen
 * @param shared      genes that several slots share
 * @param open        the masks under which all their choices are possible
 */
record StageTable(Gene depth, int[] depths, int[] depthChoice, List<SlotTable> slots, List<Gene> shared, long[] open) {}
