package finch.search.report;

import finch.latency.DeviceProfile;
import finch.space.Architecture;
import finch.space.network.Network;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The chosen network beside its reference: its blocks, and where its predicted time goes. */
final class NetworkSection {
    private NetworkSection() {}

    static String of(RunData run) {
        Optional<Architecture> best = run.best().flatMap(RunData::architecture);
        if (best.isEmpty()) {
            return "";
        }
        Optional<Architecture> reference = run.reference().flatMap(RunData::architecture).filter(r -> !r.anonymous().equals(best.get().anonymous()));
        return "<p>" + Html.escape(best.get().name()) + reference.map(r -> " beside " + Html.escape(r.name())).orElse("") + ".</p>\n"
                + BlockDiagram.of(best.get(), reference) + "<p class=\"soft\">" + BlockDiagram.LEGEND + "</p>\n"
                + run.profile().map(profile -> latency(profile, best.get(), reference)).orElse("");
    }

    private static String latency(DeviceProfile profile, Architecture best, Optional<Architecture> reference) {
        List<Architecture> both = Stream.concat(Stream.of(best), reference.stream()).toList();
        return "<h3>Where the predicted time goes</h3>\n"
                + LatencyByBlock.chart(profile, both).figure("latency-chart", "Predicted microseconds of each block of " + best.name()
                + reference.map(r -> " and of " + r.name()).orElse(""), "Each block by its number, then head, classifier and, as rest, what is charged to the network as a whole. The same number is not always the same depth.", true)
                + "<details><summary>Layer by layer: " + Html.escape(best.name()) + "</summary>\n" + LatencyByBlock.layers(profile, Network.of(best)) + "</details>\n"
                + reference.map(r -> "<details><summary>Layer by layer: " + Html.escape(r.name()) + "</summary>\n"
                + LatencyByBlock.layers(profile, Network.of(r)) + "</details>\n").orElse("");
    }
}
