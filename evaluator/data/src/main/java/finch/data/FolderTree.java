package finch.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The files of a folder. Hidden ones are passed over. Links to files within the folder are followed, links to folders and
 * links that lead out of it are not: a data set from elsewhere must not be able to name other files of this machine.
 */
final class FolderTree implements FileTree {
    /** The split, the class and the image, below up to three folders that a data set was wrapped in. */
    private static final int DEEPEST = 6;

    private final String name;
    private final Path root;
    private final List<String> paths = new ArrayList<>();
    private int refused;

    /** @param name for messages */
    FolderTree(String name, Path folder) throws IOException {
        this.name = name;
        this.root = folder.toRealPath();
        Files.walkFileTree(root, Set.of(), DEEPEST, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
                return !at.equals(root) && isHidden(at) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!isHidden(file) && (attributes.isRegularFile() || attributes.isSymbolicLink() && staysInside(file))) {
                    paths.add(root.relativize(file).toString().replace('\\', '/'));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        paths.sort(null);
    }

    private static boolean isHidden(Path path) {
        String last = path.getFileName().toString();
        return last.startsWith(".") || last.equals("__MACOSX");
    }

    private boolean staysInside(Path link) throws IOException {
        try {
            Path target = link.toRealPath();
            if (target.startsWith(root) && Files.isRegularFile(target)) {
                return true;
            }
        } catch (NoSuchFileException e) {
            // a link to nothing is as little use as one that leads out
        }
        refused++;
        return false;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> paths() {
        return paths;
    }

    @Override
    public List<String> remarks() {
        return refused == 0 ? List.of() : List.of(refused + " symbolic link(s) in " + name + " lead to folders, to nothing or out of it, and were not followed.");
    }

    @Override
    public InputStream open(String path) throws IOException {
        Path file = root.resolve(path);
        // a link may have been changed since
        if (!file.toRealPath().startsWith(root)) {
            throw new IOException("leads out of " + name);
        }
        return Files.newInputStream(file);
    }
}
