package finch.search.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The file that a run's accuracies came from, by the path and the hash that its manifest has of it. */
public final class AccuracySource {
    private AccuracySource() {}

    /**
     * A sentence for people where the file is not the one that the run read, so that what is estimated from it now does not
     * compare with what the run's journal says.
     *
     * @param manifest {@code manifest.json}; one without a hash, of the shipped surrogate or an older Finch, tells of no change
     * @return empty where the file is the same, or the accuracies came from no file
     */
    public static Optional<String> change(JsonNode manifest) throws IOException {
        JsonNode source = Stream.of("accuracyTable", "accuracySurrogate", "accuracySupernet").map(manifest::path).filter(node -> node.has("path") && node.has("sha256"))
                .findFirst().orElse(null);
        if (source == null) {
            return Optional.empty();
        }
        Path file = Path.of(source.path("path").asString());
        if (!Files.isRegularFile(file)) {
            return Optional.of(file + ", which the run's accuracies came from, is not there any more.");
        }
        return JsonFile.sha256(Files.readAllBytes(file)).equals(source.path("sha256").asString()) ? Optional.empty()
                : Optional.of(file + " has changed since the run read it, so the run's accuracies are not those that it tells now.");
    }
}
