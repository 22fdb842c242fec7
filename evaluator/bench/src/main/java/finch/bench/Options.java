package finch.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Arguments of the benchmark programs: {@code name=value} in any order, everything else a word. An option given twice has
 * two values.
 */
final class Options {
    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<String> words = new ArrayList<>();

    private Options() {}

    /** @throws IllegalArgumentException for an option whose name is not known */
    static Options of(String[] arguments, String... known) {
        Set<String> names = new TreeSet<>(List.of(known));
        Options options = new Options();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                options.words.add(argument);
            } else {
                String name = argument.substring(0, equals);
                if (!names.contains(name)) {
                    throw new IllegalArgumentException(argument + ": no option is named " + name + ". Known: " + String.join(", ", names) + ".");
                }
                options.values.computeIfAbsent(name, n -> new ArrayList<>()).add(argument.substring(equals + 1));
            }
        }
        return options;
    }

    /** What is no option. */
    List<String> words() {
        return List.copyOf(words);
    }

    /** What is no option, or what is meant where there is nothing. */
    List<String> wordsOr(List<String> otherwise) {
        return words.isEmpty() ? otherwise : words();
    }

    /** The words, none of which may be there. */
    void noWords() {
        if (!words.isEmpty()) {
            throw new IllegalArgumentException(words.getFirst() + " is no option; options are NAME=VALUE");
        }
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, List.of(otherwise)).getLast();
    }

    /** A whole number, not negative. */
    int number(String name, int otherwise) {
        return number(name, text(name, Integer.toString(otherwise)));
    }

    private static int number(String name, String text) {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new IllegalArgumentException(name + "=" + text + ": a whole number was expected");
    }

    /** Several at once, separated by commas. */
    List<String> list(String name, String otherwise) {
        return Arrays.stream(text(name, otherwise).split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    /** Several whole numbers at once, separated by commas. */
    List<Integer> numbers(String name, String otherwise) {
        return list(name, otherwise).stream().map(text -> number(name, text)).toList();
    }

    /** Options for a JVM: each value of an option that may be given often, split at spaces. */
    List<String> jvm(String name) {
        return values.getOrDefault(name, List.of()).stream().flatMap(value -> Arrays.stream(value.strip().split("\\s+")))
                .filter(option -> !option.isEmpty()).toList();
    }
}
