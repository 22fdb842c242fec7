package finch.search.run;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Says where a run shall be. */
@FunctionalInterface
interface FolderChoice {
    RunFolder take() throws IOException;

    /** No run was begun in it. */
    default void leave(RunFolder folder) throws IOException {}

    /** A folder of its own. */
    record Fresh(Path parent, String name, Consumer<Path> taken) implements FolderChoice {
        @Override
        public RunFolder take() throws IOException {
            RunFolder fresh = RunFolder.fresh(parent, name);
            taken.accept(fresh.path());
            return fresh;
        }

        @Override
        public void leave(RunFolder folder) throws IOException {
            try {
                Files.deleteIfExists(folder.path());
            } catch (DirectoryNotEmptyException e) {
                // it was begun and cannot be written: what is in it is for the user to see
            }
        }
    }
}
