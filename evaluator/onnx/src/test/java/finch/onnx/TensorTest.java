package finch.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import finch.space.format.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorTest {
    @Test
    void real_types_become_float32_from_raw_bytes_and_from_typed_fields() {
        assertThat(raw(DataType.FLOAT, 0, 0, (byte) 0xc0, 0x3f).reals()).containsExactly(1.5f);
        assertThat(raw(DataType.FLOAT16, 0, 0x3e).reals()).containsExactly(1.5f);
        assertThat(raw(DataType.BFLOAT16, (byte) 0xc0, 0xbf).reals()).containsExactly(-1.5f);
        assertThat(raw(DataType.DOUBLE, 0, 0, 0, 0, 0, 0, 0xf8, 0xbf).reals()).containsExactly(-1.5f);
        assertThat(Tensor.of(one(DataType.FLOAT).addFloatData(1.5f).build()).reals()).containsExactly(1.5f);
        assertThat(Tensor.of(one(DataType.FLOAT16).addInt32Data(0x3e00).build()).reals()).containsExactly(1.5f);
        assertThat(Tensor.of(one(DataType.BFLOAT16).addInt32Data(0xbfc0).build()).reals()).containsExactly(-1.5f);
        assertThat(Tensor.of(one(DataType.DOUBLE).addDoubleData(0.1).build()).reals()).containsExactly(0.1f);
    }

    @Test
    void whole_numbers_keep_sign_and_range() {
        assertThat(raw(DataType.UINT8, 0xff).integers()).containsExactly(255);
        assertThat(raw(DataType.INT8, 0xff).integers()).containsExactly(-1);
        assertThat(raw(DataType.UINT16, 0xff, 0xff).integers()).containsExactly(65535);
        assertThat(raw(DataType.INT32, 0xfe, 0xff, 0xff, 0xff).integers()).containsExactly(-2);
        assertThat(raw(DataType.UINT32, 0xff, 0xff, 0xff, 0xff).integers()).containsExactly(4294967295L);
        assertThat(raw(DataType.INT64, 0, 0, 0, 0, 1, 0, 0, 0).integers()).containsExactly(1L << 32);
        assertThat(Tensor.of(one(DataType.INT64).addInt64Data(-7).build()).integers()).containsExactly(-7);
        assertThat(Tensor.of(one(DataType.UINT8).addInt32Data(200).build()).toFloats()).containsExactly(200f);
    }

    @Test
    void other_types_and_wrong_counts_are_refused() {
        assertThatThrownBy(() -> Tensor.of(one(DataType.STRING).setName("labels").build()))
                .hasMessageContaining("labels").hasMessageContaining("STRING");
        assertThatThrownBy(() -> Tensor.of(one(DataType.COMPLEX64).build())).hasMessageContaining("COMPLEX64");
        assertThatThrownBy(() -> Tensor.of(GraphBuilder.tensor("w", DataType.FLOAT, 2, 3).addFloatData(1).build()))
                .hasMessageContaining("[2, 3] needs 6 elements and has 1");
    }

    @Test
    void files_that_are_no_tensor_are_refused_by_name(@TempDir Path folder) throws IOException {
        Path file =
                Files.write(folder.resolve("input_0.pb"), one(DataType.FLOAT).addFloatData(2).build().toByteArray());
        assertThat(Tensor.read(file).reals()).containsExactly(2f);
        Files.writeString(file, "no tensor at all");
        assertThatThrownBy(() -> Tensor.read(file)).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("input_0.pb");
    }

    private static TensorProto.Builder one(DataType type) {
        return GraphBuilder.tensor("t", type, 1);
    }

    private static Tensor raw(DataType type, int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return Tensor.of(one(type).setRawData(ByteString.copyFrom(data)).build());
    }
}
