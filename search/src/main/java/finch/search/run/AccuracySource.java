package finch.search.run;

import finch.search.config.SearchConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The file that a run's accuracies came from, by the hash that its manifest has of it. */
public final class AccuracySource {
    private AccuracySource() {}

    /**
     * A sentence for people where the file is not the one that the run read, so that what is estimated from it now does not
     * compare with what the run's journal says.
     *
     * @param manifest {@code manifest.json}; one without a hash, of a shipped surrogate or an older Finch, tells of no change
     * @return empty where the file is the same, or the accuracies came from no file
     */
    public static Optional<String> change(JsonNode manifest, SearchConfig.Accuracy accuracy) throws IOException {
        return switch (accuracy) {
            case SearchConfig.Accuracy.Surrogate surrogate when surrogate.file().isPresent() ->
                    change(surrogate.file().get(), manifest.path("accuracySurrogate").path("sha256").asString(""));
            case SearchConfig.Accuracy.Table table -> change(table.table(), manifest.path("accuracyTable").path("sha256").asString(""));
            case SearchConfig.Accuracy.Surrogate _, SearchConfig.Accuracy.Command _ -> Optional.empty();
        };
    }

    private static Optional<String> change(Path file, String sha256) throws IOException {
        if (sha256.isEmpty()) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file)) {
            return Optional.of(file + ", which the run's accuracies came from, is not there any more.");
        }
        return JsonFile.sha256(Files.readAllBytes(file)).equals(sha256) ? Optional.empty()
                : Optional.of(file + " has changed since the run read it (its SHA-256 was " + sha256 + "), so the run's accuracies are not those it tells now.");
    }
}
