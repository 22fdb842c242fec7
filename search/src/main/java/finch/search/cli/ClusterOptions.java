package finch.search.cli;

import finch.search.run.ClusterAddress;
import finch.search.run.ClusterEngine;
import finch.search.run.ClusterKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What both sides of a cluster show each other, and what connects them. */
final class ClusterOptions {
    static final String PASSWORD = "FINCH_CLUSTER_PASSWORD";

    @Option(names = "--keys", paramLabel = "FILE", description = "In a cluster: this machine's private key and certificate, PKCS #12. Needed beyond this"
            + " machine.")
    private Path keys;

    @Option(names = "--trust", paramLabel = "FILE", description = "In a cluster: certificates of those who say who belongs to it, PKCS #12.")
    private Path trust;

    @Option(names = "--password-file", paramLabel = "FILE", description = "Its first line opens both. Default: the environment variable " + PASSWORD + ".")
    private Path passwordFile;

    /** @throws UsageException if the text is no address, or keys are given by halves */
    ClusterAddress address(Terminal terminal, String option, String text, Map<String, String> environment) throws IOException {
        Optional<ClusterKeys> files = keys(terminal, environment);
        try {
            return ClusterAddress.parse(text, files);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + ": " + e.getMessage());
        }
    }

    /** Options that mean nothing without a cluster are a mistake. */
    boolean isGiven() {
        return keys != null || trust != null || passwordFile != null;
    }

    private Optional<ClusterKeys> keys(Terminal terminal, Map<String, String> environment) throws IOException {
        if (keys == null && trust == null) {
            if (passwordFile != null) {
                throw new UsageException("--password-file opens --keys and --trust, which are not given");
            }
            return Optional.empty();
        }
        if (keys == null || trust == null) {
            throw new UsageException("--keys and --trust belong together: both sides show who they are");
        }
        return Optional.of(new ClusterKeys(terminal.resolve(keys), terminal.resolve(trust), password(terminal, environment)));
    }

    private String password(Terminal terminal, Map<String, String> environment) throws IOException {
        if (passwordFile != null) {
            return Files.readString(terminal.resolve(passwordFile), StandardCharsets.UTF_8).lines().findFirst().orElse("");
        }
        String password = environment.get(PASSWORD);
        if (password == null) {
            throw new UsageException("--keys and --trust need their password, in a file (--password-file) or in the environment variable " + PASSWORD);
        }
        return password;
    }

    /** @throws UsageException if this installation has none */
    static ClusterEngine engine() {
        return ClusterEngine.installed().orElseThrow(() -> new UsageException("this installation has no cluster; unpack finch-" + Finch.Version.number()
                + "-cluster.zip over it"));
    }
}
