package finch.search.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder of this installation or checkout, which the launcher names: where shipped configs lie as files. */
final class Home {
    private Home() {}

    /** Empty where Finch was not started by its launcher. */
    static Optional<Path> folder() {
        return Optional.ofNullable(System.getProperty("finch.home")).map(Path::of).filter(Files::isDirectory);
    }

    /** Shipped searches by name, e.g. {@code mobilenetv3-large}, in alphabetical order. */
    static List<Path> configs() throws IOException {
        Optional<Path> folder = folder().map(home -> home.resolve("configs")).filter(Files::isDirectory);
        if (folder.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.get())) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    /** A file's name without its ending. */
    static String baseName(Path file) {
        String name = file.getFileName().toString();
        return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    }
}
