package finch.search.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a run says of its best network beside a reference, in whole sentences. */
final class Findings {
    /** Timings in turn repeat within about so many percent, so that less is no difference. */
    private static final double ALIKE = 1;

    private Findings() {}

    /**
     * @param front    as in {@code front.json}
     * @param measured as in {@code measured.json}, an empty object where nothing was timed
     */
    static List<String> of(JsonNode front, JsonNode measured) {
        List<String> findings = new ArrayList<>();
        gain(front.path("gain")).ifPresent(findings::add);
        timing(measured.path("comparison")).ifPresent(findings::add);
        return List.copyOf(findings);
    }

    private static Optional<String> gain(JsonNode gain) {
        if (!gain.isObject()) {
            return Optional.empty();
        }
        JsonNode top1 = gain.path("top1");
        double low = top1.path("low").asDouble();
        double high = top1.path("high").asDouble();
        return Optional.of(String.format(Locale.ROOT, "%s: estimated %+.2f points of top-1 over %s, the 90 %% interval of the difference is %+.2f to %+.2f%s.",
                gain.path("name").asString(""), top1.path("value").asDouble(), gain.path("reference").asString(""), low, high,
                low <= 0 && high >= 0 ? ", so either may be the better one" : ""));
    }

    private static Optional<String> timing(JsonNode comparison) {
        if (!comparison.isObject()) {
            return Optional.empty();
        }
        String name = comparison.path("name").asString("");
        String reference = comparison.path("reference").asString("");
        double measured = 100 * (comparison.path("measuredRatio").asDouble() - 1);
        String busy = comparison.path("disturbed").asBoolean(false) ? " The machine was busy meanwhile: time them again." : "";
        boolean known = comparison.has("predictedRatio");
        double predicted = 100 * (comparison.path("predictedRatio").asDouble(1) - 1);
        if (measured <= ALIKE) {
            return Optional.of(name + ": measured " + (measured < -ALIKE ? difference(measured) + " than " + reference : "as fast as " + reference
                    + ", within " + Math.round(ALIKE) + " %") + (known ? " (predicted " + difference(predicted) + ")" : "") + "." + busy);
        }
        String slower = "measured " + difference(measured);
        if (!known) {
            return Optional.of(name + ": " + slower + " than " + reference + "." + busy);
        }
        return Optional.of(name + ": " + (predicted < 0.05 ? "predicted no slower than " + reference + ", but " + slower
                : slower + " than " + reference + " (predicted " + difference(predicted) + ")") + ": " + blame(comparison, name, reference) + "." + busy);
    }

    /** The prediction that was off most. */
    private static String blame(JsonNode comparison, String name, String reference) {
        double mine = 100 * (comparison.path("predictedOverMeasured").asDouble() - 1);
        double theirs = 100 * (comparison.path("referencePredictedOverMeasured").asDouble() - 1);
        boolean own = Math.abs(mine) >= Math.abs(theirs);
        return String.format(Locale.ROOT, "the prediction of %s was off by %+.1f %%", own ? name : reference, own ? mine : theirs);
    }

    private static String difference(double percent) {
        return String.format(Locale.ROOT, "%.1f %% %s", Math.abs(percent), percent < 0 ? "faster" : "slower");
    }
}
