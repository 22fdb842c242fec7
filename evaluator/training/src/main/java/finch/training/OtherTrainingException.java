package finch.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A checkpoint belongs to another training; the message says what differs, and a way out. */
public final class OtherTrainingException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 6;

    OtherTrainingException(Path checkpoint, List<String> differences) {
        super(checkpoint + " is the checkpoint of another training: " + String.join("; ", differences.subList(0, Math.min(SHOWN, differences.size())))
                + (differences.size() > SHOWN ? "; and " + (differences.size() - SHOWN) + " more" : "")
                + ". To go on, give what it had; to start anew, delete it or name another file");
    }
}
