package finch.search.cli;

import finch.search.report.FinalsFacts;
import finch.search.run.RunFolder;
import java.io.IOException;

/** The final comparison of a run on the terminal; empty where nothing was trained after the search. */
final class Comparison {
    private Comparison() {}

    static String text(RunFolder folder) throws IOException {
        FinalsFacts facts = FinalsFacts.read(folder);
        if (facts.networks().isEmpty()) {
            return "";
        }
        TextTable table = new TextTable("trained alone, " + facts.seeds() + " seeds", ">latency", ">" + facts.on() + ", %", ">deviation", ">seeds from", ">to");
        for (FinalsFacts.Trained network : facts.networks()) {
            table.row(network.name(), Quantities.micros(network.micros()), Quantities.decimals(network.mean(), 2), Quantities.decimals(network.deviation(), 2), Quantities.decimals(network.least(), 2),
                    Quantities.decimals(network.most(), 2));
        }
        return "\n" + table + (facts.sentences().isEmpty() ? "" : "\n" + String.join("\n", facts.sentences()) + "\n");
    }
}
