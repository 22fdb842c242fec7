package finch.search.config;

import finch.space.format.SourceNode;
import finch.space.format.Suggestions;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code constraints:}; a number without its unit, or with the unit of another quantity, is a mistake. */
final class BoundReader {
    private static final Pattern QUANTITY = Pattern.compile("([0-9][0-9_]*(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\\s*(%|[A-Za-zµ]*)");
    private static final Pattern RELATIVE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*[x×]\\s+(\\S.*)");

    private final Function<SourceNode, Optional<NetworkReference>> networks;

    /** @param networks reads a network's name, reporting one that does not exist */
    BoundReader(Function<SourceNode, Optional<NetworkReference>> networks) {
        this.networks = networks;
    }

    List<Bound> bounds(SourceNode constraints) {
        List<Bound> bounds = new ArrayList<>();
        Map<String, Objective> quantities = Objective.byName();
        if (!constraints.isMapping()) {
            return bounds;
        }
        constraints.onlyKeys(quantities.keySet().toArray(String[]::new));
        constraints.entries().forEach((name, node) -> {
            Objective quantity = quantities.get(name);
            if (quantity == null) {
                return;
            }
            if (quantity == Objective.SCORE) {
                node.problem(Compatibility.NO_BOUND_ON_SCORES);
                return;
            }
            if (node.kind() != SourceNode.Kind.MAPPING) {
                node.problem("must be a mapping such as { at-most: " + example(quantity) + " }, not " + node.describe());
                return;
            }
            node.onlyKeys(ConfigKeys.BOUND.toArray(String[]::new));
            if (node.get("at-most").isEmpty() && node.get("at-least").isEmpty()) {
                node.problem("needs at-most or at-least, e.g. { at-most: " + example(quantity) + " }");
            }
            Bound.On on = node.get("bound-on")
                    .map(n -> n.asChoice(Map.of("value", Bound.On.VALUE, "interval", Bound.On.INTERVAL), Bound.On.VALUE))
                    .orElse(quantity == Objective.LATENCY ? Bound.On.INTERVAL : Bound.On.VALUE);
            for (Bound.Side side : Bound.Side.values()) {
                node.get(side.formatName()).flatMap(n -> limit(n, quantity)).ifPresent(limit -> bounds.add(new Bound(quantity, side, limit, on)));
            }
            contradiction(quantity, bounds).ifPresent(node::problem);
        });
        return bounds;
    }

    /** Relative limits are compared when they are known. */
    private static Optional<String> contradiction(Objective quantity, List<Bound> bounds) {
        Map<Bound.Side, Double> limits = new EnumMap<>(Bound.Side.class);
        bounds.stream().filter(b -> b.quantity() == quantity).forEach(b -> {
            if (b.limit() instanceof Bound.Limit.Absolute absolute) {
                limits.put(b.side(), absolute.value());
            }
        });
        return limits.size() == 2 && limits.get(Bound.Side.AT_LEAST) > limits.get(Bound.Side.AT_MOST)
                ? Optional.of("no network has at least " + quantity.format(limits.get(Bound.Side.AT_LEAST)) + " and at most " + quantity.format(limits.get(Bound.Side.AT_MOST))
                        + ". Let at-least be no more than at-most, or leave one out.") : Optional.empty();
    }

    /** What a network must reach for a search to end. @param known whether the search knows a quantity of every network on its front */
    Optional<StoppingRule> target(SourceNode node, Predicate<Objective> known) {
        Map<String, Objective> quantities = Objective.bounded();
        Map<Objective, Bound.Limit> limits = new EnumMap<>(Objective.class);
        if (!node.isMapping()) {
            return Optional.empty();
        }
        node.onlyKeys(quantities.keySet().toArray(String[]::new));
        if (node.entries().isEmpty()) {
            node.problem("needs at least one of " + String.join(", ", quantities.keySet()));
        }
        node.entries().forEach((name, value) -> {
            Objective quantity = quantities.get(name);
            if (quantity != null && !known.test(quantity)) {
                value.problem(name + " is neither an objective nor bounded, so it is not known");
            } else if (quantity != null) {
                limit(value, quantity).ifPresent(limit -> limits.put(quantity, limit));
            }
        });
        return limits.isEmpty() ? Optional.empty() : Optional.of(new StoppingRule.Target(limits));
    }

    /** A limit as it is written. */
    Optional<Bound.Limit> limit(SourceNode node, Objective quantity) {
        String text = node.text().strip();
        Matcher relative = RELATIVE.matcher(text);
        if (node.isScalar() && relative.matches()) {
            double factor = Double.parseDouble(relative.group(1));
            if (factor <= 0 || Double.isInfinite(factor)) {
                node.problem(factor <= 0 ? "the factor must be more than 0, not " + relative.group(1) : "the factor is too large to be a number");
                return Optional.empty();
            }
            return networks.apply(node).map(network -> new Bound.Limit.Relative(factor, network));
        }
        Matcher absolute = QUANTITY.matcher(text);
        if (!node.isScalar() || !absolute.matches()) {
            node.problem(node.describe() + " is no " + quantity.formatName() + ". Allowed: " + allowed(quantity) + ".");
            return Optional.empty();
        }
        Double size = quantity.units().get(absolute.group(2));
        if (size == null) {
            String unit = absolute.group(2);
            node.problem((unit.isEmpty() ? "\"" + text + "\" has no unit. " : "\"" + unit + "\" is no unit of " + quantity.formatName() + ". "
                    + Suggestions.nearest(unit, quantity.units().keySet()).filter(n -> n.equalsIgnoreCase(unit))
                    .map(n -> "Maybe you meant " + n + ". ").orElse("")) + "Allowed: " + allowed(quantity) + ".");
            return Optional.empty();
        }
        String number = absolute.group(1).replace("_", "");
        double about = Double.parseDouble(number) * size;
        if (!(about > 0) || Double.isInfinite(about)) {
            node.problem(Double.isInfinite(about) ? "is too large to be a number: " + text : "must be more than 0, not " + text);
            return Optional.empty();
        }
        // in decimals, as it is written: 0.004082 times a million in binary is less than 4082
        double value = new BigDecimal(number).multiply(BigDecimal.valueOf(size)).doubleValue();
        if (quantity == Objective.TOP1 && value > 100) {
            node.problem("must be at most 100 %, not " + text);
            return Optional.empty();
        }
        return Optional.of(new Bound.Limit.Absolute(value));
    }

    /** The network's name in {@code 1.0 x NAME}, or the whole text. */
    static String networkName(SourceNode node) {
        Matcher relative = RELATIVE.matcher(node.text().strip());
        return relative.matches() ? relative.group(2).strip() : node.text().strip();
    }

    private static String allowed(Objective quantity) {
        return "a number with one of the units " + quantity.units().keySet().stream().map(u -> u.isEmpty() ? "(none)" : u)
                .collect(Collectors.joining(", ")) + ", e.g. " + example(quantity) + ", or a multiple of a network's, e.g. 1.0 x mobilenetv3-large";
    }

    static String example(Objective quantity) {
        return switch (quantity) {
            case TOP1 -> "70 %";
            case SCORE -> throw new IllegalArgumentException(Compatibility.NO_BOUND_ON_SCORES);
            case LATENCY -> "8 ms";
            case MACS -> "220 M";
            case PARAMS -> "5.4 M";
            case WEIGHT_BYTES -> "20 MB";
            case PEAK_MEMORY -> "8 MiB";
        };
    }
}
