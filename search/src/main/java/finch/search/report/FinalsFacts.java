package finch.search.report;

import finch.search.run.RunFolder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What {@code finals.json} says of the networks that were compared.
 *
 * @param seeds     trainings of each
 * @param on        which images: {@code test} or {@code validation}
 * @param sentences each baseline beside what was found
 */
public record FinalsFacts(int seeds, String on, List<Trained> networks, List<String> sentences) {
    /** A network by its trainings. @param mean of the seeds' accuracies, in percent, as are the deviation, the least and the most */
    public record Trained(String name, boolean found, double micros, double mean, double deviation, double least, double most) {}

    /** Without networks where nothing was compared, or not yet. */
    public static FinalsFacts read(RunFolder folder) throws IOException {
        return of(RunData.optional(folder.finals()));
    }

    static FinalsFacts of(JsonNode finals) {
        Map<String, Trained> networks = new LinkedHashMap<>();
        List<JsonNode> compared = finals.path("compared").valueStream().toList();
        for (JsonNode node : compared) {
            Stream.of("baseline", "found").filter(node::has).forEach(who -> networks.putIfAbsent(node.path(who).asString(""), trained(node, who)));
        }
        return new FinalsFacts(finals.path("seeds").size(), compared.stream().map(node -> node.path("on").asString("")).findFirst().orElse(""), List.copyOf(networks.values()),
                compared.stream().filter(node -> node.has("baseline")).map(FinalsFacts::sentence).toList());
    }

    private static Trained trained(JsonNode node, String who) {
        JsonNode top1 = node.path(who + "Top1");
        double[] values = top1.path("values").valueStream().mapToDouble(JsonNode::asDouble).sorted().toArray();
        return new Trained(node.path(who).asString(""), who.equals("found"), node.path(who + "Micros").asDouble(), top1.path("mean").asDouble(), top1.path("deviation").asDouble(),
                values.length == 0 ? Double.NaN : values[0], values.length == 0 ? Double.NaN : values[values.length - 1]);
    }

    private static String sentence(JsonNode compared) {
        double slower = 100 * (compared.path("measuredRatio").asDouble() - 1);
        double difference = compared.path("difference").asDouble();
        boolean single = compared.path("foundTop1").path("values").size() < 2 || compared.path("baselineTop1").path("values").size() < 2;
        String judged = single ? "but of one seed, so that the spread of seeds is not known"
                : (compared.path("beyondSpread").asBoolean(false) ? "more" : "no more") + " than the spread of the seeds, " + Words.decimals(compared.path("spread").asDouble(), 2);
        return String.format(Locale.ROOT, "%s was measured to take %.1f %% %s time than %s; its %s accuracy is %.2f points %s, %s.", compared.path("found").asString(""), Math.abs(slower),
                slower <= 0 ? "less" : "more", compared.path("baseline").asString(""), compared.path("on").asString(""), Math.abs(difference), difference >= 0 ? "better" : "worse", judged);
    }
}
