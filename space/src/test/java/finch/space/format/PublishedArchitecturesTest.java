package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Architecture;
import finch.space.SharedData;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The 71 published networks beside the checkout, and the references that should equal them. */
class PublishedArchitecturesTest {
    record Published(Architecture architecture, long params, long paramsWithBatchNormStatistics, long macs) {}

    static Map<String, Published> records() throws IOException {
        Map<String, Published> records = new LinkedHashMap<>();
        for (String line : Files.readAllLines(SharedData.path("architectures/architectures.jsonl"))) {
            SourceNode node = SourceReader.parse("architectures.jsonl", line);
            Architecture architecture = ArchitectureFormat.of(node.get("architecture").orElseThrow());
            records.put(architecture.name(), new Published(architecture, number(node, "params"),
                    number(node, "paramsWithBatchNormStatistics"), number(node, "macs")));
        }
        return records;
    }

    private static long number(SourceNode node, String key) {
        return node.get(key).orElseThrow().asLong(0, Long.MAX_VALUE, -1);
    }

    @Test
    void all_71_have_their_exact_counts() throws IOException {
        Map<String, Published> records = records();

        assertThat(records).hasSize(71);
        records.forEach((name, record) -> {
            Network network = Network.of(record.architecture());
            assertThat(List.of(network.params(), network.paramsWithBatchNormStatistics(), network.macs())).as(name)
                    .containsExactly(record.params(), record.paramsWithBatchNormStatistics(), record.macs());
        });
    }

    @Test
    void all_71_are_written_and_read_again_unchanged() throws IOException {
        records().forEach((name, record) -> {
            assertThat(ArchitectureFormat.parse(name, ArchitectureFormat.toYaml(record.architecture()))).isEqualTo(record.architecture());
            assertThat(ArchitectureFormat.parse(name, ArchitectureFormat.toJson(record.architecture()))).isEqualTo(record.architecture());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "mobilenet_v1_0.25,mobilenetv1@0.25", "mobilenet_v1_0.5,mobilenetv1@0.5", "mobilenet_v1_0.75,mobilenetv1@0.75",
        "mobilenet_v1_1.0,mobilenetv1", "mobilenet_v1_0.75,mobilenetv1@0.75:keras",
        "mobilenet_v2_0.25,mobilenetv2@0.25", "mobilenet_v2_0.35,mobilenetv2@0.35", "mobilenet_v2_0.5,mobilenetv2@0.5",
        "mobilenet_v2_0.75,mobilenetv2@0.75", "mobilenet_v2_1.0,mobilenetv2", "mobilenet_v2_1.3,mobilenetv2@1.3:torchvision",
        "mobilenet_v2_1.4,mobilenetv2@1.4", "mobilenet_v2_1.5,mobilenetv2@1.5", "mobilenet_v2_2.0,mobilenetv2@2:keras",
        "mobilenet_v3_large_minimalistic_1.0,mobilenetv3-large-minimalistic",
        "mobilenet_v3_small_minimalistic_1.0,mobilenetv3-small-minimalistic",
        "mnasnet_a1_0.35,mnasnet-a1@0.35", "mnasnet_a1_0.5,mnasnet-a1@0.5", "mnasnet_a1_0.75,mnasnet-a1@0.75",
        "mnasnet_a1_1.0,mnasnet-a1", "mnasnet_a1_1.4,mnasnet-a1@1.4",
        "mnasnet_b1_0.5,mnasnet-b1@0.5:torchvision", "mnasnet_b1_0.75,mnasnet-b1@0.75", "mnasnet_b1_1.0,mnasnet-b1",
        "mnasnet_b1_1.3,mnasnet-b1@1.3", "mnasnet_b1_1.4,mnasnet-b1@1.4", "mnasnet_small,mnasnet-small",
        "fbnetc_100,fbnet-c", "efficientnet_b0,efficientnet-b0", "efficientnet_lite0,efficientnet-lite0",
        "mobilenet_edgetpu_1.0,mobilenet-edgetpu", "mobilenet_edgetpu_0.75,mobilenet-edgetpu@0.75",
        "proxyless_cpu,proxylessnas-cpu", "proxyless_gpu,proxylessnas-gpu", "proxyless_mobile,proxylessnas-mobile",
        "proxyless_mobile_14,proxylessnas-mobile-1.4",
    })
    void a_reference_is_the_published_network(String record, String reference) throws IOException {
        assertThat(References.resolve(reference).anonymous()).isEqualTo(records().get(record).architecture().anonymous());
    }

    @Test
    void every_rounding_of_mobilenetv3_gives_the_published_network() throws IOException {
        Map<String, Published> records = records();
        Map<String, String> sources = Map.of("tfslim_scaledhead", "tfslim-scaled", "tfslim_fullhead", "tfslim", "torchvision",
                "torchvision", "keras", "keras");
        for (String size : List.of("large", "small")) {
            for (String width : List.of("0.35", "0.5", "0.75", "1.25")) {
                sources.forEach((record, source) -> assertThat(References.resolve("mobilenetv3-" + size + "@" + width + ":" + source).anonymous())
                        .isEqualTo(records.get("mobilenet_v3_" + size + "_" + width + "_" + record).architecture().anonymous()));
            }
            for (String source : List.of("tfslim", "tfslim-scaled", "keras", "torchvision", "timm")) {
                assertThat(References.resolve("mobilenetv3-" + size + ":" + source).anonymous())
                        .isEqualTo(records.get("mobilenet_v3_" + size + "_1.0").architecture().anonymous());
            }
        }
    }
}
