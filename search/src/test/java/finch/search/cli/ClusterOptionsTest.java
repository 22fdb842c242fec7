package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the cluster's module is not installed, and what is wrong whether it is or not. */
class ClusterOptionsTest {
    @TempDir
    private Path folder;

    private void assertRefused(String message, String... arguments) {
        CommandLineRun run = CommandLineRun.of(folder, arguments);
        assertThat(run.err()).contains(message).doesNotContain("\tat ");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void an_installation_without_a_cluster_says_how_to_get_one() throws Exception {
        Files.writeString(folder.resolve("c.yaml"), "schema: 1\nname: c\nspace: mobilenetv3\nobjectives: [top1, macs]\n");
        String message = "finch: this installation has no cluster; unpack finch-development-cluster.zip over it";

        assertRefused(message, "worker", "--join", "127.0.0.1:7077");
        assertRefused(message, "search", "c.yaml", "--cluster", "127.0.0.1:7077", "--out", "run");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void what_is_no_address_or_no_pair_of_keys_is_refused() throws Exception {
        Files.writeString(folder.resolve("c.yaml"), "schema: 1\nname: c\nspace: mobilenetv3\nobjectives: [top1, macs]\n");
        for (String address : List.of("7077", "host", "host:", "host:70777", ":7077", "::1:7077", "host:port")) {
            assertRefused("finch: --join: " + address + " is no HOST:PORT, e.g. 127.0.0.1:7077 or [::1]:7077", "worker", "--join", address);
            assertRefused("finch: --cluster: " + address + " is no HOST:PORT", "search", "c.yaml", "--cluster", address);
        }
        assertRefused("finch: --keys and --trust belong together", "worker", "--join", "a.example.org:1", "--keys", "k.p12");
        assertRefused("finch: --password-file opens --keys and --trust, which are not given", "worker", "--join", "127.0.0.1:1", "--password-file", "p");
        assertRefused("finch: --keys, --trust and --password-file are of a cluster; give --cluster HOST:PORT too", "search", "c.yaml", "--keys", "k.p12", "--trust", "t.p12");
        assertRefused("p: there is no such file", "worker", "--join", "127.0.0.1:1", "--keys", "k", "--trust", "t", "--password-file", "p");
        assertRefused("finch: --slots must be from 1 to 1024, not 0", "worker", "--join", "127.0.0.1:1", "--slots", "0");
        assertRefused("finch: --patience must be a duration such as PT10M, not 10", "worker", "--join", "127.0.0.1:1", "--patience", "10");
    }
}
