package finch.space.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import finch.space.Architecture;
import finch.space.Genome;
import finch.space.GenomeKey;
import finch.space.NotInSpaceException;
import finch.space.SharedData;
import finch.space.format.References;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedSpacesTest {
    static Stream<String> names() {
        return SpaceFormat.names().stream();
    }

    @Test
    void all_spaces_are_listed() {
        assertThat(SpaceFormat.names()).containsExactly("mobilenetv1", "mobilenetv2", "mobilenetv3", "mobilenetv3-large",
                "mobilenetv3-small", "nas-bench-macro", "once-for-all");
    }

    @ParameterizedTest
    @MethodSource("names")
    void ten_thousand_genomes_decode_lower_and_encode_to_their_canonical_genome(String name) throws NotInSpaceException {
        StagedSpace space = SpaceFormat.named(name);
        SplittableRandom random = new SplittableRandom(20_240_501);
        Map<Architecture, Genome> byMeaning = new HashMap<>();
        Map<GenomeKey, Genome> byKey = new HashMap<>();
        List<Set<Integer>> reached = new ArrayList<>(IntStream.range(0, space.decisions().size())
                .mapToObj(_ -> new HashSet<Integer>()).toList());
        for (int i = 0; i < 10_000; i++) {
            Genome genome = space.random(random);
            Architecture architecture = space.decode(genome);
            Genome canonical = space.canonical(genome);
            Network network = Network.of(architecture);
            assertThat(network.output().channels()).isEqualTo(architecture.classes());
            // a list from elsewhere is looked at
            assertThat(new Network(network.name(), network.input(), List.copyOf(network.layers()))).isEqualTo(network);
            assertThat(space.encode(architecture)).isEqualTo(canonical);
            assertThat(space.decode(canonical)).isEqualTo(architecture);
            assertThat(space.canonical(canonical)).isEqualTo(canonical);
            Genome known = byMeaning.put(architecture.anonymous(), canonical);
            assertThat(known).isIn(null, canonical);
            known = byKey.put(space.key(genome), canonical);
            assertThat(known).isIn(null, canonical);
            for (int d = 0; d < reached.size(); d++) {
                reached.get(d).add(genome.choice(d));
            }
        }
        assertThat(new HashSet<>(byMeaning.values())).hasSameSizeAs(byMeaning.keySet());
        for (int d = 0; d < reached.size(); d++) {
            assertThat(reached.get(d)).as(space.decisions().get(d).name()).hasSize(space.decisions().get(d).size());
        }
    }

    /** Each choice changes some network: else it would be a decision that decides nothing. */
    @ParameterizedTest
    @MethodSource("names")
    void every_choice_of_every_decision_is_in_some_canonical_genome(String name) {
        StagedSpace space = SpaceFormat.named(name);
        Genome largest = space.largest();
        SplittableRandom random = new SplittableRandom(7);
        for (int d = 0; d < space.decisions().size(); d++) {
            for (int c = 0; c < space.decisions().get(d).size(); c++) {
                int decision = d;
                int choice = c;
                boolean reached = Stream.concat(Stream.of(largest.with(d, c)), Stream.generate(() -> space.random(random).with(decision, choice))
                        .limit(3000)).anyMatch(g -> space.canonical(g).choice(decision) == choice);
                assertThat(reached).as(space.decisions().get(d).name() + " = " + space.decisions().get(d).choices().get(c)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"mobilenetv1, 16, 16", "mobilenetv2, 30, 30", "nas-bench-macro, 3969, 6561"})
    void small_spaces_have_the_size_that_enumeration_finds(String name, int size, int genomes) {
        StagedSpace space = SpaceFormat.named(name);
        assertThat(space.size()).isEqualTo(size);
        assertThat(space.genomes()).isEqualTo(genomes);
        List<Genome> all = space.canonicalGenomes().toList();
        assertThat(all).hasSize(size).doesNotHaveDuplicates();
        assertThat(all.stream().map(space::decode).collect(Collectors.toSet())).hasSize(size);
    }

    @Test
    void once_for_all_has_7371_to_the_fifth_networks_at_each_resolution() {
        BigInteger one = BigInteger.valueOf(7371).pow(5);
        StagedSpace space = SpaceFormat.named("once-for-all");
        assertThat(space.size()).isEqualTo(one.multiply(BigInteger.valueOf(7)));
        assertThat(space.restrict(Map.of("resolution", List.of("224"))).size()).isEqualTo(one);
    }

    @ParameterizedTest
    @CsvSource({"mobilenetv3, mobilenetv3-large", "mobilenetv3, mobilenetv3-small", "mobilenetv3, mobilenetv3-large-minimalistic",
            "mobilenetv3, mobilenetv3-small-minimalistic", "mobilenetv3, mnasnet-a1", "mobilenetv3-large, mobilenetv3-large",
            "mobilenetv3-small, mobilenetv3-small", "mobilenetv1, mobilenetv1@0.75/160", "mobilenetv1, mobilenetv1@0.25/128",
            "mobilenetv2, mobilenetv2", "mobilenetv2, mobilenetv2@0.35/96", "mobilenetv2, mobilenetv2@1.4",
            "mobilenetv2, mobilenetv2@0.75/192"})
    void references_are_points_of_their_spaces(String name, String reference) throws NotInSpaceException {
        StagedSpace space = SpaceFormat.named(name);
        Architecture architecture = References.resolve(reference);
        Genome genome = space.encode(architecture);
        assertThat(space.canonical(genome)).isEqualTo(genome);
        Architecture decoded = space.decode(genome);
        assertThat(Network.of(decoded).layers()).isEqualTo(Network.of(architecture).layers());
    }

    @ParameterizedTest
    @MethodSource("names")
    void the_largest_network_costs_more_than_the_smallest(String name) {
        StagedSpace space = SpaceFormat.named(name);
        Network small = Network.of(space.decode(space.smallest()));
        Network large = Network.of(space.decode(space.largest()));
        assertThat(small.macs()).isLessThan(large.macs());
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 500; i++) {
            assertThat(Network.of(space.decode(space.random(random))).macs()).isBetween(small.macs(), large.macs());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void a_space_describes_its_decisions_and_size(String name) {
        StagedSpace space = SpaceFormat.named(name);
        assertThat(space.describe()).contains(name, String.format(Locale.ROOT, "%,d architectures", space.size()))
                .contains(space.decisions().stream().map(d -> d.name()).toList());
    }

    @Test
    void every_once_for_all_subnet_has_the_published_parameters_and_multiply_adds() throws IOException {
        StagedSpace space = SpaceFormat.named("once-for-all");
        List<String> rows = Files.readAllLines(SharedData.path("ofa-mbv3-imagenet/subnets.csv"));
        assertThat(rows).hasSize(1095);
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",");
            Genome genome = subnet(space, cells[2].split("-"), cells[3].split("-"), cells[4].split("-"), cells[5]);
            Network network = Network.of(space.decode(genome));
            assertThat(network.params()).as(row).isEqualTo(Long.parseLong(cells[6]));
            assertThat(network.macs()).as(row).isEqualTo(Long.parseLong(cells[7]));
            assertThat(space.canonical(genome)).isEqualTo(genome);
        }
    }

    private static Genome subnet(StagedSpace space, String[] kernels, String[] expands, String[] depths, String resolution) {
        Map<String, String> chosen = new HashMap<>(Map.of("resolution", resolution));
        int block = 0;
        for (int s = 0; s < depths.length; s++) {
            String stage = "stage" + (s + 2);
            chosen.put(stage + ".depth", depths[s]);
            for (int b = 1; b <= Integer.parseInt(depths[s]); b++, block++) {
                chosen.put(stage + ".block" + b + ".kernel", kernels[block]);
                chosen.put(stage + ".block" + b + ".expand", expands[block]);
            }
        }
        return Genome.of(space.decisions().stream()
                .mapToInt(d -> chosen.containsKey(d.name()) ? d.choices().indexOf(chosen.get(d.name())) : 0).toArray());
    }

    @Test
    void every_nas_bench_macro_network_has_the_tables_parameters_and_multiply_adds() throws IOException {
        StagedSpace space = SpaceFormat.named("nas-bench-macro");
        Path folder = SharedData.path("nas-bench-macro");
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.filter(f -> f.toString().endsWith(".json")).findFirst().orElseThrow();
        }
        Map<String, SourceNode> table = SourceReader.read(file).entries();
        assertThat(table).hasSize(6561);
        Map<Genome, String> accuracies = new HashMap<>();
        table.forEach((key, row) -> {
            Genome genome = Genome.of(key.chars().map(c -> c - '0').toArray());
            Network network = Network.of(space.decode(genome));
            assertThat(network.params()).as(key).isEqualTo(row.get("params").orElseThrow().asLong(0, Long.MAX_VALUE, -1));
            assertThat(network.macs()).as(key).isEqualTo(row.get("flops").orElseThrow().asLong(0, Long.MAX_VALUE, -1));
            // the benchmark trained each network once: equal canonical genomes share one result
            String accuracy = accuracies.put(space.canonical(genome), row.get("mean_acc").orElseThrow().text());
            assertThat(accuracy).isIn(null, row.get("mean_acc").orElseThrow().text());
        });
        assertThat(accuracies).hasSize(3969);
    }

    @Test
    void published_networks_outside_a_space_are_refused_with_reasons() {
        StagedSpace space = SpaceFormat.named("mobilenetv3-large");
        for (String name : References.names()) {
            Architecture architecture = References.resolve(name);
            if (!name.equals("mobilenetv3-large")) {
                assertThatCode(() -> space.encode(architecture)).as(name).isInstanceOfSatisfying(NotInSpaceException.class,
                        e -> assertThat(e.reasons()).isNotEmpty().doesNotHaveDuplicates());
            }
        }
    }
}
