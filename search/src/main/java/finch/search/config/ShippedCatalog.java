package finch.search.config;

import finch.space.Architecture;
import finch.space.SearchSpace;
import finch.space.format.ArchitectureFormat;
import finch.space.format.InvalidFileException;
import finch.space.format.References;
import finch.space.format.SourceNode;
import finch.space.format.SpaceFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The spaces and reference networks that ship with Finch. */
public final class ShippedCatalog implements Catalog {
    @Override
    public List<String> spaceNames() {
        return SpaceFormat.names();
    }

    @Override
    public SearchSpace space(String name) {
        return SpaceFormat.named(name);
    }

    @Override
    public SearchSpace space(SourceNode node) {
        return SpaceFormat.find(node).orElseThrow(() -> new InvalidFileException(node.problems().list()));
    }

    @Override
    public Architecture network(String spec) {
        if (!spec.matches(".*\\.(yaml|yml|json)")) {
            return References.resolve(spec);
        }
        try {
            Architecture architecture = ArchitectureFormat.read(Path.of(spec));
            return architecture.name().isEmpty()
                    ? architecture.named(Path.of(spec).getFileName().toString().replaceFirst("\\.[a-z]+$", "")) : architecture;
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException("there is no architecture file " + spec, e);
        } catch (IOException e) {
            String reason = e instanceof FileSystemException about ? about.getReason() : e.getMessage();
            throw new UncheckedIOException("the architecture file " + spec + " cannot be read" + (reason == null ? "" : ": " + reason), e);
        }
    }
}
