package finch.search.config;

import finch.accuracy.proxy.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Several signals as one figure.
 *
 * @param signals   at least two
 * @param table     networks of known accuracy, to fit to or to test on
 * @param networks  of the table, and of the space where ranks need a population, that are looked at
 * @param allowWeak whether it was said that the ensemble may rank networks poorly
 */
public record EnsembleAccuracy(List<Source> signals, Method method, Optional<Path> table, int networks, SignalSettings settings, boolean allowWeak,
                               Optional<Duration> timeLimit) implements Accuracy {
    public static final int DEFAULT_NETWORKS = 200;

    /** How signals become one figure. */
    public enum Method {
        /** By a regression on the table's accuracies: tells top-1. */
        FITTED("fitted"),
        /** By ranks in a sample of the space: tells a score. */
        RANKS("ranks");

        private final String formatName;

        Method(String formatName) {
            this.formatName = formatName;
        }

        public String formatName() {
            return formatName;
        }
    }

    /** One of the signals. */
    public sealed interface Source {
        /** A proxy or a trivial cost. */
        record Computed(Signal signal) implements Source {}

        /** What a surrogate or a table says. */
        record Estimated(Accuracy accuracy) implements Source {
            public Estimated {
                if (!(accuracy instanceof Accuracy.Surrogate || accuracy instanceof Accuracy.Table)) {
                    throw new IllegalArgumentException("a signal of an ensemble is a proxy, a surrogate or a table");
                }
            }
        }

        /** What it is called where no other is called so. */
        default String title() {
            return titled(file -> String.valueOf(file.getFileName()));
        }

        /** What tells it from every other. */
        default String fullTitle() {
            return titled(Path::toString);
        }

        private String titled(Function<Path, String> file) {
            return switch (this) {
                case Computed c -> c.signal().key();
                case Estimated(Accuracy.Table t) -> "table " + file.apply(t.table());
                case Estimated(Accuracy.Surrogate s) -> "surrogate" + s.file().map(f -> " " + file.apply(f)).orElse("");
                case Estimated e -> throw new IllegalStateException(e.toString());
            };
        }
    }

    public EnsembleAccuracy {
        signals = List.copyOf(signals);
        Objects.requireNonNull(method);
        Objects.requireNonNull(table);
        Objects.requireNonNull(settings);
        Objects.requireNonNull(timeLimit);
        if (signals.size() < 2 || signals.stream().map(Source::fullTitle).distinct().count() < signals.size()) {
            throw new IllegalArgumentException("an ensemble needs at least two signals, each once");
        }
        if (method == Method.FITTED && table.isEmpty()) {
            throw new IllegalArgumentException("a fitted ensemble needs a table of known accuracies");
        }
    }

    /** What a signal is called in weights: by the name of its file alone where that tells it from the others. */
    public String title(Source source) {
        return signals.stream().filter(other -> other.title().equals(source.title())).count() > 1 ? source.fullTitle() : source.title();
    }

    /** Proxies and trivial costs among the signals. */
    public List<Signal> computed() {
        return signals.stream().flatMap(s -> s instanceof Source.Computed c ? Stream.of(c.signal()) : Stream.empty()).toList();
    }

    /** Surrogates and tables among them. */
    public List<Source.Estimated> estimated() {
        return signals.stream().flatMap(s -> s instanceof Source.Estimated e ? Stream.of(e) : Stream.empty()).toList();
    }

    @Override
    public Objective tells() {
        return method == Method.FITTED ? Objective.TOP1 : Objective.SCORE;
    }

    @Override
    public boolean isDear() {
        return true;
    }
}
