package finch.search.cli;

import finch.space.format.SpaceFormat;
import finch.space.format.Suggestions;
import finch.space.format.TextFile;
import finch.space.staged.StagedSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Finds what a SPACE argument means. */
final class Spaces {
    private Spaces() {}

    /** @throws UsageException if there is no such space, saying what there is */
    static StagedSpace resolve(Terminal terminal, String argument) throws IOException {
        String lower = argument.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".json")) {
            Path file = terminal.resolve(Path.of(argument));
            if (!Files.isRegularFile(file)) {
                throw new UsageException(argument + ": there is no such file");
            }
            return SpaceFormat.parse(argument, TextFile.read(file));
        }
        if (!SpaceFormat.names().contains(argument)) {
            throw new UsageException("\"" + argument + "\" is no shipped space. " + Suggestions.nearest(argument, SpaceFormat.names())
                    .map(n -> "Maybe you meant " + n + ". ").orElse("") + "Known: " + String.join(", ", SpaceFormat.names())
                    + "; or name a file that ends in .yaml.");
        }
        return SpaceFormat.named(argument);
    }
}
