package finch.search.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a search listens for its workers.
 *
 * @param tls what both sides show each other; without it only this machine can be reached
 */
public record ClusterAddress(String host, int port, Optional<ClusterKeys> tls) {
    private static final int MOST = 65_535;

    public ClusterAddress {
        Objects.requireNonNull(host);
        Objects.requireNonNull(tls);
        if (port < 0 || port > MOST) {
            throw new IllegalArgumentException("a port is from 0 to " + MOST + ", not " + port);
        }
    }

    /**
     * Reads {@code HOST:PORT}, an IPv6 address in brackets.
     *
     * @throws IllegalArgumentException if it is none, with a message for people
     */
    public static ClusterAddress parse(String text, Optional<ClusterKeys> tls) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = colon < 0 ? "" : text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (host.isBlank() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MOST || !bracketed && host.contains(":")) {
            throw new IllegalArgumentException(text + " is no HOST:PORT, e.g. 127.0.0.1:7077 or [::1]:7077");
        }
        return new ClusterAddress(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port), tls);
    }

    /**
     * Whatever leaves this machine, or can be reached from another, is encrypted, and both sides show who they are.
     *
     * @throws IllegalArgumentException if that is not so, with the way out
     * @throws UnknownHostException naming the host, if there is none of the name
     */
    public void requireSafe() throws IOException {
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("there is no host " + host, e);
        }
        if (tls.isEmpty() && !Stream.of(all).allMatch(InetAddress::isLoopbackAddress)) {
            throw new IllegalArgumentException(this + " is not only this machine, and without certificates anybody could join, listen and answer. Give --keys and --trust"
                    + " (search/cluster/README.md says how to make them), or stay on 127.0.0.1.");
        }
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
