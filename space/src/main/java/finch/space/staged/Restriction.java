package finch.space.staged;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Keeps some choices of some decisions of a definition. */
final class Restriction {
    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");

    private final Map<String, Choices<?>> choices = new LinkedHashMap<>();
    private final RestrictionProblems problem;

    private Restriction(RestrictionProblems problem) {
        this.problem = problem;
    }

    /**
     * @param kept    texts of the choices to keep, by decision name or pattern, in which {@code *} stands for any text
     * @param problem told each pattern that is wrong and why; what it says is then not restricted
     */
    static SpaceDefinition apply(SpaceDefinition space, Map<String, List<String>> kept, RestrictionProblems problem) {
        Restriction restriction = new Restriction(problem);
        for (Choices<?> c : all(space)) {
            restriction.choices.putIfAbsent(c.name(), c);
        }
        kept.forEach(restriction::keep);
        return restriction.rewritten(space);
    }

    /** Every choice of a definition in the order of the network, those of one value included. */
    static List<Choices<?>> all(SpaceDefinition space) {
        List<Choices<?>> all = new ArrayList<>(List.of(space.resolution(), space.width(), space.stem().out(),
                space.stem().kernel(), space.stem().stride(), space.stem().activation()));
        for (var stage : space.stages()) {
            all.add(stage.depth());
            stage.slots().forEach(slot -> all.addAll(slot.all()));
        }
        all.addAll(List.of(space.head().conv(), space.head().hidden(), space.head().activation()));
        return all;
    }

    private void keep(String pattern, List<String> texts) {
        Pattern glob = Pattern.compile(pattern.chars().mapToObj(c -> c == '*' ? ".*" : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining()));
        List<Choices<?>> matching = choices.values().stream().filter(c -> glob.matcher(c.name()).matches()).toList();
        if (matching.isEmpty()) {
            problem.found(pattern, pattern, choices.keySet(), "no decision of this space has this name. Decisions are named like "
                    + choices.values().stream().filter(Choices::isFree).map(Choices::name).limit(4)
                            .collect(Collectors.joining(", ")) + "; * stands for any text.");
            return;
        }
        if (texts.isEmpty()) {
            problem.found(pattern, "", List.of(), "keeps no choice; keep at least one");
            return;
        }
        boolean fine = true;
        for (String text : texts) {
            if (matching.stream().noneMatch(c -> c.texts().stream().anyMatch(t -> same(t, text)))) {
                List<String> known = matching.stream().flatMap(c -> c.texts().stream()).distinct().toList();
                problem.found(pattern, text, known, "\"" + text + "\" is not a choice. Choices: " + String.join(", ", known) + ".");
                fine = false;
            }
        }
        for (Choices<?> c : matching) {
            List<String> left = c.texts().stream().filter(t -> texts.stream().anyMatch(x -> same(t, x))).toList();
            if (!left.isEmpty()) {
                choices.put(c.name(), c.keep(left));
            } else if (fine && (c.isFree() || !pattern.contains("*"))) { // a pattern passes over what is fixed to something else
                problem.found(pattern, "", List.of(), "leaves no choice for " + c.name() + ", which has "
                        + String.join(", ", c.texts()));
            }
        }
    }

    private static boolean same(String a, String b) {
        return a.equals(b) || number(a) && number(b) && Double.parseDouble(a) == Double.parseDouble(b);
    }

    private static boolean number(String text) {
        return NUMBER.matcher(text).matches();
    }

    private SpaceDefinition rewritten(SpaceDefinition s) {
        var stem = new SpaceDefinition.Stem(now(s.stem().out()), now(s.stem().kernel()), now(s.stem().stride()),
                now(s.stem().activation()));
        List<SpaceDefinition.Stage> stages = new ArrayList<>();
        for (var stage : s.stages()) {
            stages.add(new SpaceDefinition.Stage(now(stage.depth()), stage.slots().stream().map(this::slot).toList()));
        }
        var head = new SpaceDefinition.Head(now(s.head().conv()), now(s.head().hidden()), now(s.head().activation()));
        return new SpaceDefinition(s.name(), s.description(), s.channels(), s.classes(), s.padding(), now(s.resolution()),
                now(s.width()), s.rules(), stem, stages, head, s.hiddenBias());
    }

    private SpaceDefinition.Slot slot(SpaceDefinition.Slot s) {
        return new SpaceDefinition.Slot(now(s.type()), now(s.kernel()), now(s.stride()), now(s.out()), now(s.expand()),
                now(s.squeeze()), now(s.gate()), now(s.activation()), now(s.skip()), now(s.forceExpand()));
    }

    /** The choices left of these. */
    private <T> Choices<T> now(Choices<T> before) {
        return before.keep(choices.get(before.name()).texts());
    }
}
