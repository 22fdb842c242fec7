package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import finch.data.ImageInput;
import finch.engine.FinchRuntime;
import finch.engine.LoadedNetwork;
import finch.training.Classifier;
import finch.training.ModelFile;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From a folder of images to a network that is trained, tested, used and exported: 12x12 pixels, three classes. */
class TrainCommandTest {
    private static final int SIDE = 12;
    private static final String KERNELS = "finch.kernels";
    private static final String[] CLASSES = {"cross", "lying", "standing"};
    private static final List<String> OPTIONS = List.of("--data", "bars", "--epochs", "4", "--batch", "16", "--learning-rate", "0.2", "--augment", "none", "--threads", "1");

    @TempDir
    private static Path folder;

    /** Scalar kernels are quick from their first call, and vector ones after a minute only; what they compute is tested elsewhere. */
    @BeforeAll
    static void draw_and_train() throws IOException {
        System.setProperty(KERNELS, "scalar");
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 210; i++) {
            draw(folder.resolve("bars").resolve(i < 180 ? "train" : "test").resolve(CLASSES[i % 3]).resolve(i + ".png"), SIDE, i % 3, random);
        }
        Files.writeString(folder.resolve("bars.yaml"), """
                format: finch-architecture/1
                name: bars
                stem: { out: 8, kernel: 3, stride: 1, activation: hard-swish }
                blocks:
                  - { type: inverted-residual, kernel: 3, expanded: 16, out: 8, stride: 2, squeeze: 4, activation: relu }
                head: { conv: 24, hidden: 16, activation: hard-swish }
                """);
        CommandLineRun run = train("bars.finch", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json()).hasSize(5);
        assertThat(run.json().get(3).get("epoch").asInt()).isEqualTo(4);
        assertThat(run.json().get(3).get("validationTop1").asDouble()).isEqualTo(run.json().getLast().get("validation").get("top1").asDouble());
        assertThat(run.json().getLast().get("test").get("top1").asDouble()).as(run.out()).isGreaterThan(60);
        assertThat(run.json().getLast().get("test").get("top5").isNull()).isTrue();
        assertThat(run.err()).contains("12x12x3, 3 classes (given: 224x224x3, 1000 classes); its last map is 6x6, its output stride 2").contains("bars: 162 training, 18 validation, 30 test images")
                .containsPattern("epoch 4/4  loss \\d\\.\\d{3}  training \\d+\\.\\d %  validation \\d+\\.\\d\\d %").doesNotContain("\r");
        assertThat(folder.resolve("bars.finch.checkpoint")).as("goes when the model is safe").doesNotExist();
    }

    @AfterAll
    static void forget_the_kernels() {
        System.clearProperty(KERNELS);
    }

    private static void draw(Path file, int side, int kind, SplittableRandom random) throws IOException {
        BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        int row = random.nextInt(side);
        int column = random.nextInt(side);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int light = random.nextInt(60) + (kind != 2 && y == row || kind != 1 && x == column ? 150 : 20);
                picture.setRGB(x, y, light << 16 | light << 8 | random.nextInt(60));
            }
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(picture, "png", file.toFile());
    }

    private static CommandLineRun train(String output, String... more) {
        List<String> args = new ArrayList<>(List.of("train", "bars.yaml", "-o", output));
        args.addAll(OPTIONS);
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    private static CommandLineRun run(String... args) {
        return CommandLineRun.of(folder, args);
    }

    @Test
    void the_same_training_on_two_threads_gives_the_same_network_here_as_onnx() throws IOException {
        assertThat(run("export", "bars.finch", "--format", "onnx", "-o", "export.onnx").code()).isZero();
        CommandLineRun again = run(Stream.concat(Stream.of("train", "bars.yaml", "-o", "again.onnx", "--threads", "2"), OPTIONS.subList(0, OPTIONS.size() - 2).stream()).toArray(String[]::new));
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out()).startsWith("wrote again.onnx: ").contains("of 18 validation images are right").contains("of 30 test images");
        assertThat(folder.resolve("again.onnx")).hasSameBinaryContentAs(folder.resolve("export.onnx"));
    }

    @Test
    void evaluate_tells_the_figures_of_the_training_class_by_class() {
        JsonNode model = run("evaluate", "bars.finch", "--data", "bars", "--json").json().getFirst();
        assertThat(model.get("part").asString()).isEqualTo("test");
        assertThat(model.get("images").asInt()).isEqualTo(30);
        int right = 0;
        for (int i = 0; i < 3; i++) {
            int own = model.get("confusion").get(i).get(i).asInt();
            right += own;
            assertThat(model.get("classes").get(i).get("label").asString()).isEqualTo(CLASSES[i]);
            assertThat(model.get("classes").get(i).get("top1").asDouble()).isEqualTo(own * 10.0, within(1e-6));
        }
        assertThat(model.get("top1").asDouble()).isEqualTo(right / 0.3, within(1e-6));
        CommandLineRun text = run("evaluate", "bars.finch", "--data", "bars", "--part", "validation");
        assertThat(text.out()).contains("on 18 validation images of bars", "most often taken for", "is \\ taken for", "standing").doesNotContain("top-5");
    }

    @Test
    void an_exported_network_says_the_same_in_onnx_runtime_and_in_finch() throws Exception {
        CommandLineRun export = run("export", "bars.finch", "--format", "onnx", "-o", "bars.onnx");
        assertThat(export.code()).as(export.err()).isZero();
        assertThat(export.err()).doesNotContain("untrained");
        Classifier classifier = ModelFile.read(folder.resolve("bars.finch")).classifier("bars");
        float[] ours = new float[3];
        int compared = 0;
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(folder.resolve("bars.onnx").toString());
             LoadedNetwork network = new FinchRuntime().load(classifier.network(), classifier.weights(), 1, 1);
             Stream<Path> files = Files.walk(folder.resolve("bars/test"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                float[] image = new ImageInput(classifier.network().input(), classifier.normalisation()).read(file, "x");
                network.run(image, ours);
                float[] planes = new float[image.length];
                for (int i = 0; i < image.length; i++) {
                    planes[i % 3 * SIDE * SIDE + i / 3] = image[i];
                }
                try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.wrap(planes), new long[] {1, 3, SIDE, SIDE});
                     OrtSession.Result result = session.run(Map.of("input", tensor))) {
                    float[] theirs = ((float[][]) result.get(0).getValue())[0];
                    for (int i = 0; i < 3; i++) {
                        assertThat((double) theirs[i]).isCloseTo(ours[i], within(1e-4));
                    }
                    assertThat(largest(theirs)).isEqualTo(largest(ours));
                }
                compared++;
            }
        }
        assertThat(compared).isEqualTo(30);
        JsonNode model = run("evaluate", "bars.finch", "--data", "bars", "--json").json().getFirst();
        JsonNode onnx = run("evaluate", "bars.onnx", "--data", "bars", "--json").json().getFirst();
        assertThat(onnx.get("confusion")).isEqualTo(model.get("confusion"));
        assertThat(onnx.get("classes")).isEqualTo(model.get("classes"));
    }

    @Test
    void an_onnx_file_keeps_weights_labels_and_normalisation_as_a_model_does() {
        assertThat(run("export", "bars.finch", "--format", "onnx", "-o", "first.onnx").code()).isZero();
        CommandLineRun second = run("export", "first.onnx", "--format", "onnx", "-o", "second.onnx");
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.err()).contains("wrote second.onnx with labels and normalisation").doesNotContain("untrained");
        assertThat(folder.resolve("second.onnx")).hasSameBinaryContentAs(folder.resolve("first.onnx"));
        CommandLineRun third = run("export", "first.onnx", "--weights", "first.onnx", "--format", "onnx", "-o", "third.onnx");
        assertThat(third.code()).as(third.err()).isZero();
        assertThat(folder.resolve("third.onnx")).hasSameBinaryContentAs(folder.resolve("first.onnx"));
        CommandLineRun torch = run("export", "first.onnx", "--format", "pytorch", "-o", "first_torch.py");
        assertThat(torch.code()).as(torch.err()).isZero();
        assertThat(torch.err()).contains("(of first.onnx)").doesNotContain("untrained");
        String image = "bars/test/lying/181.png";
        assertThat(run("classify", "second.onnx", image).out()).isEqualTo(run("classify", "first.onnx", image).out()).contains("lying");
        assertRefused(run("export", "first.onnx", "--format", "onnx", "--weight-seed", "3", "-o", "v.onnx"),
                "--weight-seed draws weights where none are given; first.onnx has weights of its own");
    }

    private static int largest(float[] values) {
        return values[0] >= values[1] && values[0] >= values[2] ? 0 : values[1] >= values[2] ? 1 : 2;
    }

    @Test
    void classify_answers_every_image_and_names_the_corrupt_one() throws IOException {
        Files.writeString(folder.resolve("no.png"), "no image");
        CommandLineRun run = run("classify", "bars.finch", "bars/test/lying/181.png", "no.png", "bars/test/standing/182.png", "--json");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.json()).hasSize(3);
        assertThat(run.json().get(1).get("error").asString()).contains("no.png: is neither JPEG nor PNG");
        for (int i : new int[] {0, 2}) {
            JsonNode predictions = run.json().get(i).get("predictions");
            assertThat(predictions.size()).isEqualTo(3);
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                sum += predictions.get(k).get("probability").asDouble();
            }
            assertThat(sum).isCloseTo(1, within(1e-9));
            assertThat(predictions.get(0).get("probability").asDouble()).isGreaterThanOrEqualTo(predictions.get(1).get("probability").asDouble());
        }
        CommandLineRun text = run("classify", "bars.finch", "bars/test/lying/181.png", "--top", "1");
        assertThat(text.code()).isZero();
        assertThat(text.out()).containsPattern("bars/test/lying/181.png\n +\\d+\\.\\d\\d %  (cross|lying|standing)\n");
    }

    @Test
    void a_model_is_an_architecture_to_the_other_commands() throws IOException {
        assertThat(run("show", "bars.finch", "--json").json().getFirst().get("layers").get(0).get("input").get(0).asInt()).isEqualTo(SIDE);
        assertThat(run("measure", "bars.finch", "--runs", "1", "--json").json().getFirst().get("name").asString()).isEqualTo("bars");
        assertThat(run("export", "bars.finch", "--format", "yaml").out()).contains("classes: 3");
        Files.writeString(folder.resolve("fitted.yaml"), run("export", "bars.finch", "--format", "yaml").out());
        CommandLineRun weights = run("export", "fitted.yaml", "--weights", "bars.finch", "--format", "onnx", "-o", "w.onnx");
        assertThat(weights.code()).as(weights.err()).isZero();
        CommandLineRun torch = run("export", "bars.finch", "--format", "pytorch", "-o", "bars_torch.py");
        assertThat(torch.code()).as(torch.err()).isZero();
        assertThat(torch.err()).doesNotContain("untrained");
        assertRefused(run("export", "bars.yaml", "--weights", "bars.finch", "--format", "onnx", "-o", "v.onnx"), "bars.finch: its network is another one than bars.yaml");
    }

    /** A training that moves next to nothing ends as accurate as the weights that it began with were. */
    @Test
    void a_training_goes_on_from_the_weights_of_a_model_or_an_onnx_file() throws IOException {
        double before = run("evaluate", "bars.finch", "--data", "bars", "--json").json().getFirst().get("top1").asDouble();
        run("export", "bars.finch", "--format", "onnx", "-o", "folded.onnx");
        for (String weights : List.of("bars.finch", "folded.onnx")) {
            CommandLineRun run = run("train", "bars.yaml", "--weights", weights, "--data", "bars", "--epochs", "1", "--learning-rate", "1e-9", "--set", "batch-norm-momentum=1e-4", "--batch", "16",
                    "--augment", "none", "--threads", "1", "-o", "on.finch", "--json");
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.err()).contains("training goes on from the weights of " + weights + "\n").doesNotContain("drawn anew");
            assertThat(run.json().getLast().get("test").get("top1").asDouble()).as(weights).isEqualTo(before);
        }
        draw(folder.resolve("two/lying/1.png"), SIDE, 1, new SplittableRandom(1));
        for (int i = 0; i < 40; i++) {
            draw(folder.resolve("two").resolve(CLASSES[1 + i % 2]).resolve(i + ".png"), SIDE, 1 + i % 2, new SplittableRandom(i));
        }
        CommandLineRun other = run("train", "bars.finch", "--weights", "bars.finch", "--data", "two", "--epochs", "1", "--batch", "16", "--threads", "1", "-o", "two.finch");
        assertThat(other.err()).contains("training goes on from the weights of bars.finch; the classifier is new");
        CommandLineRun anew = run("train", "bars.finch", "--data", "two", "--epochs", "1", "--batch", "16", "--threads", "1", "-o", "two.finch");
        assertThat(anew.err()).contains("weights are drawn anew; to go on from those of bars.finch, add --weights bars.finch");
    }

    @Test
    void weights_that_are_not_the_networks_are_refused() throws IOException {
        assertRefused(train("x.finch", "--weights", "nothing.finch"), "nothing.finch: there is no such file");
        assertRefused(train("x.finch", "--weights", "bars.yaml"), "bars.yaml: weights are read from model files (.finch) and ONNX files");
        assertRefused(run("train", "mobilenetv3-small", "--weights", "bars.finch", "--data", "bars", "-o", "x.finch"),
                "bars.finch: its network is another one than mobilenetv3-small. To go on with it as it is, write finch train bars.finch --weights bars.finch");
        run("export", "bars.finch", "--format", "onnx", "-o", "given.onnx");
        assertRefused(run("train", "mobilenetv3-small", "--weights", "given.onnx", "--data", "bars", "-o", "x.finch"), "given.onnx: its network is another one than mobilenetv3-small, which does not run at its resolution: resolution 12 is too small for the strides");
        Files.writeString(folder.resolve("wider.yaml"), Files.readString(folder.resolve("bars.yaml")).replace("expanded: 16", "expanded: 24"));
        assertRefused(run("train", "wider.yaml", "--weights", "given.onnx", "--data", "bars", "-o", "x.finch"), "given.onnx: its layer ");
        assertRefused(train("x.finch", "--weights", "bars.finch", "--channels", "1"), "bars.finch is for images of 3 channel(s), and 1 are wanted");
        assertThat(folder.resolve("x.finch")).doesNotExist();
    }

    @Test
    void data_that_do_not_fit_a_model_are_refused() throws IOException {
        for (String name : List.of("cats/a/1.png", "cats/a/2.png", "cats/b/1.png", "cats/b/2.png")) {
            draw(folder.resolve(name), SIDE, 0, new SplittableRandom(name.hashCode()));
        }
        assertRefused(run("evaluate", "bars.finch", "--data", "cats"), "cats: has 2 classes, among them \"a\", which is none of the network's 3: cross, lying, standing");
        assertRefused(run("evaluate", "bars.yaml", "--data", "bars"), "bars.yaml: a trained network is needed here");
        assertRefused(run("evaluate", "bars.finch", "--data", "cats", "--part", "test"), "cats has no test images; use --part validation");
        Files.writeString(folder.resolve("broken.finch"), "PK");
        assertRefused(run("classify", "broken.finch", "x.png"), "broken.finch: is no model of Finch");
        run("export", "bars.yaml", "--format", "onnx", "-o", "untrained.onnx");
        assertRefused(run("classify", "untrained.onnx", "x.png"), "untrained.onnx: does not say its labels and normalisation, as files do that finch train writes");
    }

    private static void assertRefused(CommandLineRun run, String message) {
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(message).doesNotContain("should not happen").doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void what_cannot_be_trained_is_refused_at_once() throws IOException {
        assertRefused(train("x.txt"), "-o x.txt: a model is written as .finch or .onnx");
        assertRefused(run("train", "bars.yaml", "--data", "https://example.com/a.zip", "-o", "x.finch"), "needs the checksum of its archive, --checksum SHA256");
        assertRefused(train("x.finch", "--checksum", "0".repeat(64)), "--checksum goes with an address; bars is none");
        assertRefused(train("nowhere/x.finch"), "there is no folder");
        assertRefused(run("train", "bars.yaml", "--data", "bars", "-o", "x.finch", "--epochs", "0", "--optimizer", "sdg"), "epochs: must be a whole number from 1");
        assertRefused(run("train", "bars.yaml", "--data", "bars", "-o", "x.finch", "--recipe", "fashion-mnits"), "fashion-mnits: there is no such recipe");
        assertRefused(run("train", "bars.yaml", "--data", "bars", "-o", "x.finch", "--batch", "512"), "bars has 162 training images, which do not fill a batch of 512. Maybe use batches of 128: --batch, or batch in a recipe.");
        assertRefused(run("train", "bars.yaml", "--data", "bars", "-o", "x.finch", "--channels", "1"), "has 3 channels where 1 are wanted");
        draw(folder.resolve("one/a/1.png"), SIDE, 0, new SplittableRandom(1));
        assertRefused(run("train", "bars.yaml", "--data", "one", "-o", "x.finch"), "holds images of one class only (a)");
        Files.createDirectories(folder.resolve("empty"));
        assertRefused(run("train", "bars.yaml", "--data", "empty", "-o", "x.finch"), "holds no images");
        assertThat(folder.resolve("x.finch")).doesNotExist();
    }

    @Test
    void a_loss_that_is_no_number_ends_with_the_learning_rate_and_what_is_kept() throws IOException {
        CommandLineRun run = run("train", "bars.yaml", "--data", "bars", "-o", "nan.finch", "--batch", "16", "--learning-rate", "1000", "--weight-decay", "1", "--set", "warm-up=0");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("training has diverged: the loss is NaN in epoch 1").containsPattern("at a learning rate of \\d+").doesNotContain("should not happen");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("nan."))).as("no half of anything").isEmpty();
        }
    }

    /** But for the number of epochs. */
    @Test
    void the_commands_of_the_readme_run_as_they_stand(@TempDir Path home) throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 90; i++) {
            draw(home.resolve("my-images").resolve(CLASSES[i % 3]).resolve(i + ".png"), 32, i % 3, random);
        }
        draw(home.resolve("photo.png"), 32, 1, random);
        ImageIO.write(ImageIO.read(home.resolve("photo.png").toFile()), "jpg", home.resolve("photo.jpg").toFile());
        int commands = 0;
        for (Documents.Block block : Documents.blocks()) {
            if (block.file().equals(Documents.ROOT.resolve("README.md")) && block.text().contains("./finch train ")) {
                for (String line : block.text().lines().toList()) {
                    CommandLineRun run = CommandLineRun.of(home, Documents.words(line).stream().skip(1).map(word -> word.equals("30") ? "2" : word).toArray(String[]::new));
                    assertThat(run.code()).as(line + "\n" + run.err()).isZero();
                    commands++;
                }
            }
        }
        assertThat(commands).isEqualTo(4);
        assertThat(home.resolve("mine.onnx")).exists();
    }

    /** In a process of its own, as only a process has signals. */
    @Test
    void a_training_that_is_killed_leaves_a_checkpoint_and_the_same_command_goes_on() throws Exception {
        int epochs = 16;
        OptionalInt before = killed(epochs);
        // a fast machine may have come to the end when the signal arrives
        while (before.isEmpty()) {
            Files.delete(folder.resolve("killed.finch"));
            epochs *= 4;
            assertThat(epochs).isLessThan(10_000);
            before = killed(epochs);
        }
        assertThat(Files.readString(folder.resolve("killed.log"))).containsPattern("stopped in epoch \\d+ after step \\d+. The same command goes on from killed.finch.checkpoint");
        assertThat(folder.resolve("killed.finch")).doesNotExist();
        assertRefused(run("train", "bars.yaml", "--data", "bars", "-o", "killed.finch", "--epochs", "17", "--batch", "16", "--json"), "recipe.epochs was " + epochs + " and is 17");
        CommandLineRun rest = run(training(epochs).toArray(String[]::new));
        assertThat(rest.code()).as(rest.err()).isZero();
        assertThat(rest.err()).contains("going on from killed.finch.checkpoint").contains("(before)");
        assertThat(rest.json()).as("the epochs that were left, and the end").hasSize(epochs - before.getAsInt() + 1);
        assertThat(folder.resolve("killed.finch")).exists();
        assertThat(folder.resolve("killed.finch.checkpoint")).doesNotExist();
    }

    private static List<String> training(int epochs) {
        return List.of("train", "bars.yaml", "--data", "bars", "-o", "killed.finch", "--epochs", "" + epochs, "--batch", "16", "--threads", "1", "--json");
    }

    /** Told to end after its first epoch. @return the epochs that it told of; empty if it had come to its end */
    private static OptionalInt killed(int epochs) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-D" + KERNELS + "=scalar", "--add-modules",
                "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"), Finch.class.getName()));
        command.addAll(training(epochs));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectError(folder.resolve("killed.log").toFile()).start();
        int before;
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).contains("\"epoch\":1");
            // of the handle: that of the process closes its streams as well
            process.toHandle().destroy();
            before = 1 + (int) out.lines().count();
        }
        int code = process.waitFor();
        assertThat(code).as(Files.readString(folder.resolve("killed.log"))).isIn(0, 130);
        return code == 0 ? OptionalInt.empty() : OptionalInt.of(before);
    }
}
