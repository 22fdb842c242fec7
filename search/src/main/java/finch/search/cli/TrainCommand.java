package finch.search.cli;

import finch.data.DataSet;
import finch.space.Architecture;
import finch.training.CurvePoint;
import finch.training.Evaluation;
import finch.training.StartingWeights;
import finch.training.Training;
import finch.training.TrainingConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "train", description = "Trains a network on labelled images and writes it with its labels. A training that was stopped goes on when the same command is given again.",
        footer = {"  finch train mobilenetv3-small --data my-images --epochs 30 -o mine.finch",
                "  finch train my-network.yaml --recipe fashion-mnist --data fashion-mnist -o fashion.finch",
                "  finch train mobilenetv2@0.5 --data cifar.tar.gz --output-stride 4 --augment flip -o small.onnx",
                "  finch train mobilenetv3-small --weights imagenet.onnx --data my-images -o mine.finch"})
final class TrainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ARCH", description = "A reference name (finch list), an architecture file (.yaml, .json), RUN:best, RUN:knee, RUN:front/N, or - for one on standard"
            + " input. Classes, channels and resolution are made to fit the images.")
    private String arch;

    @Mixin
    private DataOption data;

    @Option(names = {"-o", "--output"}, required = true, paramLabel = "MODEL", description = "The file to write: .finch, or .onnx.")
    private Path output;

    @Option(names = "--weights", paramLabel = "FILE", description = "Go on from the weights of a model file or an ONNX file of the same network, in place of drawn ones; the classifier is new where"
            + " it has other classes. A learning rate of a tenth is a good beginning.")
    private Path weights;

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private TrainingOptions options;

    private final Terminal terminal;

    TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.threads(); // a mistake is told before data are read
        ModelOutput target = ModelOutput.of(terminal, output);
        Path file = target.file();
        TrainingConfig config = recipe.config(terminal);
        Subject subject = new Subjects(terminal).resolve(arch);
        Architecture architecture = Subjects.architecture(arch, subject);
        Optional<StartingWeights> start = weights == null ? Optional.empty() : Optional.of(WeightsToTrain.read(terminal, weights, arch, architecture));
        DataSet set = data.open(terminal, config.split());
        Training training = DataOption.usable(() -> start.isPresent() ? Training.of(set, config, start.get()) : Training.of(architecture, set, config));
        if (start.isEmpty() && (subject.model().isPresent() || subject.onnx().isPresent())) {
            terminal.message("weights are drawn anew; to go on from those of " + arch + ", add --weights " + arch);
        }
        set.remarks().forEach(terminal::message);
        training.remarks().forEach(terminal::message);
        terminal.message(set.name() + ": " + Quantities.exact(set.training().size()) + " training, " + Quantities.exact(set.validation().size()) + " validation"
                + set.test().map(test -> ", " + Quantities.exact(test.size()) + " test").orElse("") + " images; " + Quantities.rounded(training.network().macs())
                + " multiply-adds, " + Quantities.rounded(training.network().params()) + " parameters");
        return options.run(terminal, file, config.epochs(), training::run, (outcome, kept) -> {
            TrainingOptions.write(terminal, file, kept, "model", () -> target.write(outcome.model()));
            training.forget(kept);
            tell(outcome, set, file);
        });
    }

    private void tell(Training.Outcome outcome, DataSet set, Path file) {
        if (options.json()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("model", file.toString());
            object.put("data", set.name());
            object.put("validation", result(outcome.validation()));
            object.put("test", outcome.test().map(TrainCommand::result).orElse(null));
            terminal.out().println(JsonLine.of(object));
        } else {
            terminal.out().println("wrote " + terminal.relative(file) + ": " + Quantities.share(outcome.validation().top1()) + " of " + Quantities.exact(outcome.validation().images())
                    + " validation images are right" + outcome.test().map(test -> ", " + Quantities.share(test.top1()) + " of " + Quantities.exact(test.images()) + " test images").orElse(""));
        }
    }

    private static Map<String, Object> result(Evaluation evaluation) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("images", evaluation.images());
        object.put("top1", Quantities.percentOf(evaluation.top1()));
        object.put("top5", evaluation.confusion().size() > 5 ? Quantities.percentOf(evaluation.top5()) : null);
        object.put("loss", evaluation.loss());
        return object;
    }

    /** Accuracy of {@link CurvePoint}s and evaluations is a share; people and JSON get percent, as everywhere. */
    static Map<String, Object> json(CurvePoint point, double imagesPerSecond) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("epoch", point.epoch());
        object.put("loss", point.loss());
        object.put("top1", Quantities.percentOf(point.top1()));
        object.put("validationLoss", point.validationLoss());
        object.put("validationTop1", Quantities.percentOf(point.validationTop1()));
        object.put("learningRate", point.learningRate());
        object.put("imagesPerSecond", imagesPerSecond);
        return object;
    }
}
