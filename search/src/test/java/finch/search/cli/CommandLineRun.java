package finch.search.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A command run in this process, with what it wrote. */
record CommandLineRun(int code, String out, String err) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static CommandLineRun of(Path directory, String... args) {
        return withInput(directory, "", args);
    }

    static CommandLineRun withInput(Path directory, String input, String... args) {
        return withBytes(directory, input.getBytes(StandardCharsets.UTF_8), args);
    }

    /** @param input which may be no text */
    static CommandLineRun withBytes(Path directory, byte[] input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(new ByteArrayInputStream(input), stream(out), stream(err),
                directory.toAbsolutePath(), false);
        int code = Finch.execute(terminal, args);
        return new CommandLineRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** Each line of the output as JSON. */
    List<JsonNode> json() {
        return out.lines().map(JSON::readTree).toList();
    }
}
