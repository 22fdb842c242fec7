package finch.space.staged;

/**
 * A stage, its choices as numbers and its genes.
 *
 * @param depthChoice choice of the depth, by depth; -1 for depths that may not be chosen
 * @param shared      genes that several slots share
 * @param open        the masks under which all their choices are possible
 * @param neverEmpty  whether every choice leaves at least the first slot's block
 */
record StageTable(Gene depth, int[] depths, int[] depthChoice, SlotTable[] slots, Gene[] shared,
                  long[] open, boolean neverEmpty) {}
