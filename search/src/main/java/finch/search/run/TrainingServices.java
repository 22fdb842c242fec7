package finch.search.run;

import finch.data.DataSet;
import finch.data.Split;
import finch.training.TrainedModel;
import finch.training.Training;
import java.io.IOException;
import java.nio.file.Path;

/** What the trainings of a run need of the outside: of a super-network before its search, of the best networks after it. */
public interface TrainingServices {
    /**
     * Labelled images.
     *
     * @param data a name that the data sets know, or a full path
     * @throws IllegalArgumentException if they are not there or cannot be used, with a message for people
     */
    DataSet images(String data, Split split) throws IOException;

    /** Threads of one training; they never change a result. */
    int threads();

    /** Tells how a training goes and whether to stop. @param what is trained, for people */
    Training.Listener listener(String what, int epochs);

    /** Writes a trained network as ONNX, with labels, normalisation and provenance. */
    void exportOnnx(TrainedModel model, Path file) throws IOException;
}
