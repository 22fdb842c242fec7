package finch.space.staged;

import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Extent;
import finch.space.Gate;
import java.util.List;

/**
 * A space as numbers and genes, made by {@link Compiler}.
 *
 * @param stemOuts by width multiplier and choice
 * @param hidden   units by width multiplier and choice
 * @param gates    all gates in use; a word holds an index into them
 */
record Automaton(SpaceDefinition definition, List<Decision> decisions, Gene resolution, Gene width, double[] widths,
                 Gene stemOut, int[][] stemOuts, Gene stemKernel, int[] stemKernels, Gene stemStride, int[] stemStrides,
                 Gene stemActivation, int[] stemActivations, StageTable[] stages, Gene headConv, Gene headHidden,
                 int[][] hidden, Gene headActivation, int[] headActivations, List<Gate> gates, int maxBlocks) {
    /** The word that a genome spells. */
    Word spell(int[] genome) {
        return spell(genome, null);
    }

    /** Likewise. @param places gets where each of its blocks stands; may be null */
    Word spell(int[] genome, List<Place> places) {
        Word word = new Word(maxBlocks);
        word.resolution = resolutions().get(resolution.read(genome));
        int w = width.read(genome);
        word.stem(stemOuts[w][stemOut.read(genome)], stemKernels[stemKernel.read(genome)],
                stemStrides[stemStride.read(genome)], stemActivations[stemActivation.read(genome)]);
        int in = word.stem[0];
        for (int s = 0; s < stages.length; s++) {
            StageTable stage = stages[s];
            int depth = stage.depths()[stage.depth().read(genome)];
            for (int b = 0; b < depth; b++) {
                int base = word.length * Word.FIELDS;
                if (stage.slots()[b].spell(genome, w, in, word.blocks, base)) {
                    if (places != null) {
                        places.add(new Place(s + 1, b + 1));
                    }
                    word.length++;
                    in = word.blocks[base + Word.OUT];
                }
            }
        }
        word.head(headConv(headConv.read(genome), w, in), hidden[w][headHidden.read(genome)],
                headActivations[headActivation.read(genome)]);
        return word;
    }

    Architecture architecture(int[] genome) {
        return spell(genome).architecture(definition, gates);
    }

    List<Extent> resolutions() {
        return definition.resolution().values();
    }

    int headConv(int choice, int width, int in) {
        return definition.rules().headChannels(definition.head().conv().values().get(choice), widths[width], in);
    }
}
