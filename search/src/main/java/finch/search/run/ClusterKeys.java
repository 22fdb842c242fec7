package finch.search.run;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The files of mutual TLS, both PKCS #12 as {@code keytool} writes them.
 *
 * @param keys     one's own private key and its certificate
 * @param trust    certificates of those who say who belongs here
 * @param password of both
 */
public record ClusterKeys(Path keys, Path trust, String password) {
    public ClusterKeys {
        Objects.requireNonNull(keys);
        Objects.requireNonNull(trust);
        Objects.requireNonNull(password);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return keys + ", " + trust;
    }
}
