package finch.space.format;

/**
 * One mistake in a file a person wrote.
 *
 * @param line    1-based; 0 where no line is to blame
 * @param key     path of the key, e.g. {@code stages[2].kernel}; may be empty
 * @param message what is wrong with which value, what is allowed, a way out
 */
public record Problem(String file, int line, String key, String message) {
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
