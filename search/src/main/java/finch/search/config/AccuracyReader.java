package finch.search.config;

import finch.accuracy.TrainerSettings;
import finch.space.format.SourceNode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code accuracy:}. */
final class AccuracyReader {
    private static final Map<String, Accuracy.Table.Missing> MISSING = Arrays.stream(Accuracy.Table.Missing.values())
            .collect(Collectors.toMap(Accuracy.Table.Missing::formatName, m -> m, (a, b) -> a, LinkedHashMap::new));

    private static final List<String> TYPES = List.of("surrogate", "table", "supernet", "command", "proxy", "ensemble", "ladder");
    private static final Pattern FRACTION = Pattern.compile("([0-9]*\\.?[0-9]+(?:[eE][+-]?[0-9]+)?)(?:\\s*/\\s*([0-9]+))?");

    private final Path folder;
    private final SignalReader signals;

    /** @param folder what files are relative to */
    AccuracyReader(Path folder) {
        this.folder = folder;
        this.signals = new SignalReader(folder);
    }

    Accuracy accuracy(SourceNode node) {
        return single(node, false);
    }

    /** @param onLadder whether it is a rung, which has keys of its own and is no ladder */
    private Accuracy single(SourceNode node, boolean onLadder) {
        List<String> names = onLadder ? TYPES.subList(0, TYPES.size() - 1) : TYPES;
        if (!node.isMapping()) {
            return Accuracy.DEFAULT;
        }
        String type = node.require("type", String.join(", ", names)).map(n -> n.asChoice(names.stream().collect(Collectors.toMap(t -> t, t -> t, (a, b) -> a, LinkedHashMap::new)), "")).orElse("");
        only(node, onLadder, switch (type) {
            case "surrogate" -> ConfigKeys.SURROGATE;
            case "table" -> ConfigKeys.TABLE;
            case "supernet" -> ConfigKeys.SUPERNET;
            case "command" -> ConfigKeys.COMMAND;
            case "proxy" -> ConfigKeys.PROXY;
            case "ensemble" -> ConfigKeys.ENSEMBLE;
            case "ladder" -> ConfigKeys.LADDER;
            default -> List.copyOf(node.entries().keySet());
        });
        // a trainer's is of one attempt, and read with the rest of it
        Optional<Duration> timeLimit = type.equals("command") ? Optional.empty() : node.get("timeout").map(n -> ConfigReader.duration(n, Duration.ofMinutes(1)));
        return switch (type) {
            case "surrogate" -> {
                yield new Accuracy.Surrogate(node.get("file").flatMap(n -> ConfigReader.file(n, folder, "a surrogate, as finch fit -o writes it")),
                        node.get("recipe").map(n -> n.asText("")), timeLimit);
            }
            case "table" -> {
                Accuracy.Table.Missing missing = node.get("missing").map(n -> n.asChoice(MISSING, Accuracy.Table.Missing.INFEASIBLE))
                        .orElse(Accuracy.Table.Missing.INFEASIBLE);
                yield node.require("table", "path of the table; give it here or with --set accuracy.table=PATH")
                        .flatMap(n -> ConfigReader.file(n, folder, "a table of accuracies, CSV or JSON lines")).<Accuracy>map(file -> new Accuracy.Table(file, missing, timeLimit)).orElse(Accuracy.DEFAULT);
            }
            case "supernet" -> supernet(node, timeLimit);
            case "command" -> command(node);
            case "proxy" -> signals.proxy(node, timeLimit).orElse(Accuracy.DEFAULT);
            case "ensemble" -> signals.ensemble(node, timeLimit, this::accuracy).orElse(Accuracy.DEFAULT);
            case "ladder" -> ladder(node);
            default -> Accuracy.DEFAULT;
        };
    }

    private static void only(SourceNode node, boolean onLadder, List<String> keys) {
        boolean trains = keys.equals(ConfigKeys.COMMAND);
        ConfigReader.only(node, Stream.concat(keys.stream(), onLadder ? ConfigKeys.RUNG.stream().filter(k -> trains || !k.equals("fidelity")) : Stream.empty()).toList());
    }

    private Accuracy ladder(SourceNode node) {
        Optional<SourceNode> list = node.require("rungs", "at least two estimators, the cheapest first, e.g. [{ type: surrogate }, { type: command, run: [sh, train.sh], share: 1/4 }]");
        if (list.isEmpty()) {
            return Accuracy.DEFAULT;
        }
        List<LadderAccuracy.Rung> rungs = new ArrayList<>();
        boolean whole = true;
        for (SourceNode item : list.get().items()) {
            int before = item.problems().count();
            Accuracy accuracy = rung(item, rungs);
            double last = rungs.isEmpty() ? 1 : rungs.getLast().share();
            double share = item.get("share").map(n -> share(n, rungs)).orElse(rungs.isEmpty() ? 1 : last / LadderAccuracy.REDUCTION);
            if (rungs.stream().anyMatch(rung -> rung.accuracy().equals(accuracy)) && item.problems().count() == before) {
                item.problem("is the same as a rung before; keep one");
            }
            whole &= item.problems().count() == before;
            rungs.add(new LadderAccuracy.Rung(accuracy, share));
        }
        if (list.get().kind() == SourceNode.Kind.SEQUENCE && list.get().items().size() < 2) {
            list.get().problem("needs at least two rungs, not " + list.get().items().size() + "; one estimator alone is written without a ladder");
            whole = false;
        }
        return whole && rungs.size() > 1 ? new LadderAccuracy(rungs) : Accuracy.DEFAULT;
    }

    private Accuracy rung(SourceNode item, List<LadderAccuracy.Rung> before) {
        Optional<Accuracy.Command> trainer = before.isEmpty() || !(before.getLast().accuracy() instanceof Accuracy.Command c) ? Optional.empty() : Optional.of(c);
        Accuracy accuracy;
        if (item.kind() == SourceNode.Kind.MAPPING && item.get("type").isEmpty() && item.get("fidelity").isPresent() && trainer.isPresent()) {
            ConfigReader.only(item, ConfigKeys.SAME_TRAINER);
            Accuracy.Command same = trainer.get();
            accuracy = new Accuracy.Command(same.run(), same.environment(), item.get("timeout").map(n -> ConfigReader.duration(n, same.timeout())).orElse(same.timeout()),
                    same.retries(), same.parallel(), same.dataset(), fidelity(item));
        } else {
            accuracy = single(item, true);
        }
        // answers of one candidate are told apart by their fidelity, whoever gave them
        if (accuracy instanceof Accuracy.Command now) {
            before.stream().map(LadderAccuracy.Rung::accuracy).filter(Accuracy.Command.class::isInstance).map(Accuracy.Command.class::cast)
                    .filter(earlier -> now.fidelity() <= earlier.fidelity()).findFirst().ifPresent(earlier -> item.get("fidelity").orElse(item).problem("a fidelity of "
                            + now.fidelity() + " follows one of " + earlier.fidelity() + " of a trainer before; each rung trains longer than the one before, so give that one less, e.g. fidelity: 1/4"));
        }
        return accuracy;
    }

    private static double fidelity(SourceNode node) {
        return node.get("fidelity").map(n -> fraction(n).orElse(TrainerSettings.WHOLE)).orElse(TrainerSettings.WHOLE);
    }

    private static double share(SourceNode node, List<LadderAccuracy.Rung> before) {
        double share = fraction(node).orElse(Double.NaN);
        double last = before.isEmpty() ? 1 : before.getLast().share();
        if (before.isEmpty() && share != 1 && !Double.isNaN(share)) {
            node.problem("must be 1 on the first rung, which all networks come to, not " + node.text());
        } else if (!before.isEmpty() && share >= last) {
            node.problem("must be less than on the rung before, which has " + last + ", not " + node.text());
        }
        return before.isEmpty() ? 1 : share < last ? share : last / LadderAccuracy.REDUCTION;
    }

    /** {@code 1/9} or {@code 0.25}: above 0, at most 1. */
    private static OptionalDouble fraction(SourceNode node) {
        Matcher parts = FRACTION.matcher(node.text());
        if (node.isScalar() && parts.matches()) {
            double value = Double.parseDouble(parts.group(1)) / (parts.group(2) == null ? 1 : Double.parseDouble(parts.group(2)));
            if (value > 0 && value <= 1) {
                return OptionalDouble.of(value);
            }
        }
        node.problem("must be a number above 0 and at most 1, or a fraction such as 1/4, not " + node.describe());
        return OptionalDouble.empty();
    }

    private Accuracy supernet(SourceNode node, Optional<Duration> timeLimit) {
        Optional<SharedTraining> train = node.get("train").flatMap(new TrainingReader(folder)::shared);
        Optional<Path> model = model(node);
        Optional<String> data = node.require("data", "the images that the super-network was trained on, a path or a name such as fashion-mnist")
                .map(n -> TrainingReader.data(n.asText(""), folder));
        int images = node.get("images").map(n -> n.asInt(1, ConfigKeys.MAX_VALIDATION_IMAGES, Accuracy.Supernet.DEFAULT_IMAGES)).orElse(Accuracy.Supernet.DEFAULT_IMAGES);
        return model.isPresent() && data.isPresent() ? new Accuracy.Supernet(model.get(), data.get(), images, train, timeLimit) : Accuracy.DEFAULT;
    }

    /** One that is to be trained need not be there, nor be named. */
    private Optional<Path> model(SourceNode node) {
        if (node.get("train").isEmpty()) {
            return node.require("model", "path of the super-network; give it here or with --set accuracy.model=PATH, or say under train how to train one")
                    .flatMap(n -> ConfigReader.file(n, folder, "a super-network, as finch supernet -o writes it"));
        }
        return Optional.of(node.get("model").map(n -> folder.resolve(n.asText("")).toAbsolutePath().normalize()).orElse(SharedTraining.IN_RUN_FOLDER));
    }

    private Accuracy command(SourceNode node) {
        Map<String, String> environment = new LinkedHashMap<>();
        node.get("environment").filter(SourceNode::isMapping).ifPresent(n -> n.entries().forEach((name, value) -> environment.put(name, value.asText(""))));
        boolean verbatim = node.get("verbatim").map(n -> n.asBoolean(false)).orElse(false);
        List<String> run = node.require("run", "the program and its arguments, e.g. [python3, train.py]").map(SourceNode::itemsOrSelf)
                .orElse(List.of()).stream().map(n -> verbatim ? text(n) : argument(n)).toList();
        node.get("run").filter(n -> run.isEmpty() || run.getFirst().isBlank()).ifPresent(n -> n.problem("needs a program, e.g. [python3, train.py]"));
        return new Accuracy.Command(run, environment, node.get("timeout").map(n -> ConfigReader.duration(n, Accuracy.Command.DEFAULT_TIMEOUT))
                .orElse(Accuracy.Command.DEFAULT_TIMEOUT),
                node.get("retries").map(n -> n.asInt(0, ConfigKeys.MAX_RETRIES, 0)).orElse(0),
                node.get("parallel").map(n -> n.asInt(1, ConfigKeys.MAX_TRAINERS, 1)).orElse(1),
                node.get("dataset").map(n -> n.asText("")).orElse(Accuracy.Command.DEFAULT_DATASET), fidelity(node));
    }

    /** Trainers work in folders of their own: what is a file beside the config is named in full. */
    private String argument(SourceNode node) {
        String text = text(node);
        try {
            Path file = folder.resolve(text);
            return !text.isEmpty() && Files.isRegularFile(file) ? file.toAbsolutePath().normalize().toString() : text;
        } catch (InvalidPathException e) {
            return text;
        }
    }

    /** Numbers and the like too, as they are written. */
    private static String text(SourceNode node) {
        return node.isScalar() ? node.text() : node.asText("");
    }
}
