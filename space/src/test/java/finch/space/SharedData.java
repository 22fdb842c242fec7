package finch.space;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Real data beside the checkout ({@code ../shared/data}), which users do not have. A test that asks for a missing file
 * is aborted with a message that names it, and fails where {@code FINCH_REQUIRE_SHARED=true}.
 */
public final class SharedData {
    private SharedData() {}

    /** A file or folder below {@code ../shared/data}. */
    public static Path path(String relative) {
        Path file = Path.of(System.getProperty("finch.shared", "../shared"), "data").resolve(relative).normalize();
        if (Files.exists(file)) {
            return file;
        }
        String message = "needs " + file + ", which is not here";
        if ("true".equals(System.getenv("FINCH_REQUIRE_SHARED"))) {
            throw new AssertionError(message + " although FINCH_REQUIRE_SHARED=true");
        }
        System.err.println("SKIPPED: a test " + message);
        Assumptions.abort(message);
        return file;
    }
}
