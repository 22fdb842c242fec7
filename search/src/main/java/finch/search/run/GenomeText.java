package finch.search.run;

import finch.space.Decision;
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
    private final boolean separated;

    public GenomeText(SearchSpace space) {
        this.space = space;
        this.keys = new GenomeKey.Maker(space.decisions());
        this.free = IntStream.range(0, space.decisions().size()).filter(i -> space.decisions().get(i).size() > 1).toArray();
        this.separated = space.decisions().stream().anyMatch(d -> d.size() > 10);
    }

    /** The key of a canonical genome, by which architectures are told apart: 32 hexadecimal digits. */
    public String hash(Genome canonical) {
        return hash(keys.of(canonical));
    }

    static String hash(GenomeKey key) {
        return HEX.toHexDigits(key.high()) + HEX.toHexDigits(key.low());
    }

    /** The genome that {@link #of} wrote. @throws IllegalArgumentException if the text is no genome of this space, naming the choice */
    public Genome parse(String text) {
        String[] parts = text.isEmpty() ? new String[0] : separated ? text.split("\\.", -1) : text.split("");
        if (parts.length != free.length) {
            throw new IllegalArgumentException("a genome of " + space.name() + " has " + free.length + " choices, not " + parts.length + ": " + text);
        }
        int[] choices = new int[space.decisions().size()];
        for (int i = 0; i < free.length; i++) {
            choices[free[i]] = choice(space.decisions().get(free[i]), parts[i], text);
        }
        return Genome.of(choices);
    }

    private int choice(Decision decision, String part, String text) {
        if (part.matches("[0-9]{1,9}") && Integer.parseInt(part) < decision.size()) {
            return Integer.parseInt(part);
        }
        throw new IllegalArgumentException("the genome " + text + " of " + space.name() + " has \"" + part + "\" for " + decision.name()
                + ", whose choices are 0 to " + (decision.size() - 1));
    }

    public String of(Genome genome) {
        StringBuilder text = new StringBuilder(3 * free.length);
        for (int i : free) {
            if (separated && !text.isEmpty()) {
                text.append('.');
            }
            int choice = genome.choice(i);
            if (choice < 10) {
                text.append((char) ('0' + choice));
            } else {
                text.append(choice);
            }
        }
        return text.toString();
    }
}
