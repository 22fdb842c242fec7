package finch.accuracy;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.format.ArchitectureFormat;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The published ImageNet results that the shipped surrogate is fitted to, read from a folder with
 * {@code architectures/architectures.jsonl}, {@code architectures/imagenet-points.json} and
 * {@code ofa-mbv3-imagenet/subnets.csv}.
 */
final class PublishedResults {
    static final String DEFAULT_RECIPE = "paper";
    static final String ONCE_FOR_ALL = "once-for-all";
    private static final String TITLE = "ImageNet top-1 of MobileNet-like networks, fitted to published results";

    private final Map<String, Architecture> architectures = new LinkedHashMap<>();
    private final List<Observation> observations = new ArrayList<>();
    private final Map<String, Integer> setAside = new TreeMap<>();

    private PublishedResults() {}

    /** Fits the shipped surrogate anew. */
    static Surrogate fit(Path folder) throws IOException {
        PublishedResults results = new PublishedResults();
        results.readArchitectures(folder.resolve("architectures/architectures.jsonl"));
        results.readPoints(folder.resolve("architectures/imagenet-points.json"));
        int points = results.observations.size();
        results.addAblations();
        int ablations = results.observations.size() - points;
        List<Observation> subnets = OnceForAllTable.read(folder.resolve("ofa-mbv3-imagenet/subnets.csv"), ONCE_FOR_ALL);
        long distinct = subnets.stream().map(o -> o.architecture().anonymous()).distinct().count();
        results.observations.addAll(subnets);
        List<String> sources = List.of(
                "once-for-all: " + subnets.size() + " evaluations of " + distinct + " subnets of the once-for-all MobileNetV3"
                        + " super-network at 224 pixels, from IntelLabs/DyNAS-T notebooks/data (Apache-2.0, Intel 2022)",
                "published: " + points + " checkpoints of float32 networks, quoted 2017 to 2025 from the papers"
                        + " arXiv 1704.04861, 1801.04381, 1807.11626, 1812.00332, 1905.02244 and the result tables of TF-slim,"
                        + " tensorflow/tpu, Keras, torchvision, timm, PaddleClas, mit-han-lab/proxylessnas and d-li14 (figures"
                        + " are facts without a licence); several quotations of one checkpoint count once, as their median",
                "ablations: " + ablations + " rows of arXiv 1905.02244v5 table 5 (MobileNetV3-Large with other activations)",
                "set aside: " + results.setAside);
        return SurrogateFit.fit(TITLE, "imagenet", sources, DEFAULT_RECIPE, results.observations);
    }

    private void readArchitectures(Path file) throws IOException {
        int number = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            SourceNode row = SourceReader.parse(file + " line " + number, line);
            Architecture a = ArchitectureFormat.of(row.require("architecture", "an architecture").orElseThrow());
            architectures.put(a.name(), a);
        }
    }

    private void readPoints(Path file) throws IOException {
        record Checkpoint(String key, String architecture, int resolution) {}

        Map<Checkpoint, List<Observation>> byCheckpoint = new LinkedHashMap<>();
        int number = 0;
        for (SourceNode point : SourceReader.read(file).items()) {
            number++;
            String name = text(point, "arch");
            Architecture known = architectures.get(name);
            String recipe = recipe(point);
            String reason = !text(point, "precision").equals("float32") ? "not float32" : known == null ? "layers not known"
                    : recipe.isEmpty() ? "distilled, adversarial or extra data" : unusual(known) ? "fused or plain convolutions" : "";
            if (!reason.isEmpty()) {
                setAside.merge(reason, 1, Integer::sum);
                continue;
            }
            int resolution = Integer.parseInt(text(point, "resolution"));
            Architecture a = known.atResolution(Extent.square(resolution));
            String key = point.get("dedup_key").map(SourceNode::text).orElse("row " + number);
            Observation o = new Observation(a, Double.parseDouble(text(point, "top1")), recipe, source(point), name,
                    text(point, "family").replace(" (minimalistic)", ""));
            byCheckpoint.computeIfAbsent(new Checkpoint(key, name, resolution), k -> new ArrayList<>()).add(o);
        }
        byCheckpoint.values().forEach(same -> {
            double median = same.stream().mapToDouble(Observation::top1).sorted().skip((same.size() - 1) / 2)
                    .limit(2 - same.size() % 2).average().orElseThrow();
            Observation first = same.getFirst();
            observations.add(new Observation(first.architecture(), median, first.recipe(), first.source(), first.key(), first.family()));
        });
    }

    /** Only one network with full convolutions has a float result: nothing can be told about them. */
    private static boolean unusual(Architecture a) {
        return a.blocks().stream().anyMatch(b -> b instanceof Block.FusedInvertedResidual || b instanceof Block.Convolution);
    }

    /** The training recipe of a point; empty for one that stands apart. */
    private static String recipe(SourceNode point) {
        String source = text(point, "source");
        String recipe = text(point, "recipe");
        String name = text(point, "name");
        if (recipe.contains("extra data") || recipe.contains("distillation") || recipe.equals("ap_in1k")) {
            return "";
        }
        if (source.startsWith("timm")) {
            if (name.startsWith("tf_")) {
                // Google's checkpoints; AutoAugment is a recipe of its own with one row
                return recipe.equals("in1k") ? DEFAULT_RECIPE : "";
            }
            return recipe.startsWith("ra4") ? "timm-ra4" : "timm";
        }
        if (source.startsWith("torchvision")) {
            return recipe.contains("timm") ? "timm" : recipe.contains("new recipe") ? "torchvision-v2" : "torchvision";
        }
        if (source.startsWith("PaddleClas")) {
            return "paddle";
        }
        if (source.startsWith("d-li14")) {
            return "d-li14";
        }
        return text(point, "dedup_key").startsWith("mit:") ? "proxylessnas" : DEFAULT_RECIPE;
    }

    /** What tells offsets apart: the recipe where one is given, otherwise where the result stands. */
    private static String source(SourceNode point) {
        String recipe = text(point, "recipe");
        String source = text(point, "source");
        return recipe.isEmpty() ? source : source.split("[ /]")[0] + " " + recipe;
    }

    /** arXiv 1905.02244v5, table 5: h-swish from layers of so many channels on, or nowhere. */
    private void addAblations() {
        Architecture large = Optional.ofNullable(architectures.get("mobilenet_v3_large_1.0"))
                .orElseThrow(() -> new IllegalArgumentException("architectures.jsonl has no mobilenet_v3_large_1.0"));
        addAblation(large, Integer.MAX_VALUE, 74.5, "no h-swish");
        addAblation(large, 16, 75.4, "h-swish@16");
        addAblation(large, 112, 75.0, "h-swish@112");
    }

    private void addAblation(Architecture large, int channels, double top1, String name) {
        List<Block> blocks = large.blocks().stream().<Block>map(block -> {
            Block.InvertedResidual b = (Block.InvertedResidual) block;
            return new Block.InvertedResidual(b.kernel(), b.stride(), b.expanded(), b.out(), b.squeeze(),
                    b.out() >= channels ? Activation.HARD_SWISH : Activation.RELU, b.forceExpand(), b.skip());
        }).toList();
        Architecture a = new Architecture(name, large.resolution(), large.channels(), large.classes(), large.padding(),
                large.stem(), blocks, large.head());
        observations.add(new Observation(a, top1, DEFAULT_RECIPE, "arXiv 1905.02244v5 table 5", name, "MobileNetV3-Large"));
    }

    private static String text(SourceNode node, String key) {
        return node.get(key).map(SourceNode::text).orElse("");
    }
}
