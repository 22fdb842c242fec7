package finch.space.format;

import finch.space.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block string taken apart: a type and tokens joined by {@code _}. timm itself passes over what it does not know; here
 * that is a mistake.
 *
 * @param expRatio the expansion ratio, 1 where the type has none
 * @param forceIn  the channels that an er block's expansion counts from, 0 for its real input ({@code fc})
 */
record TimmBlockString(String type, int repeats, int kernel, int stride, double expRatio, int out, double seRatio, int forceIn,
                       Optional<Activation> activation, boolean noskip) {
    private static final Pattern NUMERIC = Pattern.compile("(r|k|s|e|c|se|fc)([0-9]+(?:\\.[0-9]+)?)");
    /** Required and other tokens of each type. */
    private static final Map<String, List<String>> REQUIRED = Map.of("ir", List.of("r", "k", "s", "e", "c"),
            "er", List.of("r", "k", "s", "e", "c"), "ds", List.of("r", "k", "s", "c"), "dsa", List.of("r", "k", "s", "c"),
            "cn", List.of("r", "k", "s", "c"));
    private static final Map<String, List<String>> OPTIONAL = Map.of("ir", List.of("se"), "er", List.of("se", "fc"),
            "ds", List.of("se", "e"), "dsa", List.of("se", "e"), "cn", List.of());

    private static final int LONGEST_TOLD = 200;

    boolean isPlainPointwise() {
        return type.equals("cn") && repeats == 1 && kernel == 1 && stride == 1 && activation.isEmpty();
    }

    static Optional<TimmBlockString> parse(Problems problems, int line, String whole) {
        String[] tokens = whole.split("_", -1);
        // a block of thousands of tokens has as many mistakes, each of which tells it
        String text = whole.length() <= LONGEST_TOLD ? whole : whole.substring(0, LONGEST_TOLD) + "…";
        String type = tokens[0];
        if (!REQUIRED.containsKey(type)) {
            problems.add(line, "arch_def", text + ": the block type \"" + type + "\" is not known here. Known: ir, er, ds, dsa, cn.");
            return Optional.empty();
        }
        Map<String, String> numbers = new LinkedHashMap<>();
        Optional<Activation> activation = Optional.empty();
        boolean noskip = false;
        int before = problems.count();
        for (String token : List.of(tokens).subList(1, tokens.length)) {
            Matcher numeric = NUMERIC.matcher(token);
            if (token.equals("noskip") && !type.equals("cn")) {
                noskip = true;
            } else if (token.startsWith("n") && TimmFormat.SUFFIXES.containsKey(token.substring(1)) && activation.isEmpty()) {
                activation = Optional.of(TimmFormat.SUFFIXES.get(token.substring(1)));
            } else if (numeric.matches() && (REQUIRED.get(type).contains(numeric.group(1)) || OPTIONAL.get(type).contains(numeric.group(1)))) {
                if (numbers.put(numeric.group(1), numeric.group(2)) != null) {
                    problems.add(line, "arch_def", text + ": " + numeric.group(1) + " is given twice; keep one");
                }
            } else {
                problems.add(line, "arch_def", text + ": the token \"" + token + "\" is not known for " + type + ". Known: "
                        + String.join(", ", REQUIRED.get(type)) + (OPTIONAL.get(type).isEmpty() ? "" : ", " + String.join(", ", OPTIONAL.get(type)))
                        + ", nre, nr6, nhs, nsw" + (type.equals("cn") ? "." : ", noskip."));
            }
        }
        REQUIRED.get(type).stream().filter(key -> !numbers.containsKey(key))
                .forEach(key -> problems.add(line, "arch_def", text + ": the token " + key + " is missing"));
        if (problems.count() > before) {
            return Optional.empty();
        }
        Whole number = new Whole(problems, line, text, numbers);
        TimmBlockString block = new TimmBlockString(type, number.of("r", 1, 1000, 1), number.of("k", 1, ArchitectureFormat.MAX_KERNEL, 3),
                number.of("s", 1, 2, 1), Double.parseDouble(numbers.getOrDefault("e", "1")), number.of("c", 1, ArchitectureFormat.MAX_CHANNELS, 8),
                Double.parseDouble(numbers.getOrDefault("se", "0")), number.of("fc", 0, ArchitectureFormat.MAX_CHANNELS, 0), activation,
                noskip || type.equals("dsa"));
        if (block.kernel() % 2 == 0) {
            problems.add(line, "arch_def", text + ": the kernel must be odd, not " + block.kernel() + ". Maybe use 3, 5 or 7.");
        }
        if (block.expRatio() <= 0) {
            problems.add(line, "arch_def", text + ": the expansion ratio must be above 0");
        }
        if ((type.equals("ds") || type.equals("dsa")) && block.expRatio() != 1) {
            problems.add(line, "arch_def", text + ": " + type + " does not expand; its e must be 1. Use ir for " + numbers.get("e") + ".");
        }
        return problems.count() > before ? Optional.empty() : Optional.of(block);
    }

    private record Whole(Problems problems, int line, String text, Map<String, String> numbers) {
        int of(String key, int min, int max, int fallback) {
            String number = numbers.get(key);
            if (number == null) {
                return fallback;
            }
            try {
                int value = Integer.parseInt(number);
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // reported below, as a number out of range
            }
            problems.add(line, "arch_def", text + ": " + key + " must be a whole number from " + min + " to " + max + ", not " + number);
            return fallback;
        }
    }
}
