package finch.search.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.engine.Weights;
import finch.space.format.References;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SafetensorsTest {
    private static final Network NETWORK = Network.of(References.resolve("mobilenetv3-small@0.35/96"));

    @TempDir
    private Path folder;

    @Test
    void the_header_tells_names_shapes_and_what_is_known_of_the_weights() throws IOException {
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(NETWORK, Weights.seeded(NETWORK, 1), Map.of("trained", "false"), file);

        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] json = new byte[Math.toIntExact(content.getLong())];
        content.get(json);
        JsonNode header = JsonMapper.builder().build().readTree(new String(json, StandardCharsets.UTF_8));
        Layer.Convolution stem = (Layer.Convolution) NETWORK.layers().getFirst();
        assertThat(header.at("/__metadata__/trained").asString()).isEqualTo("false");
        assertThat(header.at("/stem.conv.weight/shape").toString()).isEqualTo("[" + stem.output().channels() + ",3,3,3]");
        assertThat(header.at("/classifier.weight/shape/0").asInt()).isEqualTo(1000);
        assertThat(header.path("block1.squeeze.reduce.bias").isObject()).isTrue();
        long statistics = NETWORK.layers().stream().mapToLong(Layer::batchNormChannels).sum() * 2;
        assertThat(content.remaining()).isEqualTo(4 * (NETWORK.params() + statistics));
    }

    @Test
    void kernels_are_turned_to_channels_first() throws IOException {
        Weights weights = Weights.seeded(NETWORK, 1);
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(NETWORK, weights, Map.of(), file);

        float[] ours = weights.byLayer().get("stem").kernel();
        float[] theirs = Safetensors.read(file).get("stem.conv.weight");
        // [out][h][w][in] against [out][in][h][w], for output 2, row 1, column 2, input 1
        assertThat(theirs[((2 * 3 + 1) * 3 + 1) * 3 + 2]).isEqualTo(ours[((2 * 3 + 1) * 3 + 2) * 3 + 1]);
        assertThat(theirs).containsExactlyInAnyOrder(ours);
    }

    @Test
    void mixed_epsilons_become_one() throws IOException {
        Weights seeded = Weights.seeded(NETWORK, 1);
        Map<String, Weights.Parameters> mixed = new LinkedHashMap<>(seeded.byLayer());
        Weights.Parameters stem = mixed.get("stem");
        Weights.BatchNorm n = stem.batchNorm();
        mixed.put("stem", new Weights.Parameters(stem.kernel(), stem.bias(), new Weights.BatchNorm(n.gamma(), n.beta(), n.mean(), n.variance(), 0)));
        Weights weights = new Weights(mixed, false);
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(NETWORK, weights, Map.of(), file);

        float epsilon = Safetensors.epsilon(NETWORK, weights);
        assertThat(Safetensors.epsilon(NETWORK, seeded)).isEqualTo(n.epsilon());
        assertThat(epsilon).isEqualTo(1e-5f);
        assertThat(Safetensors.read(file).get("stem.norm.running_var")[0] + epsilon).isEqualTo(n.variance()[0]);
    }

    @Test
    void weights_of_another_network_and_files_of_another_kind_are_refused() throws IOException {
        Network other = Network.of(References.resolve("mobilenetv3-small@0.5/96"));
        assertThatThrownBy(() -> Safetensors.write(NETWORK, Weights.seeded(other, 1), Map.of(), folder.resolve("x"))).hasMessageContaining("do not fit");
        Files.writeString(folder.resolve("y"), "nonsense that is longer than a header");
        assertThatThrownBy(() -> Safetensors.read(folder.resolve("y"))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no safetensors file");
    }
}
