package finch.search.run;

import finch.space.Genome;
import finch.space.GenomeKey;
import finch.space.SearchSpace;
import java.util.HexFormat;
import java.util.stream.IntStream;

/**
 * Genomes as journals and fronts write them: the choices of the decisions that are not frozen, as digits without
 * separators where no decision has more than ten choices, else separated by dots.
 */
public final class GenomeText {
    private static final HexFormat HEX = HexFormat.of();

    private final SearchSpace space;
    private final GenomeKey.Maker keys;
    private final int[] free;
    private final String separator;

    public GenomeText(SearchSpace space) {
        this.space = space;
        this.keys = new GenomeKey.Maker(space.decisions());
        this.free = IntStream.range(0, space.decisions().size()).filter(i -> space.decisions().get(i).size() > 1).toArray();
        this.separator = space.decisions().stream().allMatch(d -> d.size() <= 10) ? "" : ".";
    }

    /** The key of a canonical genome, by which architectures are told apart: 32 hexadecimal digits. */
    public String hash(Genome canonical) {
        GenomeKey key = keys.of(canonical);
        return HEX.toHexDigits(key.high()) + HEX.toHexDigits(key.low());
    }

    /** The genome that {@link #of} wrote. @throws IllegalArgumentException if the text is no genome of this space */
    public Genome parse(String text) {
        String[] parts = separator.isEmpty() ? text.split("") : text.split("\\.");
        if (parts.length != free.length) {
            throw new IllegalArgumentException("a genome of " + space.name() + " has " + free.length + " choices, not " + parts.length + ": " + text);
        }
        int[] choices = new int[space.decisions().size()];
        for (int i = 0; i < free.length; i++) {
            choices[free[i]] = Integer.parseInt(parts[i]);
        }
        return Genome.of(choices);
    }

    public String of(Genome genome) {
        StringBuilder text = new StringBuilder(3 * free.length);
        for (int i : free) {
            text.append(text.isEmpty() ? "" : separator).append(genome.choice(i));
        }
        return text.toString();
    }
}
