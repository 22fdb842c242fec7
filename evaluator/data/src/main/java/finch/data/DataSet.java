package finch.data;

import java.util.List;
import java.util.Optional;

/**
 * Images to learn from, images to choose by, and, where the source has them, images to report on once.
 *
 * @param name       for people
 * @param validation never empty, never part of the training images
 * @param remarks    what was noticed and left out, each a sentence
 */
public record DataSet(String name, ImageSet training, ImageSet validation, Optional<ImageSet> test, List<String> remarks) {
    public DataSet {
        remarks = List.copyOf(remarks);
    }

    /** Names of the classes, the same for all parts. */
    public List<String> classes() {
        return training.classes();
    }
}
