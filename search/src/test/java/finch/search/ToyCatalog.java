package finch.search;

import finch.search.config.Catalog;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.format.ArchitectureFormat;
import finch.space.format.SourceNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The spaces {@code toy1} to {@code toy8} and two networks: {@code toy-reference}, of two blocks, and {@code toy-large}, of five. */
public final class ToyCatalog implements Catalog {
    @Override
    public List<String> spaceNames() {
        return List.of("toy1", "toy2", "toy3", "toy4", "toy8");
    }

    @Override
    public SearchSpace space(String name) {
        return new ToySpace(Integer.parseInt(name.substring(3)));
    }

    @Override
    public SearchSpace space(SourceNode node) {
        node.onlyKeys("toy");
        return new ToySpace(node.require("toy", "the depth").map(n -> n.asInt(1, 8, 1)).orElse(1));
    }

    @Override
    public Architecture network(String spec) {
        return switch (spec) {
            case "toy-reference" -> new ToySpace(2).decode(Genome.of(1, 0, 1, 2, 0, 3)).named(spec);
            case "toy-large" -> new ToySpace(5).decode(Genome.of(4, 0, 1, 2, 0, 3, 1, 1, 1, 1, 1, 1)).named(spec);
            default -> {
                if (spec.endsWith(".yaml")) {
                    try {
                        yield ArchitectureFormat.read(Path.of(spec));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
                throw new IllegalArgumentException("\"" + spec + "\" is no reference. Known: toy-reference, toy-large.");
            }
        };
    }
}
