package finch.training;

import finch.space.format.AtomicFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A training state in a file: magic, version, the fingerprint, how far it is, what was counted in its epoch, all arrays, and a checksum. A new one is
 * written beside the old one and takes its place when it is whole and on the disk.
 */
public final class Checkpoint {
    private static final int MAGIC = 0x46_54_43_50;
    private static final int VERSION = 2;

    private Checkpoint() {}

    /**
     * How far a training is.
     *
     * @param step        steps done in all
     * @param epoch       epochs done
     * @param stepInEpoch steps done since
     * @param images      images since, with {@code right} of them right and {@code lossSum} the sum of their losses
     */
    public record Position(long step, int epoch, int stepInEpoch, long images, long right, double lossSum) {
        /** Of a training that counts elsewhere. */
        public Position(long step, int epoch, int stepInEpoch) {
            this(step, epoch, stepInEpoch, 0, 0, 0);
        }
    }

    /** @throws IOException if it cannot be written, saying that the one before is kept */
    static void write(Path file, TrainingState state, Fingerprint fingerprint) throws IOException {
        write(file, state.arrays(), new Position(state.step, state.epoch, state.stepInEpoch, state.images, state.right, state.lossSum), fingerprint);
    }

    /**
     * Writes arrays of any kind.
     *
     * @throws IOException if it cannot be written, saying that the one before is kept
     */
    public static void write(Path file, List<float[]> arrays, Position position, Fingerprint fingerprint) throws IOException {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            AtomicFile.write(file, fresh -> writeNow(fresh, arrays, position, fingerprint));
        } catch (IOException e) {
            throw new IOException("cannot write the checkpoint " + file + (Files.exists(file) ? "; the one before is kept" : "") + ": " + e.getMessage(), e);
        }
    }

    private static void writeNow(Path fresh, List<float[]> arrays, Position position, Fingerprint fingerprint) throws IOException {
        try (CheckedOutputStream sum = new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16), new CRC32());
             DataOutputStream out = new DataOutputStream(sum)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            fingerprint.write(out);
            out.writeLong(position.step);
            out.writeInt(position.epoch);
            out.writeInt(position.stepInEpoch);
            out.writeLong(position.images);
            out.writeLong(position.right);
            out.writeDouble(position.lossSum);
            for (float[] array : arrays) {
                out.writeInt(array.length);
                ByteBuffer bytes = ByteBuffer.allocate(4 * array.length);
                bytes.asFloatBuffer().put(array);
                out.write(bytes.array());
            }
            out.writeLong(sum.getChecksum().getValue());
        }
    }

    /**
     * Puts what the file holds into a state.
     *
     * @throws IOException if it is none, broken, or of another network or recipe, saying which
     */
    static void read(Path file, TrainingState state, Fingerprint fingerprint) throws IOException {
        Position position = read(file, state.arrays(), fingerprint);
        state.step = position.step;
        state.epoch = position.epoch;
        state.stepInEpoch = position.stepInEpoch;
        state.images = position.images;
        state.right = position.right;
        state.lossSum = position.lossSum;
    }

    /**
     * Fills arrays that {@link #write(Path, List, Position, Fingerprint)} wrote.
     *
     * @throws IOException if it is none, broken, or of another training, saying what differs; no array is changed then
     */
    public static Position read(Path file, List<float[]> arrays, Fingerprint fingerprint) throws IOException {
        try (CheckedInputStream sum = new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16), new CRC32());
             DataInputStream in = new DataInputStream(sum)) {
            if (in.readInt() != MAGIC) {
                throw new IOException(file + " is no checkpoint of Finch");
            }
            int version = in.readInt();
            if (version != VERSION) {
                throw new IOException(file + " is a checkpoint of version " + version + "; this Finch reads version " + VERSION + "; maybe delete it to start anew");
            }
            List<String> differences = Fingerprint.read(in).differences(fingerprint);
            if (!differences.isEmpty()) {
                throw new IOException(file + " is the checkpoint of another training; " + String.join("; ", differences)
                        + "; maybe use another file, or delete this one to start anew");
            }
            Position position = new Position(in.readLong(), in.readInt(), in.readInt(), in.readLong(), in.readLong(), in.readDouble());
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
        } catch (UTFDataFormatException e) {
            throw new IOException(file + " is broken: its text is none", e);
        } catch (EOFException e) {
            throw new IOException(file + " is broken: it ends too early", e);
        }
    }
}
