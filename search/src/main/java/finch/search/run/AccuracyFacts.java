package finch.search.run;

import finch.accuracy.AccuracyEstimator;
import finch.accuracy.proxy.EnsembleEstimator;
import finch.accuracy.proxy.ProxyEstimator;
import finch.accuracy.proxy.Standing;
import finch.search.config.EnsembleAccuracy;
import finch.search.config.LadderAccuracy;
import finch.search.config.ProxyAccuracy;
import finch.search.config.Accuracy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a manifest and a front tell of proxies, ensembles and ladders: how well they rank, by which weights, which rung is what. */
final class AccuracyFacts {
    private static final String IMAGES = "imagesFingerprint";

    private AccuracyFacts() {}

    /**
     * @param estimators of the rungs, or the one there is
     * @return empty for a surrogate, a table or a trainer alone
     */
    static Optional<ObjectNode> of(Accuracy accuracy, List<AccuracyEstimator> estimators) {
        return accuracy instanceof Accuracy.Surrogate || accuracy instanceof Accuracy.Table || accuracy instanceof Accuracy.Command || estimators.isEmpty()
                ? Optional.empty() : Optional.of(node(accuracy, estimators));
    }

    /** @param counts how many were evaluated on each rung of a ladder */
    static Optional<ObjectNode> of(Accuracy accuracy, List<AccuracyEstimator> estimators, RunCounts counts) {
        Optional<ObjectNode> node = of(accuracy, estimators);
        node.map(n -> n.path("rungs")).ifPresent(rungs -> {
            for (int i = 0; i < rungs.size(); i++) {
                ((ObjectNode) rungs.get(i)).put("evaluated", counts.evaluated(i + 1)).put("feasible", counts.measured(i + 1));
            }
        });
        return node;
    }

    private static ObjectNode node(Accuracy accuracy, List<AccuracyEstimator> estimators) {
        ObjectNode node = JsonFile.object();
        switch (accuracy) {
            case Accuracy.Surrogate s -> node.put("type", "surrogate");
            case Accuracy.Table t -> node.put("type", "table");
            case Accuracy.Supernet n -> node.put("type", "supernet");
            case Accuracy.Command c -> node.put("type", "command").put("fidelity", c.fidelity());
            case ProxyAccuracy p -> {
                node.put("type", "proxy").put("signal", p.proxy().key()).put("spearman", Standing.of(p.proxy())).put("measuredOn", Standing.SPACE);
                if (estimators.getFirst() instanceof ProxyEstimator proxy) {
                    proxy.imagesFingerprint().ifPresent(images -> node.put(IMAGES, images));
                }
            }
            case EnsembleAccuracy e -> {
                node.put("type", "ensemble");
                if (estimators.getFirst() instanceof EnsembleEstimator ensemble) {
                    ensemble(node, ensemble);
                    ensemble.imagesFingerprint().ifPresent(images -> node.put(IMAGES, images));
                }
            }
            case LadderAccuracy ladder -> {
                node.put("type", "ladder");
                ArrayNode rungs = node.putArray("rungs");
                for (int i = 0; i < ladder.rungs().size(); i++) {
                    LadderAccuracy.Rung rung = ladder.rungs().get(i);
                    ObjectNode own = rungs.addObject().put("rung", i + 1).put("tells", rung.accuracy().tells().formatName()).put("share", rung.share());
                    own.setAll(node(rung.accuracy(), List.of(estimators.get(i))));
                }
            }
        }
        return node;
    }

    private static void ensemble(ObjectNode node, EnsembleEstimator ensemble) {
        EnsembleEstimator.Standings standings = ensemble.standings();
        node.put("method", standings.method());
        ObjectNode weights = node.putObject("weights");
        standings.weights().forEach((name, weight) -> JsonFile.put(weights, name, weight));
        node.put("networks", standings.networks()).put("leftOut", standings.leftOut());
        standings.heldOut().ifPresentOrElse(h -> {
            ObjectNode heldOut = node.putObject("heldOut").put("networks", h.networks()).put("spearman", h.spearman()).put("kendall", h.kendall());
            h.rmse().ifPresent(rmse -> heldOut.put("rmse", rmse));
            heldOut.put("bestSignal", h.best()).put("bestSignalSpearman", h.bestSpearman());
        }, () -> ensemble.spearman().ifPresent(rho -> node.put("spearman", rho).put("measuredOn", Standing.SPACE)));
    }

    /** Whether accuracies are those that they were. Manifests of earlier versions do not tell the images. */
    static boolean areSame(JsonNode before, JsonNode now) {
        JsonNode comparable = now;
        if (before.findValue(IMAGES) == null) {
            comparable = now.deepCopy();
            comparable.findParents(IMAGES).forEach(node -> ((ObjectNode) node).remove(IMAGES));
        }
        return before.toString().equals(comparable.toString());
    }

    /** Files that accuracies come from, of ensembles and ladders. */
    static List<Path> files(Accuracy accuracy) {
        List<Path> files = new ArrayList<>();
        switch (accuracy) {
            case Accuracy.Surrogate s -> s.file().ifPresent(files::add);
            case Accuracy.Table t -> files.add(t.table());
            case Accuracy.Supernet n -> files.add(n.model());
            case Accuracy.Command _, ProxyAccuracy _ -> { }
            case EnsembleAccuracy e -> {
                e.estimated().forEach(s -> files.addAll(files(s.accuracy())));
                e.table().ifPresent(files::add);
            }
            case LadderAccuracy l -> l.rungs().forEach(rung -> files.addAll(files(rung.accuracy())));
        }
        return files.stream().distinct().toList();
    }
}
