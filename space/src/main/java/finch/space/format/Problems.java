package finch.space.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the mistakes of one file, so that a person sees all of them at once. */
public final class Problems {
    private final String file;
    private final List<Problem> found = new ArrayList<>();

    public Problems(String file) {
        this.file = file;
    }

    public String file() {
        return file;
    }

    public void add(int line, String key, String message) {
        found.add(new Problem(file, line, key, message));
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** How many there are so far. */
    public int count() {
        return found.size();
    }

    /** In the order of the file. */
    public List<Problem> list() {
        return found.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }

    /** @throws InvalidFileException with all mistakes, if there are any */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidFileException(list());
        }
    }
}
