package finch.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A constant: dimensions and elements, the last dimension fastest. Real elements (float16, bfloat16, float, double) are
 * kept as float32, whole numbers (8 to 64 bits, booleans) as {@code long}; one of the two arrays is null. Arrays are
 * shared, not copied: treat them as read-only.
 *
 * @param dims     sizes; none for a scalar
 * @param reals    elements, or null
 * @param integers elements, or null
 */
public record Tensor(List<Integer> dims, float[] reals, long[] integers) {
    /** @throws IllegalArgumentException if the number of elements is not what the dimensions say */
    public Tensor {
        dims = List.copyOf(dims);
        int count = reals == null ? integers.length : reals.length;
        if (count != product(dims)) {
            throw new IllegalArgumentException(count + " elements do not fill a tensor of " + dims);
        }
    }

    public static Tensor of(float[] reals, int... dims) {
        return new Tensor(Arrays.stream(dims).boxed().toList(), reals, null);
    }

    public static Tensor of(long[] integers, int... dims) {
        return new Tensor(Arrays.stream(dims).boxed().toList(), null, integers);
    }

    /**
     * Reads a file that holds one ONNX {@code TensorProto} ({@code .pb}).
     *
     * @throws InvalidFileException if it is none, or its elements are of a type that no float engine reads
     * @throws IOException          if it cannot be read
     */
    public static Tensor read(Path file) throws IOException {
        try {
            return of(OnnxMl.TensorProto.parseFrom(Files.readAllBytes(file)));
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidFileException(List.of(new Problem(file.toString(), 0, "",
                    "not an ONNX tensor, or cut off: " + e.getMessage())));
        } catch (IllegalArgumentException e) {
            throw new InvalidFileException(List.of(new Problem(file.toString(), 0, "", e.getMessage())));
        }
    }

    public int size() {
        return product(dims);
    }

    public boolean isReal() {
        return reals != null;
    }

    /** Element {@code index} in row-major order. */
    public double at(int index) {
        return reals == null ? integers[index] : reals[index];
    }

    /** The elements as float32; whole numbers up to 2²⁴ are exact. */
    public float[] toFloats() {
        if (reals != null) {
            return reals;
        }
        float[] values = new float[integers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = integers[i];
        }
        return values;
    }

    Tensor reshaped(List<Integer> newDims) {
        return new Tensor(newDims, reals, integers);
    }

    static int product(List<Integer> dims) {
        return dims.stream().reduce(1, Math::multiplyExact);
    }

    /** @throws IllegalArgumentException if the elements are elsewhere, missing or of another type */
    static Tensor of(OnnxMl.TensorProto proto) {
        if (proto.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL || proto.getExternalDataCount() > 0) {
            String where = proto.getExternalDataList().stream().filter(e -> e.getKey().equals("location"))
                    .map(OnnxMl.StringStringEntryProto::getValue).findFirst().orElse("an unnamed file");
            throw new IllegalArgumentException("tensor " + proto.getName() + " keeps its data outside, in " + where
                    + "; Finch reads self-contained files. Maybe save the model again without external data.");
        }
        List<Integer> dims = proto.getDimsList().stream().map(Math::toIntExact).toList();
        int size = product(dims);
        OnnxMl.TensorProto.DataType type = OnnxMl.TensorProto.DataType.forNumber(proto.getDataType());
        if (type == null) {
            throw new IllegalArgumentException("tensor " + proto.getName() + " has the unknown element type "
                    + proto.getDataType());
        }
        ByteBuffer raw = proto.getRawData().isEmpty() ? null
                : proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int stored = raw == null ? typedCount(proto, type) : raw.remaining() / bytes(type, proto);
        if (stored != size) {
            throw new IllegalArgumentException("tensor " + proto.getName() + " of " + dims + " needs " + size
                    + " elements and has "
                    + stored + "; the file may be damaged");
        }
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> {
                float[] values = new float[size];
                for (int i = 0; i < size; i++) {
                    values[i] = real(proto, type, raw, i);
                }
                yield new Tensor(dims, values, null);
            }
            default -> {
                long[] values = new long[size];
                for (int i = 0; i < size; i++) {
                    values[i] = integer(proto, type, raw, i);
                }
                yield new Tensor(dims, null, values);
            }
        };
    }

    private static int typedCount(OnnxMl.TensorProto proto, OnnxMl.TensorProto.DataType type) {
        return switch (type) {
            case FLOAT -> proto.getFloatDataCount();
            case DOUBLE -> proto.getDoubleDataCount();
            case INT64 -> proto.getInt64DataCount();
            case UINT32, UINT64 -> proto.getUint64DataCount();
            default -> {
                bytes(type, proto);
                yield proto.getInt32DataCount();
            }
        };
    }

    private static int bytes(OnnxMl.TensorProto.DataType type, OnnxMl.TensorProto proto) {
        return switch (type) {
            case INT8, UINT8, BOOL -> 1;
            case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
            case FLOAT, INT32, UINT32 -> 4;
            case DOUBLE, INT64, UINT64 -> 8;
            default -> throw new IllegalArgumentException("tensor " + proto.getName() + " has elements of type "
                    + type + ", which a float engine does not read");
        };
    }

    private static float real(OnnxMl.TensorProto proto, OnnxMl.TensorProto.DataType type, ByteBuffer raw, int i) {
        return switch (type) {
            case FLOAT -> raw == null ? proto.getFloatData(i) : raw.getFloat(4 * i);
            case DOUBLE -> (float) (raw == null ? proto.getDoubleData(i) : raw.getDouble(8 * i));
            case FLOAT16 -> Float.float16ToFloat(raw == null ? (short) proto.getInt32Data(i) : raw.getShort(2 * i));
            default -> Float.intBitsToFloat((raw == null ? proto.getInt32Data(i) : raw.getShort(2 * i)) << 16);
        };
    }

    private static long integer(OnnxMl.TensorProto proto, OnnxMl.TensorProto.DataType type, ByteBuffer raw, int i) {
        if (raw == null) {
            return switch (type) {
                case INT64 -> proto.getInt64Data(i);
                case UINT32, UINT64 -> proto.getUint64Data(i);
                default -> proto.getInt32Data(i);
            };
        }
        return switch (type) {
            case INT8, BOOL -> raw.get(i);
            case UINT8 -> raw.get(i) & 0xff;
            case INT16 -> raw.getShort(2 * i);
            case UINT16 -> raw.getShort(2 * i) & 0xffff;
            case INT32 -> raw.getInt(4 * i);
            case UINT32 -> raw.getInt(4 * i) & 0xffffffffL;
            default -> raw.getLong(8 * i);
        };
    }
}
