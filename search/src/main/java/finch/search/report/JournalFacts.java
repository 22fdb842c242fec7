package finch.search.report;

import finch.search.config.Objective;
import finch.search.report.RunData.Network;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a journal tells in one pass; of a long one it keeps counts, a thinned cloud and what widened the front.
 *
 * @param evaluated evaluations
 * @param outcomes  how many of each outcome
 * @param missed    infeasible ones by the bound they miss, or the reason where an estimator keeps silent
 * @param failed    failed ones by reason, without a trainer's last lines
 * @param cloud     feasible ones, evenly thinned
 * @param improvements feasible ones that no earlier one dominates
 * @param rungs     of a ladder, each with its evaluations; cloud and improvements are then of the last alone
 * @param damaged   numbers of lines that are none of a journal, from 1; a torn last one is not damaged
 */
record JournalFacts(long evaluated, Map<String, Long> outcomes, Map<String, Long> missed, Map<String, Long> failed, List<Network> cloud,
                    List<Improvement> improvements, Map<Integer, OnRung> rungs, List<Long> damaged) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int CLOUD = 2000;
    /** More reasons than this are told as one. */
    private static final int REASONS = 12;
    /** What a trainer said last follows it and is its own in every reason. */
    private static final String LAST_LINES = "; its last lines:";

    /** An evaluation that widened the front. @param evaluation its number, from 1 @param point objectives, all minimised */
    record Improvement(long evaluation, double[] point) {}

    /** What became of evaluations on a rung. */
    record OnRung(long evaluated, long feasible, long failed) {
        static final OnRung NONE = new OnRung(0, 0, 0);

        OnRung and(String outcome) {
            return new OnRung(evaluated + 1, feasible + (outcome.equals("measured") ? 1 : 0), failed + (outcome.equals("failed") ? 1 : 0));
        }
    }

    /** @param top the last rung of a ladder; 0 without one */
    static JournalFacts read(Path journal, List<Objective> objectives, int top) throws IOException {
        Reader reader = new Reader(objectives, top);
        if (Files.exists(journal)) {
            // lenient, unlike those of Files: what is damaged is a line that is no JSON, or a word that is odd
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(Files.newInputStream(journal), StandardCharsets.UTF_8))) {
                lines.lines().forEach(reader::line);
            }
        }
        return reader.facts();
    }

    private static final class Reader {
        private final Improvements improvements;
        private final int top;
        private final Map<Integer, OnRung> rungs = new TreeMap<>();
        private final List<Objective> objectives;
        private final Map<String, Long> outcomes = new LinkedHashMap<>();
        private final Map<String, Long> missed = new LinkedHashMap<>();
        private final Map<String, Long> failed = new LinkedHashMap<>();
        private List<Network> cloud = new ArrayList<>();
        private long step = 1;
        private long feasible;
        private long evaluated;
        private final List<Long> damaged = new ArrayList<>();
        private long lines;
        private boolean torn;

        Reader(List<Objective> objectives, int top) {
            this.top = top;
            this.objectives = objectives;
            improvements = new Improvements();
        }

        void line(String text) {
            if (torn) {
                damaged.add(lines);
            }
            lines++;
            JsonNode node;
            try {
                node = JSON.readTree(text);
                torn = false;
            } catch (JacksonException e) {
                // that of a run that was killed, if no other follows
                torn = true;
                return;
            }
            evaluated++;
            String outcome = node.path("outcome").asString("");
            outcomes.merge(outcome, 1L, Long::sum);
            int rung = node.path("rung").asInt(0);
            if (top > 0) {
                rungs.put(rung, rungs.getOrDefault(rung, OnRung.NONE).and(outcome));
            }
            switch (outcome) {
                case "measured" -> {
                    // figures of the rungs below do not compare with these
                    if (rung == top) {
                        feasible(RunData.network(node));
                    }
                }
                case "infeasible" -> node.path("violations").forEach(v -> count(missed, v.path("constraint").asString("").equals("domain")
                        ? v.path("reason").asString("") : Words.constraint(v.path("constraint").asString(""))));
                case "failed" -> count(failed, node.path("reason").asString("").split(LAST_LINES, 2)[0]);
                default -> { }
            }
        }

        private void feasible(Network network) {
            if (feasible++ % step == 0) {
                cloud.add(network);
            }
            if (cloud.size() >= 2 * CLOUD) {
                List<Network> half = new ArrayList<>();
                for (int i = 0; i < cloud.size(); i += 2) {
                    half.add(cloud.get(i));
                }
                cloud = half;
                step *= 2;
            }
            if (objectives.stream().allMatch(o -> network.value(o).isPresent())) {
                improvements.add(evaluated, objectives.stream().mapToDouble(o -> o.minimised(network.value(o).orElseThrow().value())).toArray());
            }
        }

        private static void count(Map<String, Long> reasons, String reason) {
            reasons.merge(reasons.size() < REASONS || reasons.containsKey(reason) ? reason : "other reasons", 1L, Long::sum);
        }

        JournalFacts facts() {
            return new JournalFacts(evaluated, outcomes, missed, failed, cloud, improvements.all, rungs, List.copyOf(damaged));
        }
    }

    /** Keeps a front only to tell what widens it. */
    private static final class Improvements {
        private final List<Improvement> all = new ArrayList<>();
        private final List<double[]> front = new ArrayList<>();

        void add(long evaluation, double[] point) {
            if (front.stream().noneMatch(other -> covers(other, point))) {
                front.removeIf(other -> covers(point, other));
                front.add(point);
                all.add(new Improvement(evaluation, point));
            }
        }

        private static boolean covers(double[] a, double[] b) {
            for (int i = 0; i < a.length; i++) {
                if (a[i] > b[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
