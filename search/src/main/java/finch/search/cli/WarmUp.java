package finch.search.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Runs the short commands once, writing nowhere: the training run of the launcher's cache of linked classes. */
public final class WarmUp {
    private WarmUp() {}

    public static void main(String[] args) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        String[][] lines = {
            {"--help"}, {"help", "show"}, {"--version"}, {"sow"}, {"show", "mobilenetv3-large"}, {"show", "mobilenetv2@0.5", "--json"},
            {"list"}, {"show-space", "mobilenetv3"}, {"reproduce"}, {"export", "mobilenetv3-small", "--format", "yaml"},
            {"export", "mobilenetv3-small", "--format", "json"}
        };
        for (String[] line : lines) {
            Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, Path.of("").toAbsolutePath(), false);
            Finch.execute(terminal, line);
        }
    }
}
