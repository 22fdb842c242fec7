package finch.search.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A command in a JVM of its own, which can be killed, or live in a world of its own. */
final class CommandProcess {
    private CommandProcess() {}

    /** The words that start it. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Finch.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
