package finch.engine.gradient;

import java.util.ArrayList;
import java.util.List;

/** What runs between two points where all threads meet: stages through which each chunk of images goes, or parts of another kind. */
sealed interface Phase {
    /** Floats of a chunk's images: with their gradients they fit the second level cache. */
    int CHUNK_FLOATS = 48 * 1024;
    /** Rows of a product of vectors that are worth its weights' way from memory. */
    int VECTOR_ROWS = 32;
    int FEW_ROWS = 20;

    /** Stages in order, a chunk of images at a time. */
    record Images(List<Stage> stages, int images) implements Phase {}

    /** Tasks that share no images. */
    record Parts(Team.Work work, int tasks) implements Phase {}

    /** Cuts a list of stages where one has a barrier, and where maps meet vectors. */
    static List<Phase> of(List<Stage> stages, int batch) {
        List<Phase> phases = new ArrayList<>();
        List<Stage> open = new ArrayList<>();
        for (Stage stage : stages) {
            if (!open.isEmpty() && (open.getLast().barrier() || (open.getLast().rows == 1) != (stage.rows == 1))) {
                phases.add(images(open, batch));
                open = new ArrayList<>();
            }
            open.add(stage);
        }
        phases.add(images(open, batch));
        return phases;
    }

    private static Images images(List<Stage> stages, int batch) {
        int floats = 1;
        int rows = Integer.MAX_VALUE;
        int chunks = batch;
        for (Stage stage : stages) {
            floats = Math.max(floats, stage.floats);
            rows = Math.min(rows, stage.rows);
            chunks = Math.min(chunks, stage.mostChunks());
        }
        int wanted = rows == 1 ? VECTOR_ROWS : Math.max(CHUNK_FLOATS / floats, Math.ceilDiv(FEW_ROWS, rows));
        int images = Math.min(wanted, rows == 1 ? Math.ceilDiv(batch, 2) : Math.ceilDiv(batch, 4));
        return new Images(List.copyOf(stages), Math.max(images, Math.ceilDiv(batch, Math.max(chunks, 1))));
    }
}
