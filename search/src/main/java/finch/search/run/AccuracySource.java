package finch.search.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        List<JsonNode> sources = new ArrayList<>();
        Stream.of("accuracyTable", "accuracySurrogate", "accuracySupernet").map(manifest::path).forEach(sources::add);
        manifest.path("accuracySources").forEach(sources::add);
        for (JsonNode source : sources) {
            if (source.has("path") && source.has("sha256")) {
                Optional<String> change = change(Path.of(source.path("path").asString()), source.path("sha256").asString());
                if (change.isPresent()) {
                    return change;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> change(Path file, String sha256) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.of(file + ", which the run's accuracies came from, is not there any more.");
        }
        return JsonFile.sha256(Files.readAllBytes(file)).equals(sha256) ? Optional.empty()
                : Optional.of(file + " has changed since the run read it, so the run's accuracies are not those that it tells now.");
    }
}
