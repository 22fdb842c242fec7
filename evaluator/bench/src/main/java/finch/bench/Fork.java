package finch.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of this package in JVMs of their own. */
final class Fork {
    /** What running kernels, ONNX Runtime and protobuf needs. */
    private static final List<String> NEEDED = List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private Fork() {}

    /** The command that starts a program in this JVM's image, with this JVM's options and then some more. */
    static List<String> command(List<String> jvm, Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(NEEDED);
        for (String inherited : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (NEEDED.stream().noneMatch(needed -> inherited.startsWith(needed.substring(0, needed.indexOf('='))))) {
                command.add(inherited);
            }
        }
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        return command;
    }

    /** Runs a program to its end. @return what it printed; its messages go where ours do */
    static String output(List<String> command) throws IOException {
        return output(command, ProcessBuilder.Redirect.INHERIT);
    }

    /** Runs a program to its end, whatever it says on the way. */
    static void silently(List<String> command) throws IOException {
        output(command, ProcessBuilder.Redirect.DISCARD);
    }

    private static String output(List<String> command, ProcessBuilder.Redirect messages) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(messages).start();
        try {
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("exit code " + code + " of " + String.join(" ", command) + "\n" + text);
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroy();
        }
    }
}
