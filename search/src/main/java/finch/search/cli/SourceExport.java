package finch.search.cli;

import finch.engine.Weights;
import finch.search.export.Safetensors;
import finch.search.export.SourceFormat;
import finch.space.Architecture;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes an architecture as source code, and for PyTorch its weights beside it. */
final class SourceExport {
    /** Of Keras' and most published networks' batch normalisation; with weights, theirs is written. */
    private static final float EPSILON = 1e-3f;

    private final Terminal terminal;
    private final Architecture architecture;
    private final SourceFormat format;

    SourceExport(Terminal terminal, Architecture architecture, SourceFormat format) {
        this.terminal = terminal;
        this.architecture = architecture;
        this.format = format;
    }

    /** The source alone, under a name made of the architecture's. */
    String text() {
        String name = architecture.name().replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_|_$", "");
        String identifier = name.isEmpty() || Character.isDigit(name.charAt(0)) ? "network_" + name : name;
        String own = format == SourceFormat.JAVA ? Character.toUpperCase(identifier.charAt(0)) + identifier.substring(1) : identifier;
        // an architecture may be called what the source uses, or a keyword
        own = format.takes(own) ? own : (format == SourceFormat.JAVA ? "Network_" : "network_") + own;
        return format.write(architecture, own, own + ".safetensors", EPSILON, provenance());
    }

    void write(Path file) throws IOException {
        String text = format.write(architecture, name(file), name(file) + ".safetensors", EPSILON, provenance());
        OutputFiles.write(file, temporary -> Files.writeString(temporary, text));
        terminal.message("wrote " + terminal.relative(file));
    }

    /** @param origin of the weights, for people */
    void write(Path file, Weights weights, String origin) throws IOException {
        String name = name(file);
        Network network = Network.of(architecture);
        Path tensors = file.resolveSibling(name + ".safetensors");
        String trained = weights.trained() ? "" : "untrained, ";
        String text = format.write(architecture, name, tensors.getFileName().toString(), Safetensors.epsilon(network, weights),
                provenance() + " Weights in " + tensors.getFileName() + ": " + trained + origin.replaceAll("[^A-Za-z0-9 ._@:/+-]", "_") + ".");
        OutputFiles.write(tensors, temporary -> Safetensors.write(network, weights, Map.of("network", architecture.name(), "trained", Boolean.toString(weights.trained()),
                "origin", origin), temporary));
        OutputFiles.write(file, temporary -> Files.writeString(temporary, text));
        terminal.message("wrote " + terminal.relative(file) + " and " + terminal.relative(tensors) + " (" + trained + origin + ")");
    }

    private String name(Path file) {
        String name = file.getFileName().toString();
        if (!name.endsWith(format.ending())) {
            throw new UsageException(file.getFileName() + ": a " + format.name().toLowerCase(java.util.Locale.ROOT) + " source is named *" + format.ending());
        }
        return name.substring(0, name.length() - format.ending().length());
    }

    private static String provenance() {
        return "Written by Finch " + Finch.Version.number() + ".";
    }
}
