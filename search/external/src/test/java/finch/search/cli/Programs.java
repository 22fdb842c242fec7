package finch.search.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Programs from outside. One that is missing is a failure, never a skip. */
final class Programs {
    private Programs() {}

    /** The first of the names that is there, also where it is not on the path. */
    static Path find(String aPackage, String... names) {
        return all(names).findFirst()
                .orElseThrow(() -> new AssertionError("none of " + String.join(", ", names) + " is on this machine; Debian's package is " + aPackage));
    }

    /** A Python that has the modules: a machine may have several. */
    static Path python(String packages, String... modules) throws IOException, InterruptedException {
        for (Path python : all("python3").toList()) {
            if (run(Path.of(""), python.toString(), "-c", "import " + String.join(", ", modules)).code() == 0) {
                return python;
            }
        }
        throw new AssertionError("no python3 on this machine has " + String.join(", ", modules) + "; Debian's packages are " + packages);
    }

    private static Stream<Path> all(String... names) {
        List<Path> folders = Stream.concat(Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).filter(f -> !f.isEmpty()),
                Stream.of("/usr/bin", "/usr/local/bin")).map(Path::of).toList();
        return Arrays.stream(names).flatMap(name -> folders.stream().map(folder -> folder.resolve(name))).filter(Files::isExecutable);
    }

    /** What a program answered. @param output both streams together */
    record Answer(int code, String output) {}

    static Answer run(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(directory.toAbsolutePath().toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), output);
    }
}
