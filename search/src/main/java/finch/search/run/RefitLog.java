package finch.search.run;

import finch.search.evolve.Refit;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/**
 * The hold-out scores of a run's model, one JSON line for each fit. A resumed run plays its journal back and so writes
 * the file anew: it is an output and no state.
 */
final class RefitLog implements Closeable {
    private final Path file;
    private BufferedWriter out;

    RefitLog(Path file) {
        this.file = file;
    }

    void add(Refit refit) {
        try {
            if (out == null) {
                out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
            }
            ObjectNode node = JsonFile.object().put("generation", refit.generation()).put("objective", refit.objective().formatName())
                    .put("fittedOn", refit.fittedOn()).put("heldOut", refit.heldOut());
            put(node, "rmse", refit.rmse());
            put(node, "rankCorrelation", refit.rankCorrelation());
            put(node, "coverage90", refit.coverage());
            out.write(node.toString());
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void put(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            JsonFile.put(node, key, value);
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
