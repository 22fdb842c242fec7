package finch.space.staged;

import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A search space made of a stem, stages of blocks and a head. Immutable and safe for use by many threads.
 *
 * <p>{@link #decisions()} are what is free, from the input to the output of the network; what a definition gives as a
 * single value is in {@link #fixed()}.
 */
public final class StagedSpace implements SearchSpace {
    private final SpaceDefinition definition;
    private final Automaton automaton;
    private final Recogniser recogniser;
    /** Choices of each decision. */
    private final int[] choices;
    private volatile BigInteger size;

    /** @throws IllegalArgumentException if two different choices of the definition have one name */
    public StagedSpace(SpaceDefinition definition) {
        this.definition = definition;
        this.automaton = Compiler.compile(definition);
        this.recogniser = new Recogniser(automaton);
        this.choices = automaton.decisions().stream().mapToInt(Decision::size).toArray();
    }

    public SpaceDefinition definition() {
        return definition;
    }

    @Override
    public String name() {
        return definition.name();
    }

    @Override
    public List<Decision> decisions() {
        return automaton.decisions();
    }

    /** What may not be chosen, by the name the decision would have. */
    public Map<String, String> fixed() {
        Map<String, String> fixed = new LinkedHashMap<>();
        for (Choices<?> c : Restriction.all(definition)) {
            if (!c.isFree() && !c.texts().getFirst().equals(Choices.UNUSED)) {
                fixed.put(c.name(), c.texts().getFirst());
            }
        }
        return fixed;
    }

    @Override
    public BigInteger size() {
        if (size == null) {
            size = new Counter(automaton).words();
        }
        return size;
    }

    @Override
    public Architecture decode(Genome genome) {
        return automaton.architecture(checked(genome));
    }

    @Override
    public Genome canonical(Genome genome) {
        int[] choices = checked(genome);
        int[] canonical = recogniser.genome(automaton.spell(choices)).orElseThrow();
        if (automaton.resolution().decision() >= 0) {
            canonical[automaton.resolution().decision()] = automaton.resolution().read(choices);
        }
        return Genome.of(canonical);
    }

    @Override
    public Genome encode(Architecture architecture) throws NotInSpaceException {
        Word word = Word.of(architecture, automaton.gates());
        int resolution = automaton.resolutions().indexOf(architecture.resolution());
        boolean frame = resolution >= 0 && architecture.channels() == definition.channels()
                && architecture.classes() == definition.classes() && architecture.padding() == definition.padding()
                && (architecture.head().hidden() == 0 || architecture.head().hiddenBias() == definition.hiddenBias());
        Optional<int[]> found = frame ? recogniser.genome(word) : Optional.empty();
        if (found.isEmpty()) {
            throw new NotInSpaceException(name(), new Diagnosis(automaton, architecture).reasons());
        }
        int[] genome = found.get();
        if (automaton.resolution().decision() >= 0) {
            genome[automaton.resolution().decision()] = resolution;
        }
        return Genome.of(genome);
    }

    private int[] checked(Genome genome) {
        int[] chosen = genome.toArray();
        if (chosen.length != choices.length) {
            throw new IllegalArgumentException("a genome of " + name() + " has " + choices.length + " choices, not " + chosen.length);
        }
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i] < 0 || chosen[i] >= choices[i]) {
                throw new IllegalArgumentException(decisions().get(i).name() + " has choices 0 to " + (choices[i] - 1) + ", not " + chosen[i]);
            }
        }
        return chosen;
    }

    /** Where each block of {@link #decode}'s architecture stands: stage and slot, in the order of the blocks. */
    public List<Place> places(Genome genome) {
        List<Place> places = new ArrayList<>();
        automaton.spell(checked(genome), places);
        return places;
    }

    /** The largest that each part of this space's networks can be. */
    public Capacity capacity() {
        return Capacities.of(automaton);
    }

    /** The genome of the cheapest choice of every decision: fewest pixels, blocks, channels, taps. */
    public Genome smallest() {
        return Extremes.smallest(automaton);
    }

    /** The genome of the dearest choice of every decision. */
    public Genome largest() {
        return Extremes.largest(automaton);
    }

    /**
     * This space with only some choices.
     *
     * @param kept texts of the choices to keep, by decision name; {@code *} in a name stands for any text, e.g.
     *             {@code stage*.block*.kernel}; a name with {@code *} passes over what is fixed to another value
     * @throws IllegalArgumentException naming every name and choice that does not exist
     */
    public StagedSpace restrict(Map<String, List<String>> kept) {
        List<String> problems = new ArrayList<>();
        StagedSpace restricted = restrict(kept, (key, _, _, message) -> problems.add(key + ": " + message));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return restricted;
    }

    /** As {@link #restrict(Map)}, telling {@code problems} what is wrong instead of throwing. */
    public StagedSpace restrict(Map<String, List<String>> kept, RestrictionProblems problems) {
        return new StagedSpace(Restriction.apply(definition, kept, problems));
    }

    /** The decisions with their choices, one a line, and the exact size, for people. */
    public String describe() {
        StringBuilder text = new StringBuilder(name());
        text.append(definition.description().isEmpty() ? "" : ": " + definition.description()).append('\n');
        text.append(String.format(Locale.ROOT, "%,d architectures from %,d genomes of %d decisions\n", size(), genomes(), decisions().size()));
        int width = decisions().stream().mapToInt(d -> d.name().length()).max().orElse(0);
        for (Decision d : decisions()) {
            text.append("  ").append(d.name()).append(" ".repeat(width - d.name().length() + 2))
                    .append(String.join(", ", d.choices())).append('\n');
        }
        return text.toString();
    }
}
