package finch.space.format;

import java.util.List;
import java.util.stream.Collectors;

/** A file a person wrote has mistakes; the message lists them, one a line; of very many the first. */
public final class InvalidFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** Nobody reads more at once; {@link #problems} has them all. */
    private static final int MOST_TOLD = 50;

    private final transient List<Problem> problems;

    public InvalidFileException(List<Problem> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    private static String message(List<Problem> problems) {
        String told = problems.stream().limit(MOST_TOLD).map(Problem::toString).collect(Collectors.joining("\n"));
        return problems.size() <= MOST_TOLD ? told : told + "\n" + problems.getFirst().file() + ": and " + (problems.size() - MOST_TOLD) + " more mistakes";
    }

    public List<Problem> problems() {
        return problems;
    }
}
