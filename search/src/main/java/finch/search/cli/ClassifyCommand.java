package finch.search.cli;

import finch.data.CorruptImageException;
import finch.data.ImageInput;
import finch.engine.FinchRuntime;
import finch.engine.LoadedNetwork;
import finch.space.format.Problem;
import finch.training.Classifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "classify", description = "Tells what a trained network sees in images (JPEG, PNG). An image that cannot be read is named, the others are answered, and the exit code is 1.",
        footer = {"  finch classify mine.finch photo.jpg", "  finch classify mine.onnx *.png --json"})
final class ClassifyCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MODEL", description = "A model file (.finch), or an ONNX file that finch train wrote, or finch export made of one.")
    private String model;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "Image files.")
    private List<Path> images;

    @Option(names = "--top", defaultValue = "5", paramLabel = "N", description = "How many classes to tell, the likeliest first. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of one inference. Default: one per processor.")
    private Integer threads;

    @Option(names = "--json", description = "Print one JSON object for each image, a line each.")
    private boolean json;

    private final Terminal terminal;

    ClassifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw new UsageException("--top must be at least 1, not " + top);
        }
        int workers = Threads.of(threads);
        Classifier classifier = new Subjects(terminal).classifier(model);
        ImageInput input = new ImageInput(classifier.network().input(), classifier.normalisation());
        float[] logits = new float[classifier.network().output().size()];
        boolean failed = false;
        try (LoadedNetwork network = new FinchRuntime().load(classifier.network(), classifier.weights(), 1, workers)) {
            for (Path image : images) {
                try {
                    network.run(input.read(terminal.resolve(image), image.toString()), logits);
                    tell(image, classifier.predictions(logits, top));
                } catch (CorruptImageException e) {
                    failed = true;
                    refuse(image, e.getMessage());
                }
            }
        }
        return failed ? ExitCode.FAILED : ExitCode.DONE;
    }

    private void tell(Path image, List<Classifier.Prediction> predictions) {
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("image", image.toString());
            object.put("predictions", predictions.stream().map(ClassifyCommand::json).toList());
            terminal.out().println(JsonLine.of(object));
            return;
        }
        terminal.out().println(image);
        for (Classifier.Prediction prediction : predictions) {
            terminal.out().printf(java.util.Locale.ROOT, "  %6.2f %%  %s%n", 100 * prediction.probability(), Problem.visible(prediction.label()));
        }
    }

    private static Map<String, Object> json(Classifier.Prediction prediction) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("label", prediction.label());
        object.put("number", prediction.number());
        object.put("probability", prediction.probability());
        return object;
    }

    private void refuse(Path image, String message) {
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("image", image.toString());
            object.put("error", message);
            terminal.out().println(JsonLine.of(object));
        } else {
            terminal.error("finch: " + message);
        }
    }
}
