package finch.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

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
    private final List<String> emptyFolders = new ArrayList<>();
    /** The first hidden folder that holds images, and how many there are. */
    private String hidden = "";
    private int hiddens;
    private int refused;
    private int deeper;
    private int archives;

    /** @param name for messages */
    FolderTree(String name, Path folder, Budget budget) throws IOException {
        this.name = name;
        this.root = folder.toRealPath();
        Set<Path> untouched = new HashSet<>();
        Files.walkFileTree(root, Set.of(), DEEPEST, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
                if (!at.equals(root) && isHidden(at)) {
                    passOver(at);
                    return FileVisitResult.SKIP_SUBTREE;
                }
                untouched.remove(at.getParent());
                untouched.add(at);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!isHidden(file)) {
                    untouched.remove(file.getParent());
                    visit(file, attributes, budget);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                throw new UnusableDataException(name + "/" + relative(file) + ": cannot be read: " + reason(e) + ". Maybe its permissions are missing.");
            }
        });
        paths.sort(null);
        for (Path empty : untouched) {
            if (!empty.equals(root)) {
                budget.take(FileTree.bytes(relative(empty)), name);
                emptyFolders.add(relative(empty));
            }
        }
        emptyFolders.sort(null);
    }

    /** Counts a hidden folder if images lie in it: one that a program keeps its own files in is nobody's class. */
    private void passOver(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (ImageFile.isOne(file.getFileName().toString()) && !isHidden(file)) {
                    hidden = hidden.isEmpty() ? relative(folder) : hidden;
                    hiddens++;
                    return;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // what is hidden need not be readable
        }
    }

    private void visit(Path file, BasicFileAttributes attributes, Budget budget) throws UnusableDataException {
        if (attributes.isDirectory()) {
            // a walk hands over the folders it does not go into
            deeper++;
        } else if (attributes.isRegularFile() || attributes.isSymbolicLink() && staysInside(file)) {
            String path = relative(file);
            budget.take(FileTree.bytes(path), name);
            paths.add(path);
            archives += ArchiveTree.isArchive(file) ? 1 : 0;
        }
    }

    /** With forward slashes; a backslash is a letter where it is none of the system's separators. */
    private String relative(Path file) {
        StringJoiner path = new StringJoiner("/");
        root.relativize(file).forEach(part -> path.add(part.toString()));
        return path.toString();
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getClass().getSimpleName();
    }

    private static boolean isHidden(Path path) {
        return FileTree.isHidden(path.getFileName().toString());
    }

    private boolean staysInside(Path link) {
        try {
            Path target = link.toRealPath();
            if (target.startsWith(root) && Files.isRegularFile(target)) {
                return true;
            }
        } catch (IOException e) {
            // a link to nothing, in a circle or to what may not be read is as little use as one that leads out
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
        return Collections.unmodifiableList(paths);
    }

    @Override
    public List<String> emptyFolders() {
        return Collections.unmodifiableList(emptyFolders);
    }

    @Override
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (refused > 0) {
            remarks.add(refused + " symbolic link(s) in " + name + " lead to folders, to nothing, in circles or out of it, and were not followed.");
        }
        if (deeper > 0) {
            remarks.add(deeper + " folder(s) in " + name + " lie more than " + (DEEPEST - 1) + " folders deep and were not looked into.");
        }
        if (archives > 0) {
            remarks.add(archives + " archive(s) in " + name + " lie beside folders or data files and were not opened. Name one of them, or put them into a folder of their own.");
        }
        if (hiddens > 0) {
            remarks.add(FileTree.hidden(hiddens, name, hidden));
        }
        return remarks;
    }

    @Override
    public InputStream open(String path) throws IOException {
        // a link may have been changed since: what was looked at is what is opened
        Path file = root.resolve(path).toRealPath();
        if (!file.startsWith(root)) {
            throw new IOException("leads out of " + name);
        }
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }
}
