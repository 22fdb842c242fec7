package finch.training;

import finch.engine.gradient.Parameter;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A training state in a file: magic, version, a fingerprint of network and recipe, how far it is, all arrays, and a checksum. A new one is
 * written beside the old one and takes its place when it is whole.
 */
public final class Checkpoint {
    private static final int MAGIC = 0x46_54_43_50;
    private static final int VERSION = 1;

    private Checkpoint() {}

    /** How far a training is. @param step steps done in all @param epoch epochs done @param stepInEpoch steps done since */
    public record Position(long step, int epoch, int stepInEpoch) {}

    /** @throws IOException if it cannot be written, saying that the one before is kept */
    static void write(Path file, TrainingState state, String fingerprint) throws IOException {
        write(file, state.arrays(), new Position(state.step, state.epoch, state.stepInEpoch), fingerprint);
    }

    /**
     * Writes arrays of any kind.
     *
     * @throws IOException if it cannot be written, saying that the one before is kept
     */
    public static void write(Path file, List<float[]> arrays, Position position, String fingerprint) throws IOException {
        Path whole = file.toAbsolutePath();
        Path fresh = whole.resolveSibling(whole.getFileName() + ".part");
        try {
            Files.createDirectories(whole.getParent());
            try (CheckedOutputStream sum = new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16), new CRC32());
                 DataOutputStream out = new DataOutputStream(sum)) {
                out.writeInt(MAGIC);
                out.writeInt(VERSION);
                out.writeUTF(fingerprint);
                out.writeLong(position.step);
                out.writeInt(position.epoch);
                out.writeInt(position.stepInEpoch);
                for (float[] array : arrays) {
                    out.writeInt(array.length);
                    ByteBuffer bytes = ByteBuffer.allocate(4 * array.length);
                    bytes.asFloatBuffer().put(array);
                    out.write(bytes.array());
                }
                out.writeLong(sum.getChecksum().getValue());
            }
            Files.move(fresh, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (Files.isRegularFile(fresh)) {
                Files.delete(fresh);
            }
            throw new IOException("cannot write the checkpoint " + file + (Files.exists(file) ? "; the one before is kept" : "") + ": " + e.getMessage(), e);
        }
    }

    /**
     * Puts what the file holds into a state.
     *
     * @throws IOException if it is none, broken, or of another network or recipe, saying which
     */
    static void read(Path file, TrainingState state, String fingerprint) throws IOException {
        Position position = read(file, state.arrays(), fingerprint);
        state.step = position.step;
        state.epoch = position.epoch;
        state.stepInEpoch = position.stepInEpoch;
    }

    /**
     * Fills arrays that {@link #write(Path, List, Position, String)} wrote.
     *
     * @throws IOException if it is none, broken, or of another network or recipe, saying which; no array is changed then
     */
    public static Position read(Path file, List<float[]> arrays, String fingerprint) throws IOException {
        try (CheckedInputStream sum = new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16), new CRC32());
             DataInputStream in = new DataInputStream(sum)) {
            if (in.readInt() != MAGIC) {
                throw new IOException(file + " is no checkpoint of Finch");
            }
            int version = in.readInt();
            if (version != VERSION) {
                throw new IOException(file + " is a checkpoint of version " + version + "; this Finch reads version " + VERSION);
            }
            String its = in.readUTF();
            if (!its.equals(fingerprint)) {
                throw new IOException(file + " is the checkpoint of another training: it has " + its + ", and this is " + fingerprint
                        + "; maybe use another file, or delete this one to start anew");
            }
            Position position = new Position(in.readLong(), in.readInt(), in.readInt());
            // read whole before anything is changed
            float[][] values = new float[arrays.size()][];
            for (int i = 0; i < values.length; i++) {
                if (in.readInt() != arrays.get(i).length) {
                    throw new IOException(file + " is broken: array " + i + " has not " + arrays.get(i).length + " numbers");
                }
                byte[] bytes = in.readNBytes(4 * arrays.get(i).length);
                if (bytes.length < 4 * arrays.get(i).length) {
                    throw new EOFException();
                }
                values[i] = new float[arrays.get(i).length];
                ByteBuffer.wrap(bytes).asFloatBuffer().get(values[i]);
            }
            long expected = sum.getChecksum().getValue();
            if (in.readLong() != expected) {
                throw new IOException(file + " is broken: its checksum is wrong");
            }
            for (int i = 0; i < values.length; i++) {
                System.arraycopy(values[i], 0, arrays.get(i), 0, values[i].length);
            }
            return position;
        } catch (EOFException e) {
            throw new IOException(file + " is broken: it ends too early", e);
        }
    }

    /** What must be the same to go on: shapes of all parameters, and the recipe without its teacher. */
    static String fingerprint(TrainingState state, Recipe recipe, long data) {
        CRC32 names = new CRC32();
        for (Parameter parameter : state.parameters.all()) {
            names.update(parameter.toString().getBytes(StandardCharsets.UTF_8));
        }
        CRC32 settings = new CRC32();
        settings.update((recipe.withDistillation(null) + " " + (recipe.distillation() == null ? "" : recipe.distillation().share() + " " + recipe.distillation().temperature()))
                .getBytes(StandardCharsets.UTF_8));
        return "network %08x, recipe %08x, %d batches an epoch".formatted(names.getValue(), settings.getValue(), data);
    }
}
