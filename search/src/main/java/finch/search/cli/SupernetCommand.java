package finch.search.cli;

import finch.data.DataSet;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import finch.training.TrainingConfig;
import finch.training.supernet.SuperNetworkFile;
import finch.training.supernet.SuperTraining;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "supernet", description = "Trains one set of weights that all networks of a space share, so that a search can score networks without training them:"
        + " accuracy: { type: supernet, model: FILE, data: … }. A training that was stopped goes on when the same command is given again.",
        footer = {"  finch supernet my-space.yaml --data my-images --epochs 60 -o my.supernet"})
final class SupernetCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SPACE", description = "The name of a shipped space (finch list spaces) or a space file (.yaml). Its classes and channels must be those of the images.")
    private String argument;

    @Mixin
    private DataOption data;

    @Option(names = {"-o", "--output"}, required = true, paramLabel = "FILE", description = "The file to write.")
    private Path output;

    @Option(names = "--random", paramLabel = "N", defaultValue = "2", description = "Networks drawn in each step, besides the largest and the smallest. Default: ${DEFAULT-VALUE}.")
    private int random;

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private TrainingOptions options;

    private final Terminal terminal;

    SupernetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.threads(); // a mistake is told before data are read
        Path file = terminal.resolve(output);
        OutputFiles.check(file);
        StagedSpace space = Spaces.resolve(terminal, argument);
        TrainingConfig config = recipe.config(terminal);
        DataSet set = data.open(terminal, config.split());
        SuperTraining training = DataOption.usable(() -> SuperTraining.of(space, set, config, random));
        set.remarks().forEach(terminal::message);
        terminal.message(set.name() + ": " + Quantities.exact(set.training().size()) + " training, " + Quantities.exact(set.validation().size()) + " validation images; "
                + Quantities.exact(space.size()) + " networks, from " + cost(training.smallest()) + " to " + cost(training.largest()));
        return options.run(terminal, file, config.epochs(), training::run, (outcome, kept) -> {
            TrainingOptions.write(terminal, file, kept, "super-network", () -> SuperNetworkFile.write(file, outcome.network()));
            training.forget(kept);
            tell(outcome, file);
        });
    }

    private static String cost(Network network) {
        return Quantities.rounded(network.macs()) + " multiply-adds and " + Quantities.rounded(network.params()) + " parameters";
    }

    private void tell(SuperTraining.Outcome outcome, Path file) {
        if (options.json()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("supernet", file.toString());
            object.put("validationImages", outcome.largest().images());
            object.put("largestTop1", 100 * outcome.largest().top1());
            object.put("smallestTop1", 100 * outcome.smallest().top1());
            terminal.out().println(JsonLine.of(object));
        } else {
            terminal.out().println("wrote " + terminal.relative(file) + ": with shared weights " + Quantities.share(outcome.largest().top1()) + " of "
                    + Quantities.exact(outcome.largest().images()) + " validation images are right for the largest network, " + Quantities.share(outcome.smallest().top1())
                    + " for the smallest");
        }
    }
}
