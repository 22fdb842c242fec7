package finch.accuracy;

import finch.space.format.AtomicFile;
import finch.space.format.FormatVersion;
import finch.space.format.JsonWords;
import finch.space.format.Problems;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes {@code finch-surrogate/2}: JSON, numbers with 12 significant digits. */
final class SurrogateJson {
    private static final String FORMAT = "finch-surrogate/2";
    /** A key that the first files of this format lack. */
    private static final String LATER = "unfamiliar-of-differences";
    private static final String BEFORE = "finch-surrogate/1";
    /** Far more than the data supports, few enough that rounding errors of another machine hardly show. */
    private static final MathContext DIGITS = new MathContext(12);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .defaultPrettyPrinter(new DefaultPrettyPrinter())
            .build();

    private SurrogateJson() {}

    record Document(String format, String title, String dataset, List<String> sources, List<Figure> figures,
                    List<String> recipes, String defaultRecipe, int denseRecipe, Scale scale, Features features,
                    Domain domain, Hyperparameters hyperparameters, Calibration calibration, double greatestVariance,
                    Numbers model) {}

    /** @param q rows of the upper triangle, off-diagonal entries doubled */
    record Numbers(double offset, double[] center, double[] inverseSpread, double[] high, double[][] localPoints, double[][] globalPoints,
                   boolean[] densePoints, double[] weights, double[][] q) {}

    /** Writes beside the target first, so that the target is never half there. */
    static void write(SurrogateFile file, Path target) throws IOException {
        AtomicFile.write(target, text(file));
    }

    static String text(SurrogateFile file) {
        GaussianModel m = file.model();
        double[][] triangle = new double[m.q.length][];
        for (int i = 0; i < m.q.length; i++) {
            triangle[i] = round(Arrays.copyOfRange(m.q[i], i, m.q.length));
        }
        Numbers numbers = new Numbers(round(m.offset), round(m.center), round(m.inverseSpread), round(m.high), round(m.localPoints),
                round(m.globalPoints), m.densePoints, round(m.weights), triangle);
        return MAPPER.writeValueAsString(new Document(FORMAT, file.title(), file.dataset(), file.sources(), rounded(file.figures()),
                file.recipes(), file.defaultRecipe(), file.denseRecipe(),
                new Scale(round(file.scale().cap()), round(file.scale().scale())), file.features(), file.domain(), m.hyper,
                file.calibration(), round(file.greatestVariance()), numbers)) + "\n";
    }

    static SurrogateFile parse(String name, String text) {
        Problems problems = new Problems(name);
        try {
            JsonNode tree = MAPPER.readTree(text);
            if (tree.path("format").asString("").equals(FORMAT)) {
                if (tree.get("calibration") instanceof ObjectNode calibration && !calibration.has(LATER)) {
                    // before it was fitted apart, differences had that of single estimates
                    calibration.set(LATER, calibration.path("unfamiliar"));
                }
                return file(MAPPER.treeToValue(tree, Document.class));
            }
            String format = tree.path("format").asString("");
            problems.add(1, "format", FormatVersion.isNewer(format, FORMAT) ? FormatVersion.newer(format, FORMAT) : "must be " + FORMAT + ", not " + tree.path("format") + ". " + (format.equals(BEFORE)
                    ? "An earlier Finch made it, of other features: fit it anew with finch fit TABLE -o FILE. It was fitted to " + sources(tree) + "."
                    : "Make the file with finch fit."));
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
            problems.add(line, "", "is no surrogate: " + JsonWords.of(e)
                    + ". Make the file with finch fit.");
        } catch (IllegalArgumentException e) {
            problems.add(0, "", "is a damaged surrogate: " + e.getMessage() + ". Make the file again with finch fit.");
        } catch (NullPointerException | IndexOutOfBoundsException e) {
            problems.add(0, "", "is a damaged surrogate: a key or a number is missing. Make the file again with finch fit.");
        }
        problems.throwIfAny();
        throw new IllegalStateException("unreachable");
    }

    private static String sources(JsonNode tree) {
        List<String> sources = tree.path("sources").valueStream().map(s -> s.asString("")).toList();
        return sources.isEmpty() ? "a table that it does not tell" : String.join("; ", sources);
    }

    private static SurrogateFile file(Document d) {
        Stream.of(d.title(), d.dataset(), d.sources(), d.figures(), d.recipes(), d.defaultRecipe(), d.scale(), d.features(),
                d.domain(), d.hyperparameters(), d.calibration(), d.model()).forEach(o -> Objects.requireNonNull(o, "a key is missing"));
        Numbers n = d.model();
        int globals = d.features().globals();
        int all = d.features().size();
        int dimension = 1 + all + GaussianModel.PRODUCTS + globals + d.recipes().size() * (1 + Features.SIZES) + n.localPoints().length
                + n.globalPoints().length;
        require(n.center().length == all && n.inverseSpread().length == all, "center and inverse-spread must have " + all + " entries");
        require(n.high().length == globals, "high must have " + globals + " entries");
        require(d.domain().low().length == all && d.domain().high().length == all, "the domain must have " + all + " ranges");
        require(n.densePoints().length == n.globalPoints().length, "dense-points must have one entry per global point");
        require(n.weights().length == dimension && n.q().length == dimension, "weights and q must have " + dimension + " entries");
        require(Arrays.stream(n.localPoints()).allMatch(p -> p.length == all - globals), "a local point has the wrong length");
        require(Arrays.stream(n.globalPoints()).allMatch(p -> p.length == globals), "a global point has the wrong length");
        require(d.denseRecipe() >= 0 && d.denseRecipe() < d.recipes().size(), "dense-recipe is out of range");
        double[][] q = new double[dimension][dimension];
        for (int i = 0; i < dimension; i++) {
            require(n.q()[i].length == dimension - i, "row " + i + " of q has the wrong length");
            System.arraycopy(n.q()[i], 0, q[i], i, dimension - i);
        }
        GaussianModel model = new GaussianModel(globals, d.recipes().size(), n.center(), n.inverseSpread(), n.high(), n.localPoints(),
                n.globalPoints(), n.densePoints(), n.weights(), q, n.offset(), d.hyperparameters());
        return new SurrogateFile(d.title(), d.dataset(), d.sources(), d.recipes(), d.defaultRecipe(), d.denseRecipe(), d.scale(),
                d.features(), d.domain(), model, d.calibration(), d.greatestVariance(), d.figures());
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    private static List<Figure> rounded(List<Figure> figures) {
        return figures.stream().map(f -> new Figure(f.test(), f.rows(), f.outside(), round(f.meanAbsoluteError()), round(f.rmse()),
                round(f.spearman()), round(f.coverage90()), round(f.halfWidth()), f.offsetsOff().map(o -> new Figure.OffsetsOff(
                o.sources(), o.rows(), o.alone(), round(o.meanAbsoluteError()), round(o.rmse()), round(o.spearman()),
                round(o.coverage90()))), f.baselines().stream()
                .map(b -> new Figure.Baseline(b.feature(), round(b.meanAbsoluteError()), round(b.rmse()), round(b.spearman())))
                .toList())).toList();
    }

    private static double round(double value) {
        return new BigDecimal(value).round(DIGITS).doubleValue();
    }

    private static double[] round(double[] values) {
        return Arrays.stream(values).map(SurrogateJson::round).toArray();
    }

    private static double[][] round(double[][] values) {
        return Arrays.stream(values).map(SurrogateJson::round).toArray(double[][]::new);
    }
}
