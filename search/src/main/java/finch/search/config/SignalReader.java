package finch.search.config;

import finch.accuracy.proxy.ProxyEstimator;
import finch.accuracy.proxy.Signal;
import finch.accuracy.proxy.Standing;
import finch.data.DataSets;
import finch.search.config.EnsembleAccuracy.Source;
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
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads {@code accuracy:} of the types {@code proxy} and {@code ensemble}. */
final class SignalReader {
    static final Map<String, Signal> SIGNALS = Arrays.stream(Signal.values()).collect(Collectors.toMap(Signal::key, s -> s, (a, b) -> a, LinkedHashMap::new));
    static final Map<String, EnsembleAccuracy.Method> METHODS = Arrays.stream(EnsembleAccuracy.Method.values())
            .collect(Collectors.toMap(EnsembleAccuracy.Method::formatName, m -> m, (a, b) -> a, LinkedHashMap::new));
    private static final String ANYWAY = ", or write allow-weak: true.";

    private final Path folder;

    /** @param folder what files are relative to */
    SignalReader(Path folder) {
        this.folder = folder;
    }

    Optional<Accuracy> proxy(SourceNode node, Optional<Duration> timeLimit) {
        Optional<Signal> signal = node.require("proxy", "one of " + String.join(", ", SIGNALS.keySet())).flatMap(SignalReader::signal);
        boolean allowWeak = flag(node);
        SignalSettings settings = settings(node, signal.stream().toList());
        if (signal.isPresent() && !allowWeak && !Standing.isStrong(Standing.of(signal.get()))) {
            node.get("proxy").ifPresent(n -> n.problem(signal.get().key() + " ranks networks poorly: " + rho(Standing.of(signal.get())) + ", where depth alone has "
                    + Standing.text(Standing.of(Signal.DEPTH)) + ". Use naswot (" + Standing.text(Standing.of(Signal.NASWOT)) + ")" + ANYWAY));
        }
        return signal.map(s -> new ProxyAccuracy(s, settings, allowWeak, timeLimit));
    }

    /** @param estimators reads a surrogate or a table */
    Optional<Accuracy> ensemble(SourceNode node, Optional<Duration> timeLimit, Function<SourceNode, Accuracy> estimators) {
        EnsembleAccuracy.Method method = node.require("method", "fitted or ranks").map(n -> n.asChoice(METHODS, EnsembleAccuracy.Method.RANKS))
                .orElse(EnsembleAccuracy.Method.RANKS);
        List<Source> sources = sources(node, estimators);
        List<Signal> computed = sources.stream().filter(Source.Computed.class::isInstance).map(s -> ((Source.Computed) s).signal()).toList();
        boolean allowWeak = flag(node);
        SignalSettings settings = settings(node, computed);
        Optional<Path> table = method == EnsembleAccuracy.Method.FITTED ? node.require("table", "networks of known accuracy to fit to").flatMap(this::table)
                : node.get("table").flatMap(this::table);
        table.ifPresent(file -> node.get("signals").ifPresent(n -> sources.forEach(source -> unseen(n, source, file, allowWeak))));
        int networks = node.get("networks").map(n -> n.asInt(ConfigKeys.MIN_NETWORKS, ConfigKeys.MAX_NETWORKS, EnsembleAccuracy.DEFAULT_NETWORKS))
                .orElse(EnsembleAccuracy.DEFAULT_NETWORKS);
        if (method == EnsembleAccuracy.Method.RANKS && table.isEmpty() && !allowWeak && sources.size() > 1) {
            OptionalDouble known = computed.size() == sources.size() ? Standing.ofRanks(computed) : OptionalDouble.empty();
            if (known.isEmpty() || !Standing.isStrong(known.getAsDouble())) {
                node.get("signals").ifPresent(n -> n.problem("nobody has measured how well these rank networks by ranks. Name a table of known accuracies, which the run then tests them on;"
                        + " use [naswot, az-trainability, depth] (" + rho(Standing.ofRanks(List.of(Signal.NASWOT, Signal.TRAINABILITY, Signal.DEPTH)).orElseThrow()) + ")" + ANYWAY));
            }
        }
        boolean usable = sources.size() > 1 && (method != EnsembleAccuracy.Method.FITTED || table.isPresent());
        return usable ? Optional.of(new EnsembleAccuracy(sources, method, table, networks, settings, allowWeak, timeLimit)) : Optional.empty();
    }

    /** A signal that has seen the accuracies which the ensemble is made from and tested on would make both say what it knows already. */
    private static void unseen(SourceNode node, Source source, Path table, boolean allowWeak) {
        if (source instanceof Source.Estimated(Accuracy.Table own) && own.table().toAbsolutePath().normalize().equals(table.toAbsolutePath().normalize())) {
            node.problem("a signal is the ensemble's own table, whose accuracies it would be tested on; leave it out");
        }
        if (source instanceof Source.Estimated(Accuracy.Surrogate own) && own.file().isPresent() && !allowWeak) {
            node.problem("nobody can tell whether " + own.file().get().getFileName() + " was fitted to networks of the table; then how well the ensemble ranks would be"
                    + " judged on what a signal has seen. Use the shipped surrogate, { type: surrogate }, or leave it out" + ANYWAY);
        }
    }

    private static String rho(double spearman) {
        return "Spearman's ρ with trained accuracy is " + Standing.text(spearman) + " on " + Standing.SPACE + ", and " + Standing.BAR + " is the least";
    }

    private List<Source> sources(SourceNode node, Function<SourceNode, Accuracy> estimators) {
        Map<String, Source> sources = new LinkedHashMap<>();
        Optional<SourceNode> list = node.require("signals", "at least two of " + String.join(", ", SIGNALS.keySet()) + ", { type: surrogate }, { type: table, table: FILE }");
        if (list.isEmpty()) {
            return List.of();
        }
        for (SourceNode item : list.get().items()) {
            Optional<Source> source = Optional.empty();
            if (item.kind() != SourceNode.Kind.MAPPING) {
                source = signal(item).map(Source.Computed::new);
            } else if (item.get("type").filter(t -> List.of("surrogate", "table").contains(t.text())).isEmpty()) {
                item.problem("a signal with keys has the type surrogate or table, not " + item.get("type").map(SourceNode::describe).orElse("none"));
            } else {
                Accuracy accuracy = estimators.apply(item);
                boolean read = accuracy instanceof Accuracy.Table == item.get("type").orElseThrow().text().equals("table");
                source = read ? Optional.of(new Source.Estimated(accuracy)) : Optional.empty();
            }
            source.ifPresent(s -> {
                if (sources.putIfAbsent(s.fullTitle(), s) != null) {
                    item.problem(s.title() + " is given twice; keep one");
                }
            });
        }
        if (list.get().kind() == SourceNode.Kind.SEQUENCE && list.get().items().size() < 2) {
            list.get().problem("an ensemble needs at least two signals; one alone is accuracy: { type: proxy, … }");
        }
        return new ArrayList<>(sources.values());
    }

    private static Optional<Signal> signal(SourceNode node) {
        return Optional.ofNullable(node.asChoice(SIGNALS, null));
    }

    private static boolean flag(SourceNode node) {
        return node.get("allow-weak").map(n -> n.asBoolean(false)).orElse(false);
    }

    private Optional<Path> table(SourceNode node) {
        return ConfigReader.file(node, folder, "a table of accuracies, CSV or JSON lines");
    }

    private SignalSettings settings(SourceNode node, List<Signal> signals) {
        List<String> looking = signals.stream().filter(s -> s.kind() == Signal.Kind.IMAGES).map(Signal::key).toList();
        Optional<SourceNode> given = node.get("data");
        if (given.isEmpty() && !looking.isEmpty()) {
            node.require("data", "labelled images, since " + String.join(", ", looking) + " looks at some: " + images());
        }
        if (given.isPresent() && looking.isEmpty() && !signals.isEmpty()) {
            given.get().problem("is not needed, since no signal looks at images; leave it out");
        }
        return new SignalSettings(given.flatMap(this::data),
                node.get("seeds").map(n -> n.asInt(1, ProxyEstimator.MOST_SEEDS, SignalSettings.DEFAULT_SEEDS)).orElse(SignalSettings.DEFAULT_SEEDS),
                node.get("batch").map(n -> n.asInt(2, ConfigKeys.MAX_IMAGES, SignalSettings.DEFAULT_BATCH)).orElse(SignalSettings.DEFAULT_BATCH));
    }

    private static String images() {
        return "a folder or archive, or " + String.join(", ", DataSets.names());
    }

    private Optional<String> data(SourceNode node) {
        String text = node.asText("");
        try {
            Path path = folder.resolve(text);
            if (!text.isEmpty() && Files.exists(path)) {
                return Optional.of(path.toAbsolutePath().normalize().toString());
            }
        } catch (InvalidPathException e) {
            // told below
        }
        if (DataSets.names().contains(text)) {
            return Optional.of(text);
        }
        node.problem(node.describe() + " is not there. Allowed: " + images() + ".");
        return Optional.empty();
    }
}
