package finch.search.config;

import finch.search.config.SearchConfig.Accuracy;
import finch.space.format.SourceNode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads {@code accuracy:}. */
final class AccuracyReader {
    private static final Map<String, Accuracy.Table.Missing> MISSING = Arrays.stream(Accuracy.Table.Missing.values())
            .collect(Collectors.toMap(Accuracy.Table.Missing::formatName, m -> m, (a, b) -> a, LinkedHashMap::new));

    private final Path folder;

    /** @param folder what files are relative to */
    AccuracyReader(Path folder) {
        this.folder = folder;
    }

    Accuracy accuracy(SourceNode node) {
        Map<String, String> types = new LinkedHashMap<>(Map.of("surrogate", "surrogate", "table", "table", "command", "command", "supernet", "supernet"));
        if (!node.isMapping()) {
            return Accuracy.DEFAULT;
        }
        String type = node.require("type", "surrogate, table, supernet or command").map(n -> n.asChoice(types, "")).orElse("");
        // a trainer's is of one attempt, and read with the rest of it
        Optional<Duration> timeLimit = type.equals("command") ? Optional.empty() : node.get("timeout").map(n -> ConfigReader.duration(n, Duration.ofMinutes(1)));
        return switch (type) {
            case "surrogate" -> {
                ConfigReader.only(node, ConfigKeys.SURROGATE);
                yield new Accuracy.Surrogate(node.get("file").flatMap(n -> ConfigReader.file(n, folder, "a surrogate, as finch fit -o writes it")),
                        node.get("recipe").map(n -> n.asText("")), timeLimit);
            }
            case "table" -> {
                ConfigReader.only(node, ConfigKeys.TABLE);
                Accuracy.Table.Missing missing = node.get("missing").map(n -> n.asChoice(MISSING, Accuracy.Table.Missing.INFEASIBLE))
                        .orElse(Accuracy.Table.Missing.INFEASIBLE);
                yield node.require("table", "path of the table; give it here or with --set accuracy.table=PATH")
                        .flatMap(n -> ConfigReader.file(n, folder, "a table of accuracies, CSV or JSON lines")).<Accuracy>map(file -> new Accuracy.Table(file, missing, timeLimit)).orElse(Accuracy.DEFAULT);
            }
            case "supernet" -> supernet(node, timeLimit);
            case "command" -> command(node);
            default -> Accuracy.DEFAULT;
        };
    }

    private Accuracy supernet(SourceNode node, Optional<Duration> timeLimit) {
        ConfigReader.only(node, ConfigKeys.SUPERNET);
        Optional<Path> model = node.require("model", "path of the super-network; give it here or with --set accuracy.model=PATH")
                .flatMap(n -> ConfigReader.file(n, folder, "a super-network, as finch supernet -o writes it"));
        Optional<String> data = node.require("data", "the images that the super-network was trained on, a path or a name such as fashion-mnist").map(n -> data(n.asText("")));
        int images = node.get("images").map(n -> n.asInt(1, ConfigKeys.MAX_IMAGES, Accuracy.Supernet.DEFAULT_IMAGES)).orElse(Accuracy.Supernet.DEFAULT_IMAGES);
        return model.isPresent() && data.isPresent() ? new Accuracy.Supernet(model.get(), data.get(), images, timeLimit) : Accuracy.DEFAULT;
    }

    /** What is there beside the config is named in full, since a resolved config stands elsewhere; else it is a name. */
    private String data(String text) {
        try {
            Path path = folder.resolve(text);
            return !text.isEmpty() && Files.exists(path) ? path.toAbsolutePath().normalize().toString() : text;
        } catch (InvalidPathException e) {
            return text;
        }
    }

    private Accuracy command(SourceNode node) {
        ConfigReader.only(node, ConfigKeys.COMMAND);
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
                node.get("dataset").map(n -> n.asText("")).orElse(Accuracy.Command.DEFAULT_DATASET));
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
