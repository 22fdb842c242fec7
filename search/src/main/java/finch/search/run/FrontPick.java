package finch.search.run;

import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.FormatVersion;
import finch.space.format.JsonWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Finds the network that {@code RUN:pick} means. */
public final class FrontPick {
    private FrontPick() {}

    /**
     * A network of a run's front.
     *
     * @param pick {@code best} (the first of the front: best in the first objective), {@code knee}, or {@code front/N} from 1
     * @throws IllegalArgumentException if the run has no front yet, it is empty, or there is no such pick
     */
    public static Architecture resolve(Path run, String pick) throws IOException {
        RunFolder folder = new RunFolder(run);
        if (!Files.isRegularFile(folder.front())) {
            throw new IllegalArgumentException(run + " has no front.json" + (Files.isRegularFile(folder.manifest())
                    ? " yet. Go on with finch resume " + run + "." : " and is no run folder."));
        }
        try {
            JsonNode front = JsonFile.read(folder.front());
            requireNotNewer(folder.front(), front, FrontFiles.FORMAT);
            return resolve(folder, pick, front.path("members"));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(folder.front() + " is damaged: " + JsonWords.of(e), e);
        }
    }

    /** @throws IllegalArgumentException if one of them is of a format that only a newer Finch reads */
    public static void requireNotNewer(RunFolder folder, JsonNode manifest, JsonNode front) {
        requireNotNewer(folder.manifest(), manifest, Manifest.FORMAT);
        requireNotNewer(folder.front(), front, FrontFiles.FORMAT);
    }

    private static void requireNotNewer(Path file, JsonNode json, String read) {
        String format = json.path("format").asString("");
        if (FormatVersion.isNewer(format, read)) {
            throw new IllegalArgumentException(file + ": " + FormatVersion.newer(format, read));
        }
    }

    private static Architecture resolve(RunFolder folder, String pick, JsonNode members) {
        int knee = 0;
        for (int i = 0; i < members.size(); i++) {
            knee = members.get(i).path("knee").asBoolean(false) ? i : knee;
        }
        if (members.isEmpty()) {
            throw new IllegalArgumentException(folder.path() + ": the front is empty");
        }
        JsonNode architecture = members.get(index(pick, members.size(), knee)).get("architecture");
        if (architecture == null) {
            throw new IllegalArgumentException(folder.front() + " is damaged: a network has no architecture");
        }
        return ArchitectureFormat.parse(folder.front() + " " + pick, architecture.toString());
    }

    static int index(String pick, int size, int knee) {
        if (pick.equals("best")) {
            return 0;
        }
        if (pick.equals("knee")) {
            return knee;
        }
        if (pick.matches("front/[1-9][0-9]{0,8}")) {
            int rank = Integer.parseInt(pick.substring("front/".length()));
            if (rank <= size) {
                return rank - 1;
            }
            throw new IllegalArgumentException(pick + ": the front has " + size + " networks, front/1 to front/" + size);
        }
        throw new IllegalArgumentException(pick + " is not known. Allowed: best, knee, front/1 to front/" + size);
    }
}
