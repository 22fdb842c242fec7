package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.engine.FinchRuntime;
import finch.engine.LoadedNetwork;
import finch.engine.Weights;
import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.References;
import finch.space.network.Network;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Finch writes for other programs, read and run by them. */
class OutsideProgramsTest {
    /** Largest difference of a logit relative to the largest logit. */
    private static final double TOLERANCE = 1e-4;

    /** Everything that the formats of architectures allow and no reference has. */
    private static final String ODD = """
            {"format": "finch-architecture/1", "name": "odd", "resolution": [33, 50], "channels": 2, "classes": 7, "padding": "tensorflow",
             "stem": {"out": 6, "kernel": [3, 5], "stride": [2, 1], "activation": "swish"},
             "blocks": [
              {"type": "inverted-residual", "kernel": [1, 3], "expanded": 6, "out": 6, "stride": 1, "squeeze": 3, "gate-slope": 0.2, "activation": "relu6", "force-expand": true},
              {"type": "inverted-residual", "kernel": 5, "expanded": 18, "out": 6, "stride": 1, "squeeze": 0, "activation": "hard-swish", "skip": false},
              {"type": "fused-inverted-residual", "kernel": 3, "expanded": 12, "out": 10, "stride": [2, 1], "squeeze": 2, "gate": "sigmoid", "activation": "swish"},
              {"type": "depthwise-separable", "kernel": 7, "out": 11, "stride": 2, "squeeze": 4, "activation": "relu"},
              {"type": "conv", "kernel": [5, 1], "out": 9, "stride": 1, "activation": "linear"}],
             "head": {"hidden": 13, "hidden-bias": false, "activation": "hard-swish"}}
            """;

    @TempDir
    private Path folder;

    private static String module(String name) {
        return name.replaceAll("[^a-z0-9]", "_");
    }

    private String finch(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), folder, false);
        assertThat(Finch.execute(terminal, args)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private Programs.Answer python(String script) throws Exception {
        Files.writeString(folder.resolve("check.py"), script);
        return Programs.run(folder, Programs.python("python3-torch and python3-torchvision", "torch", "torchvision").toString(), "-B", "check.py");
    }

    @Test
    void pytorch_computes_what_the_engine_computes() throws Exception {
        Files.writeString(folder.resolve("odd.json"), ODD);
        Map<String, String> networks = new LinkedHashMap<>();
        for (String name : References.names()) {
            networks.put(module(name), name + "@/64");
        }
        networks.put("odd", "odd.json");
        networks.put("tensorflow_padding", "mobilenetv3-small@0.5/65");
        Map<String, float[]> expected = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : networks.entrySet()) {
            finch("export", entry.getValue(), "--format", "pytorch", "-o", entry.getKey() + ".py", "--weight-seed", "3");
            Architecture architecture = entry.getKey().equals("odd") ? ArchitectureFormat.parse("odd.json", ODD) : References.resolve(entry.getValue());
            expected.put(entry.getKey(), engine(architecture, entry.getKey()));
        }
        // the same weights by way of an ONNX file, whose batch normalisations are folded
        String small = "mobilenetv3-small@0.5/64";
        finch("export", small, "--format", "onnx", "-o", "folded.onnx", "--weight-seed", "3");
        finch("export", small, "--format", "pytorch", "--weights", "folded.onnx", "-o", "from_onnx.py");
        networks.put("from_onnx", small);
        expected.put("from_onnx", engine(References.resolve(small), "from_onnx"));

        Programs.Answer answer = python("""
                import importlib, json, sys
                import torch
                torch.set_num_threads(1)
                for name in %s:
                    module = importlib.import_module(name)
                    model = module.load(name + ".safetensors")
                    a = module.ARCHITECTURE
                    height, width = module.pair(a["resolution"])
                    image = torch.frombuffer(bytearray(open(name + ".image", "rb").read()), dtype=torch.float32)
                    image = image.reshape(1, height, width, a["channels"]).permute(0, 3, 1, 2).contiguous()
                    with torch.no_grad():
                        logits = model(image)[0]
                    parameters = sum(p.numel() for p in model.parameters())
                    open(name + ".logits", "wb").write(logits.numpy().astype("<f4").tobytes())
                    print(name, parameters)
                """.formatted(new java.util.ArrayList<>(networks.keySet()).toString().replaceAll("([a-z0-9_]+)", "\"$1\"")));

        assertThat(answer.code()).as(answer.output()).isZero();
        for (Map.Entry<String, float[]> entry : expected.entrySet()) {
            float[] theirs = floats(folder.resolve(entry.getKey() + ".logits"));
            double largest = 0;
            double difference = 0;
            assertThat(theirs).hasSameSizeAs(entry.getValue());
            for (int i = 0; i < theirs.length; i++) {
                largest = Math.max(largest, Math.abs(entry.getValue()[i]));
                difference = Math.max(difference, Math.abs(entry.getValue()[i] - theirs[i]));
            }
            assertThat(largest).as(entry.getKey()).isPositive();
            assertThat(difference / largest).as(entry.getKey()).isLessThan(TOLERANCE);
            Architecture architecture = entry.getKey().equals("odd") ? ArchitectureFormat.parse("odd.json", ODD) : References.resolve(networks.get(entry.getKey()));
            assertThat(answer.output().lines()).contains(entry.getKey() + " " + Network.of(architecture).params());
        }
    }

    private float[] engine(Architecture architecture, String name) throws IOException {
        Network network = Network.of(architecture);
        SplittableRandom random = new SplittableRandom(2);
        float[] image = new float[network.input().size()];
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) random.nextGaussian();
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 * image.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(image);
        Files.write(folder.resolve(name + ".image"), bytes.array());
        float[] logits = new float[network.output().size()];
        try (LoadedNetwork loaded = new FinchRuntime(KernelSet.AUTO).load(network, Weights.seeded(network, 3), 1, 1)) {
            loaded.run(image, logits);
        }
        return logits;
    }

    private static float[] floats(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / 4];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    @Test
    void the_mobilenets_of_torchvision_have_our_parameters_and_with_our_weights_our_outputs() throws Exception {
        finch("export", "mobilenetv3-large", "--format", "pytorch", "-o", "large.py");
        finch("export", "mobilenetv3-small", "--format", "pytorch", "-o", "small.py");
        finch("export", "mobilenetv2", "--format", "pytorch", "-o", "two.py");

        Programs.Answer answer = python("""
                import importlib
                import torch, torchvision
                torch.manual_seed(1)
                torch.set_num_threads(1)
                image = torch.randn(1, 3, 224, 224)
                for name, theirs in (("large", "mobilenet_v3_large"), ("small", "mobilenet_v3_small"), ("two", "mobilenet_v2")):
                    module = importlib.import_module(name)
                    ours = module.load(name + ".safetensors")
                    peer = getattr(torchvision.models, theirs)().eval()
                    for m in peer.modules():
                        if isinstance(m, torch.nn.BatchNorm2d):
                            m.eps = ours.stem.norm.eps
                    keys, values = list(peer.state_dict()), list(ours.state_dict().values())
                    assert len(keys) == len(values), (len(keys), len(values))
                    peer.load_state_dict(dict(zip(keys, values)))
                    with torch.no_grad():
                        a, b = ours(image), peer(image)
                    count = sum(p.numel() for p in peer.parameters())
                    assert count == sum(p.numel() for p in ours.parameters())
                    difference = ((a - b).abs().max() / b.abs().max()).item()
                    assert difference < 1e-5, (name, difference)
                    print(name, count, difference)
                """);

        assertThat(answer.code()).as(answer.output()).isZero();
        assertThat(answer.output()).contains("large 5483032 ").contains("small 2542856 ").contains("two 3504872 ");
    }

    @Test
    void the_weights_of_another_network_are_refused_by_the_generated_source() throws Exception {
        finch("export", "mobilenetv3-small@0.35/96", "--format", "pytorch", "-o", "one.py");
        finch("export", "mobilenetv3-small-minimalistic@/96", "--format", "pytorch", "-o", "two.py");
        Programs.Answer answer = python("import one\none.load('two.safetensors')\n");
        assertThat(answer.code()).isNotZero();
        assertThat(answer.output()).containsAnyOf("another network", "size mismatch");
    }

    @Test
    void python_parses_the_keras_source() throws Exception {
        for (String name : References.names()) {
            finch("export", name, "--format", "keras", "-o", module(name) + ".py");
        }
        Programs.Answer answer = python("""
                import ast, glob
                files = [f for f in glob.glob("*.py") if f != "check.py"]
                for file in files:
                    tree = ast.parse(open(file).read(), file)
                    assert any(isinstance(n, ast.FunctionDef) and n.name == "network" for n in tree.body), file
                print(len(files), "parsed")
                """);
        assertThat(answer.output().strip()).isEqualTo(References.names().size() + " parsed");
    }

    @Test
    void graphviz_draws_the_dot_file() throws Exception {
        finch("export", "mobilenetv3-large", "--format", "dot", "-o", "large.dot");
        Programs.Answer answer = Programs.run(folder, Programs.find("graphviz", "dot").toString(), "-Tsvg", "large.dot", "-o", "large.svg");
        assertThat(answer.code()).as(answer.output()).isZero();
        assertThat(answer.output()).isEmpty();
        assertThat(Files.readString(folder.resolve("large.svg"))).contains("block15.depthwise").contains("classifier");
    }

    @Test
    void bash_and_zsh_complete_commands_options_and_choices() throws Exception {
        for (String shell : List.of("bash", "zsh")) {
            Files.writeString(folder.resolve("finch." + shell), finch("completion", shell));
        }
        String ask = "COMP_WORDS=(finch %s); COMP_CWORD=%d; COMPREPLY=(); _complete_finch 2>/dev/null; echo \"${COMPREPLY[@]}\"; ";
        Programs.Answer bash = Programs.run(folder, Programs.find("bash", "bash").toString(), "--norc", "-c", "source ./finch.bash; "
                + ask.formatted("sh", 1) + ask.formatted("export net --fo", 3) + ask.formatted("export net --format o", 4));
        assertThat(bash.code()).as(bash.output()).isZero();
        assertThat(bash.output().lines().toList().get(0).split(" ")).contains("show", "show-space");
        assertThat(bash.output().lines().toList().get(1).strip()).isEqualTo("--format");
        assertThat(bash.output().lines().toList().get(2).strip()).isEqualTo("onnx");
        Programs.Answer zsh = Programs.run(folder, Programs.find("zsh", "zsh").toString(), "-f", "-c", "source ./finch.zsh && print ${_comps[finch]-} ${(k)functions[(I)_complete_finch]}");
        assertThat(zsh.code()).as(zsh.output()).isZero();
        assertThat(zsh.output()).contains("_complete_finch").doesNotContain("error");
    }
}
