package finch.space.format;

import finch.space.Architecture;
import finch.space.Extent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The published networks that ship with the product (files under {@code configs/architectures}), at any width and
 * resolution, with the rounding of the code base that is asked for.
 */
public final class References {
    private static final Pattern SPEC = Pattern.compile("([^@/:]+)(?:@([^/:]*)(?:/([^:]*))?)?(?::(.*))?");
    private static final Pattern RESOLUTION = Pattern.compile("([1-9][0-9]{0,4})(?:x([1-9][0-9]{0,4}))?");
    private static final String TFSLIM = "tfslim";
    private static final Pattern WIDTH = Pattern.compile("\\d{1,9}(?:\\.\\d{0,17})?|\\.\\d{1,17}");
    /** As in a space. */
    private static final double MIN_WIDTH = 0.01;
    private static final double MAX_WIDTH = 16;

    /** Each reference's width rules by source, the default first. A reference without rules exists at width 1 only. */
    private static final Map<String, Map<String, WidthRule>> RULES = rules();
    private static final Map<String, Architecture> READ = new ConcurrentHashMap<>();

    private References() {}

    private static Map<String, Map<String, WidthRule>> rules() {
        Map<String, WidthRule> minimalistic = ordered(TFSLIM, WidthRule.V3_TFSLIM, "tfslim-scaled", WidthRule.V3_TFSLIM_SCALED,
                "keras", WidthRule.V3_KERAS, "timm", WidthRule.V3_TIMM);
        Map<String, WidthRule> v3 = new LinkedHashMap<>(minimalistic);
        v3.put("torchvision", WidthRule.V3_TORCHVISION);
        v3.put("paddle", WidthRule.V3_PADDLE);
        Map<String, Map<String, WidthRule>> all = new LinkedHashMap<>();
        all.put("mobilenetv1", ordered(TFSLIM, WidthRule.V1_TFSLIM, "keras", WidthRule.V1_KERAS));
        all.put("mobilenetv2", ordered(TFSLIM, WidthRule.V2, "tfslim-scaled", WidthRule.V2_SCALED, "keras", WidthRule.V2_KERAS,
                "torchvision", WidthRule.V2, "timm", WidthRule.V2));
        all.put("mobilenetv3-large", v3);
        all.put("mobilenetv3-small", v3);
        all.put("mobilenetv3-large-minimalistic", minimalistic);
        all.put("mobilenetv3-small-minimalistic", minimalistic);
        all.put("mnasnet-a1", ordered("timm", WidthRule.FIXED_HEAD));
        all.put("mnasnet-b1", ordered("timm", WidthRule.FIXED_HEAD, "torchvision", WidthRule.FIXED_HEAD));
        all.put("mnasnet-small", ordered("timm", WidthRule.FIXED_HEAD));
        all.put("proxylessnas-cpu", Map.of());
        all.put("proxylessnas-gpu", Map.of());
        all.put("proxylessnas-mobile", Map.of());
        all.put("proxylessnas-mobile-1.4", Map.of());
        all.put("fbnet-c", Map.of());
        all.put("efficientnet-b0", ordered("timm", WidthRule.EFFICIENTNET, "torchvision", WidthRule.EFFICIENTNET_TORCHVISION,
                "keras", WidthRule.EFFICIENTNET));
        all.put("efficientnet-lite0", ordered("timm", WidthRule.EFFICIENTNET_LITE));
        all.put("mobilenet-edgetpu", ordered(TFSLIM, WidthRule.FIXED_HEAD));
        return all;
    }

    private static Map<String, WidthRule> ordered(Object... sourcesAndRules) {
        Map<String, WidthRule> rules = new LinkedHashMap<>();
        for (int i = 0; i < sourcesAndRules.length; i += 2) {
            rules.put((String) sourcesAndRules[i], (WidthRule) sourcesAndRules[i + 1]);
        }
        return rules;
    }

    /** All references at width 1, in a fixed order. */
    public static List<String> names() {
        return List.copyOf(RULES.keySet());
    }

    /**
     * The code bases whose rounding is known for a reference, the default first; empty where it exists at width 1 only.
     *
     * @throws IllegalArgumentException if there is no such reference
     */
    public static List<String> sources(String name) {
        return List.copyOf(rules(name).keySet());
    }

    /** Whether the part of a spec before {@code @} and {@code :} names a reference. */
    public static boolean knows(String spec) {
        Matcher parts = SPEC.matcher(spec);
        return parts.matches() && RULES.containsKey(parts.group(1));
    }

    /**
     * The network that {@code NAME}, {@code NAME@WIDTH}, {@code NAME@WIDTH/RESOLUTION}, {@code NAME@/RESOLUTION}, each
     * with an optional {@code :SOURCE}, stands for; RESOLUTION is a number of pixels or HEIGHTxWIDTH. Its name is the
     * shortest such spec.
     *
     * @throws IllegalArgumentException if the name, width, resolution or source is not known; the message says what is
     */
    public static Architecture resolve(String spec) {
        Matcher parts = SPEC.matcher(spec.strip());
        if (!parts.matches() || "".equals(parts.group(2)) && parts.group(3) == null) {
            throw new IllegalArgumentException("\"" + spec + "\" is not NAME@WIDTH/RESOLUTION:SOURCE, "
                    + "e.g. mobilenetv3-large, mobilenetv1@0.5/160, mobilenetv2@/160 or mobilenetv3-small@0.75:keras.");
        }
        String name = parts.group(1);
        Map<String, WidthRule> rules = rules(name);
        double width = parts.group(2) == null || parts.group(2).isEmpty() ? 1 : width(spec, parts.group(2));
        Optional<String> source = Optional.ofNullable(parts.group(4));
        Architecture base = atWidthOne(name);
        Extent resolution = parts.group(3) == null ? base.resolution() : resolution(spec, parts.group(3));

        Architecture scaled;
        if (rules.isEmpty()) {
            if (width != 1 || source.isPresent()) {
                throw new IllegalArgumentException(spec + ": " + name + " was published at width 1 only, in one form. Use "
                        + name + " or " + name + "@/RESOLUTION.");
            }
            scaled = base;
        } else {
            String from = source.orElse(rules.keySet().iterator().next());
            if (!rules.containsKey(from)) {
                throw new IllegalArgumentException(spec + ": the rounding of \"" + from + "\" is not known for " + name + ". "
                        + Suggestions.nearest(from, rules.keySet()).map(n -> "Maybe you meant " + n + ". ").orElse("")
                        + "Known: " + String.join(", ", rules.keySet()) + ".");
            }
            scaled = rules.get(from).scale(base, width);
        }
        return scaled.atResolution(resolution).named(canonical(name, width, resolution, base, rules, source));
    }

    private static String canonical(String name, double width, Extent resolution, Architecture base,
                                    Map<String, WidthRule> rules, Optional<String> source) {
        String at = width == 1 ? "" : BigDecimal.valueOf(width).stripTrailingZeros().toPlainString();
        String over = resolution.equals(base.resolution()) ? "" : "/" + resolution;
        String from = source.filter(s -> !s.equals(rules.keySet().iterator().next())).map(s -> ":" + s).orElse("");
        return name + (at.isEmpty() && over.isEmpty() ? "" : "@") + at + over + from;
    }

    private static Map<String, WidthRule> rules(String name) {
        Map<String, WidthRule> rules = RULES.get(name);
        if (rules == null) {
            throw new IllegalArgumentException("\"" + name + "\" is no reference architecture. "
                    + Suggestions.nearest(name, RULES.keySet()).map(n -> "Maybe you meant " + n + ". ").orElse("")
                    + "Known: " + String.join(", ", RULES.keySet()) + ".");
        }
        return rules;
    }

    private static double width(String spec, String text) {
        // Java's own numbers also have forms such as 0.5f, 1d and 0x1p-1
        double width = WIDTH.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
        if (width >= MIN_WIDTH && width <= MAX_WIDTH) {
            return width;
        }
        throw new IllegalArgumentException(spec + ": the width must be a number from 0.01 to 16, e.g. 0.75, not \"" + text + "\".");
    }

    private static Extent resolution(String spec, String text) {
        Matcher sides = RESOLUTION.matcher(text);
        if (sides.matches()) {
            int height = Integer.parseInt(sides.group(1));
            int width = sides.group(2) == null ? height : Integer.parseInt(sides.group(2));
            if (height <= ArchitectureFormat.MAX_RESOLUTION && width <= ArchitectureFormat.MAX_RESOLUTION) {
                return new Extent(height, width);
            }
        }
        throw new IllegalArgumentException(spec + ": the resolution must be pixels from 1 to " + ArchitectureFormat.MAX_RESOLUTION
                + ", e.g. 160 or 48x192, not \"" + text + "\".");
    }

    private static Architecture atWidthOne(String name) {
        return READ.computeIfAbsent(name, n -> {
            String path = "/finch/configs/architectures/" + n + ".yaml";
            try (InputStream in = References.class.getResourceAsStream(path)) {
                if (in == null) {
                    throw new IllegalStateException("the resource " + path + " is missing from the build");
                }
                return ArchitectureFormat.parse(n + ".yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
