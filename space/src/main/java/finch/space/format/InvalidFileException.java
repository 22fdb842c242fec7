package finch.space.format;

import java.util.List;

/** A file a person wrote has mistakes; the message lists them, one a line; of very many the first. */
public final class InvalidFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** Nobody reads more at once; {@link #problems} has them all. */
    private static final int MOST_TOLD = 50;
    private static final int LONGEST = 8000;

    private final transient List<Problem> problems;

    public InvalidFileException(List<Problem> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    private static String message(List<Problem> problems) {
        StringBuilder told = new StringBuilder();
        int count = 0;
        while (count < problems.size() && count < MOST_TOLD && told.length() < LONGEST) {
            told.append(count == 0 ? "" : "\n").append(problems.get(count++));
        }
        return count == problems.size() ? told.toString() : told + "\n" + problems.getFirst().file() + ": and " + (problems.size() - count) + " more mistakes";
    }

    public List<Problem> problems() {
        return problems;
    }
}
