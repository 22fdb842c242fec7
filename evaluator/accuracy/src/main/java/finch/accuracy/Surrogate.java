package finch.accuracy;

import finch.space.Architecture;
import finch.space.format.Suggestions;
import finch.space.format.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Estimates top-1 accuracy from published results, for one named training recipe. The shipped one speaks of ImageNet;
 * {@link SurrogateFit} makes others from a table. An estimate costs some ten microseconds.
 */
public final class Surrogate implements AccuracyEstimator {
    private static final String SHIPPED = "imagenet-surrogate.json";

    private final SurrogateFile file;
    private final int recipe;

    private final List<String> names;
    private final String source;

    /** What differences were last taken to: a search asks about one reference again and again. */
    private volatile Compared compared;
    /** What this thread last asked about: a search asks for the difference next. */
    private final ThreadLocal<Standing> last = new ThreadLocal<>();

    Surrogate(SurrogateFile file, String recipe) {
        this.file = file;
        this.names = file.features().names();
        this.recipe = file.recipes().indexOf(recipe);
        if (this.recipe < 0) {
            throw new IllegalArgumentException("recipe \"" + recipe + "\" is not known. " + Suggestions.nearest(recipe, file.recipes())
                    .map(n -> "Maybe you meant " + n + ". ").orElse("") + "Known recipes: " + String.join(", ", file.recipes()) + ".");
        }
        this.source = "surrogate, recipe " + recipe;
    }

    private static final class Holder {
        static final Surrogate SURROGATE = load();

        private static Surrogate load() {
            try (InputStream in = Surrogate.class.getResourceAsStream(SHIPPED)) {
                if (in == null) {
                    throw new IllegalStateException("the resource " + SHIPPED + " is missing from the build");
                }
                SurrogateFile file = SurrogateJson.parse(SHIPPED, new String(in.readAllBytes(), StandardCharsets.UTF_8));
                return new Surrogate(file, file.defaultRecipe());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The surrogate fitted on published ImageNet results, speaking of its default recipe. */
    public static Surrogate shipped() {
        return Holder.SURROGATE;
    }

    /**
     * A surrogate that {@link #write} wrote.
     *
     * @throws finch.space.format.InvalidFileException if the file is not such a file
     */
    public static Surrogate read(Path file) throws IOException {
        SurrogateFile read = SurrogateJson.parse(file.toString(), TextFile.read(file));
        return new Surrogate(read, read.defaultRecipe());
    }

    /** Writes the surrogate as JSON; a file that is there is replaced as a whole. */
    public void write(Path target) throws IOException {
        SurrogateJson.write(file, target);
    }

    /** Training recipes it can speak of. */
    public List<String> recipes() {
        return file.recipes();
    }

    /** The recipe it speaks of. */
    public String recipe() {
        return file.recipes().get(recipe);
    }

    public String dataset() {
        return file.dataset();
    }

    /** The same surrogate speaking of another recipe. @throws IllegalArgumentException naming the known ones */
    public Surrogate withRecipe(String name) {
        return new Surrogate(file, name);
    }

    /** How well it did on data it was not fitted to. */
    public List<Figure> figures() {
        return file.figures();
    }

    /** Where its data comes from, one source a line, with licences and row counts. */
    public List<String> sources() {
        return file.sources();
    }

    @Override
    public AccuracyEstimate estimate(Architecture architecture) {
        Standing standing = standing(architecture);
        last.set(standing);
        return standing.estimate();
    }

    /**
     * @param phi       as {@link GaussianModel#basis} has it; empty where there is no estimate
     * @param quadratic of it, as {@link GaussianModel#quadratic} has it
     */
    private record Standing(Architecture architecture, AccuracyEstimate estimate, double[] phi, double quadratic) {}

    /** @param product {@link GaussianModel#product} of its φ */
    private record Compared(Standing standing, double[] product) {}

    private Standing standing(Architecture architecture) {
        Optional<String> outside = file.domain().outside(architecture);
        if (outside.isPresent()) {
            return silent(architecture, outside.get());
        }
        double[] raw = file.features().of(architecture);
        outside = file.domain().outside(raw, names);
        if (outside.isPresent()) {
            return silent(architecture, outside.get());
        }
        GaussianModel model = file.model();
        double[] phi = model.basis(raw, recipe);
        double quadratic = model.quadratic(phi);
        double variance = model.variance(quadratic);
        if (variance > file.greatestVariance()) {
            return silent(architecture, String.format(Locale.ROOT, "a combination of features without a published network near: %s",
                    farthest(phi)));
        }
        double mean = model.mean(phi);
        double half = Calibration.Z95 * Math.sqrt(file.calibration().variance(isDense(), variance, model.novelty(phi, isDense()),
                model.hyper));
        Scale scale = file.scale();
        return new Standing(architecture, new AccuracyEstimate.Known(scale.toTop1(mean), scale.toTop1(mean - half), scale.toTop1(mean + half),
                source, file.dataset()), phi, quadratic);
    }

    /**
     * The interval of the difference "first minus second", both trained by this recipe. It is narrower than the two
     * intervals suggest, since what the two networks share cancels.
     *
     * @return empty if the surrogate keeps silent on either
     */
    public Optional<AccuracyDifference> difference(Architecture first, Architecture second) {
        Compared to = compared(second);
        Standing reference = to.standing();
        Standing asked = last.get();
        Standing candidate = asked != null && asked.architecture() == first ? asked : standing(first);
        if (!(candidate.estimate() instanceof AccuracyEstimate.Known a) || !(reference.estimate() instanceof AccuracyEstimate.Known b)) {
            return Optional.empty();
        }
        double[] x = candidate.phi();
        double[] y = reference.phi();
        if (Arrays.equals(x, y) && first.anonymous().equals(second.anonymous())) {
            return Optional.of(new AccuracyDifference(0, 0, 0));
        }
        GaussianModel model = file.model();
        boolean known = isDense() && Math.max(model.novelty(x, true), model.novelty(y, true)) <= file.calibration().denseNovelty();
        double variance = file.calibration().varianceOfDifference(known,
                model.varianceOfDifference(x, candidate.quadratic(), y, reference.quadratic(), to.product()), model.globalLikeness(x, y), model.hyper);
        double slope = 0.5 * (file.scale().slope(model.mean(x)) + file.scale().slope(model.mean(y)));
        double half = Calibration.Z95 * Math.sqrt(variance) * slope;
        double value = a.top1() - b.top1();
        return Optional.of(new AccuracyDifference(value, value - half, value + half));
    }

    private Compared compared(Architecture second) {
        Compared now = compared;
        if (now == null || now.standing().architecture() != second) {
            Standing standing = standing(second);
            now = new Compared(standing, standing.estimate() instanceof AccuracyEstimate.Known ? file.model().product(standing.phi()) : new double[0]);
            compared = now;
        }
        return now;
    }

    private static Standing silent(Architecture architecture, String outside) {
        return new Standing(architecture, new AccuracyEstimate.Silent("the accuracy surrogate does not speak for " + outside + "."), new double[0], 0);
    }

    private boolean isDense() {
        return recipe == file.denseRecipe();
    }

    private String farthest(double[] phi) {
        int worst = 0;
        for (int i = 0; i < file.features().size(); i++) {
            worst = Math.abs(phi[1 + i]) > Math.abs(phi[1 + worst]) ? i : worst;
        }
        return String.format(Locale.ROOT, "farthest from the data's middle is \"%s\", %.1f standard deviations",
                names.get(worst), phi[1 + worst]);
    }

    /** What it was fitted to and how wrong it is, in lines for people. */
    public String explain() {
        return file.title() + "\nrecipes: " + file.recipes().stream().map(r -> r.equals(recipe()) ? "[" + r + "]" : r)
                .collect(Collectors.joining(", ")) + "\ndata:\n" + file.sources().stream().map(s -> "  " + s + "\n")
                .collect(Collectors.joining()) + "errors on data it was not fitted to, unless said otherwise; what was left out judges intervals that were calibrated on the rest:\n"
                + file.figures().stream().map(f -> "  " + f + "\n" + f.offsetsOff().map(o -> "    " + o + "\n").orElse("") + f.baselines().stream().map(b -> "    " + b + "\n")
                .collect(Collectors.joining())).collect(Collectors.joining());
    }

    SurrogateFile file() {
        return file;
    }
}
