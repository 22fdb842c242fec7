package finch.search.config;

import finch.search.config.SearchConfig.Algorithm;
import finch.search.config.SearchConfig.SeedNetwork;
import finch.search.config.SearchConfig.SpaceChoice;
import finch.space.format.SourceReader;
import finch.training.JsonTree;
import finch.training.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Writes a config with every default spelled out. Reading it again gives an equal search. */
public final class ConfigWriter {
    private ConfigWriter() {}

    /** The config as YAML. Paths are absolute, but for those in {@code folder}, which are relative to it. */
    public static String toYaml(SearchConfig config, Path folder) {
        StringBuilder yaml = new StringBuilder();
        yaml.append("# resolved: every default is spelled out; this file repeats the run\n");
        yaml.append("schema: ").append(SearchConfig.SCHEMA).append('\n');
        yaml.append("name: ").append(YamlText.quoted(config.name())).append('\n');
        yaml.append("seed: ").append(config.seed()).append('\n');
        switch (config.space().source()) {
            case SpaceChoice.Source.Named named -> yaml.append("space: ").append(YamlText.quoted(named.name())).append('\n');
            case SpaceChoice.Source.Inline inline -> {
                yaml.append("space:\n");
                inline.yaml().lines().forEach(line -> yaml.append("  ").append(line).append('\n'));
            }
        }
        device(yaml, config, folder);
        accuracy(yaml, config, folder);
        yaml.append("objectives: [").append(config.objectives().stream().map(Objective::formatName).collect(Collectors.joining(", "))).append("]\n");
        constraints(yaml, config.constraints());
        if (config.algorithm() instanceof Algorithm.Pipeline pipeline) {
            yaml.append("algorithm:\n");
            pipeline.stages().forEach(stage -> yaml.append("  - { ").append(algorithm(stage.algorithm()))
                    .append(stage.evaluations().isPresent() ? ", evaluations: " + stage.evaluations().getAsLong() : "").append(" }\n"));
        } else {
            yaml.append("algorithm: { ").append(algorithm(config.algorithm())).append(" }\n");
        }
        yaml.append("stop: { ").append(config.stop()).append(" }\n");
        if (!config.seedWith().isEmpty()) {
            yaml.append("seed-with:\n");
            for (SeedNetwork seed : config.seedWith()) {
                yaml.append("  - { network: ").append(YamlText.quoted(seed.network().spec())).append(", if-outside: ")
                        .append(seed.required() ? "error" : "skip").append(" }\n");
            }
        }
        yaml.append("front: { measure: ").append(config.front().measure()).append(", top: ").append(config.front().top())
                .append(", runs: ").append(config.front().runs()).append(" }\n");
        config.finals().ifPresent(finals -> yaml.append("finals:\n  data: ").append(data(finals.data(), folder)).append("\n  recipe: ").append(recipe(finals.recipe()))
                .append("\n  seeds: ").append(finals.seeds()).append("\n  candidates: ").append(finals.candidates()).append("\n  baselines: ")
                .append(finals.baselines().stream().map(b -> YamlText.quoted(b.spec())).toList()).append('\n'));
        yaml.append("export: { pick: ").append(config.export().pick()).append(", weight-seed: ").append(config.export().weightSeed()).append(" }\n");
        if (!config.overrides().isEmpty()) {
            yaml.append("set:  # was applied already, kept for the record\n");
            config.overrides().forEach(override -> yaml.append("  - ").append(YamlText.quoted(override)).append('\n'));
        }
        return yaml.toString();
    }

    private static String algorithm(Algorithm algorithm) {
        return "type: " + switch (algorithm) {
            case Algorithm.Nsga2 a -> "nsga2, " + breeding(a);
            case Algorithm.Nsga3 a -> "nsga3, " + breeding(a.breeding()) + (a.divisions().isPresent() ? ", divisions: " + a.divisions().getAsInt() : "");
            case Algorithm.RegularizedEvolution a -> "regularized-evolution, population: " + a.population() + ", sample: " + a.sample()
                    + ", batch: " + a.batch() + ", mutation: " + a.mutation() + inFlight(a.inFlight());
            case Algorithm.Scalarized a -> "scalarized, cost: " + a.reward().cost().formatName() + ", target: "
                    + limit(a.reward().cost(), a.reward().target()) + ", form: " + a.reward().form().formatName() + ", w: " + decimal(a.reward().w())
                    + ", " + breeding(a.breeding());
            case Algorithm.NetAdapt a -> "netadapt, " + a.from().map(from -> "from: " + YamlText.quoted(from.spec()) + ", ").orElse("")
                    + "cost: " + a.cost().formatName() + ", target: " + limit(a.cost(), a.target()) + ", step: " + decimal(a.step())
                    + ", headroom: " + decimal(a.headroom());
            case Algorithm.Surrogate a -> "surrogate, initial: " + a.initial() + ", batch: " + a.batch() + ", pool: " + a.pool() + inFlight(a.inFlight());
            case Algorithm.Random a -> "random, batch: " + a.batch();
            case Algorithm.Exhaustive a -> "exhaustive, batch: " + a.batch();
            case Algorithm.Pipeline a -> throw new IllegalArgumentException("a pipeline within a pipeline");
        };
    }

    private static String inFlight(OptionalInt count) {
        return count.isPresent() ? ", in-flight: " + count.getAsInt() : "";
    }

    private static String breeding(Algorithm.Nsga2 a) {
        return "population: " + a.population() + ", offspring: " + a.offspring() + ", crossover: " + a.crossover() + ", mutation: "
                + a.mutation() + ", seed-mutants: " + a.seedMutants();
    }

    private static void device(StringBuilder yaml, SearchConfig config, Path folder) {
        yaml.append("device:\n  runtime: ").append(config.device().runtime()).append("\n  threads: ").append(config.device().threads());
        config.device().profile().ifPresent(profile -> yaml.append("\n  profile: ").append(path(profile, folder)));
        yaml.append("\n  calibration-budget: ").append(config.device().calibrationBudget()).append('\n');
    }

    private static void accuracy(StringBuilder yaml, SearchConfig config, Path folder) {
        yaml.append("accuracy: { ").append(accuracy(config.accuracy(), folder)).append(" }\n");
    }

    /** In flow style, without the braces. */
    private static String accuracy(Accuracy accuracy, Path folder) {
        return switch (accuracy) {
            case Accuracy.Surrogate surrogate -> "type: surrogate" + surrogate.file().map(f -> ", file: " + path(f, folder)).orElse("")
                    + surrogate.recipe().map(r -> ", recipe: " + YamlText.quoted(r)).orElse("");
            case Accuracy.Table table -> "type: table, table: " + path(table.table(), folder) + ", missing: " + table.missing().formatName();
            // a relative file is where the reader puts one that is not named
            case Accuracy.Supernet supernet -> "type: supernet" + (supernet.model().isAbsolute() ? ", model: " + path(supernet.model(), folder) : "")
                    + ", data: " + data(supernet.data(), folder) + ", images: " + supernet.images()
                    + supernet.train().map(t -> ", train: { recipe: " + recipe(t.recipe()) + ", random: " + t.random() + " }").orElse("");
            case Accuracy.Command command -> "type: command, run: " + command.run().stream().map(YamlText::quoted).toList()
                    // where a run folder's file has the name of an argument, the argument does not mean it
                    + ", verbatim: true, timeout: "
                    + command.timeout() + ", retries: " + command.retries() + ", parallel: " + command.parallel() + ", environment: "
                    + command.environment().entrySet().stream().map(e -> YamlText.quoted(e.getKey()) + ": " + YamlText.quoted(e.getValue()))
                    .collect(Collectors.joining(", ", "{ ", " }")) + ", dataset: " + YamlText.quoted(command.dataset());
            case ProxyAccuracy proxy -> "type: proxy, proxy: " + proxy.proxy().key() + settings(proxy.settings(), folder) + ", allow-weak: " + proxy.allowWeak();
            case EnsembleAccuracy ensemble -> "type: ensemble, signals: " + ensemble.signals().stream().map(s -> switch (s) {
                case EnsembleAccuracy.Source.Computed c -> c.signal().key();
                case EnsembleAccuracy.Source.Estimated e -> "{ " + accuracy(e.accuracy(), folder) + " }";
            }).toList() + ", method: " + ensemble.method().formatName() + ensemble.table().map(t -> ", table: " + path(t, folder)).orElse("")
                    + ", networks: " + ensemble.networks() + settings(ensemble.settings(), folder) + ", allow-weak: " + ensemble.allowWeak();
            case LadderAccuracy ladder -> "type: ladder, rungs: " + ladder.rungs().stream().map(rung -> "{ " + accuracy(rung.accuracy(), folder)
                    + (rung.accuracy() instanceof Accuracy.Command c ? ", fidelity: " + c.fidelity() : "") + ", share: " + rung.share() + " }").toList();
        } + accuracy.timeLimit().map(limit -> ", timeout: " + limit).orElse("");
    }

    private static String recipe(TrainingConfig recipe) {
        return YamlText.flow(SourceReader.parse("recipe", JsonTree.line(recipe.tree())));
    }

    private static String data(String data, Path folder) {
        return Path.of(data).isAbsolute() ? path(Path.of(data), folder) : YamlText.quoted(data);
    }

    private static String settings(SignalSettings settings, Path folder) {
        return settings.data().map(data -> ", data: " + data(data, folder)).orElse("")
                + ", seeds: " + settings.seeds() + ", batch: " + settings.batch();
    }

    private static void constraints(StringBuilder yaml, List<Bound> bounds) {
        if (bounds.isEmpty()) {
            return;
        }
        yaml.append("constraints:\n");
        for (Objective quantity : Objective.values()) {
            List<Bound> own = bounds.stream().filter(b -> b.quantity() == quantity).toList();
            if (!own.isEmpty()) {
                yaml.append("  ").append(quantity.formatName()).append(": { ");
                own.forEach(bound -> yaml.append(bound.side().formatName()).append(": ").append(limit(quantity, bound.limit())).append(", "));
                yaml.append("bound-on: ").append(own.getFirst().on().formatName()).append(" }\n");
            }
        }
    }

    /** A limit as YAML, in the base unit of its quantity. */
    static String limit(Objective quantity, Bound.Limit limit) {
        return YamlText.quoted(switch (limit) {
            case Bound.Limit.Relative relative -> decimal(relative.factor()) + " x " + relative.network().spec();
            case Bound.Limit.Absolute absolute -> (decimal(absolute.value()) + " " + quantity.units().entrySet().stream()
                    .filter(unit -> unit.getValue() == 1).findFirst().orElseThrow().getKey()).strip();
        });
    }

    private static String decimal(double value) {
        return new java.math.BigDecimal(Double.toString(value)).toPlainString();
    }

    private static String path(Path file, Path folder) {
        Path absolute = file.toAbsolutePath().normalize();
        Path base = folder.toAbsolutePath().normalize();
        return YamlText.quoted(absolute.startsWith(base) ? base.relativize(absolute).toString() : absolute.toString());
    }
}
