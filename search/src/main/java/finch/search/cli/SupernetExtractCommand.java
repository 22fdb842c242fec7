package finch.search.cli;

import finch.data.DataSet;
import finch.engine.Weights;
import finch.space.Architecture;
import finch.space.NotInSpaceException;
import finch.space.staged.StagedSpace;
import finch.training.TrainedModel;
import finch.training.supernet.SubnetScorer;
import finch.training.supernet.SuperNetwork;
import finch.training.supernet.SuperNetworkEstimator;
import finch.training.supernet.SuperNetworkFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "supernet-extract", description = "Writes one network with its part of a super-network's weights as a model. Trained alone it would be more accurate, as a rule.",
        footer = {"  finch supernet-extract space.yaml my.supernet runs/a:best --data my-images -o best.finch"})
final class SupernetExtractCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SPACE", description = "The space that the super-network was trained for.")
    private String space;

    @Parameters(index = "1", paramLabel = "SUPERNET", description = "A file that finch supernet wrote.")
    private Path model;

    @Parameters(index = "2", paramLabel = "ARCH", description = "A network of the space: an architecture file (.yaml, .json), or RUN:best, RUN:knee, RUN:front/N.")
    private String arch;

    @Option(names = "--data", required = true, paramLabel = "NAME|DIR", description = "The images that the super-network was trained on: its batch normalisations are measured on them.")
    private String data;

    @Option(names = {"-o", "--output"}, required = true, paramLabel = "MODEL", description = "The file to write: .finch, or .onnx.")
    private Path output;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; they do not change a result. Default: one per processor.")
    private Integer threads;

    private final Terminal terminal;

    SupernetExtractCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        int workers = Threads.of(threads);
        ModelOutput target = ModelOutput.of(terminal, output);
        Path file = target.file();
        StagedSpace staged = Spaces.resolve(terminal, space);
        Architecture architecture = new Subjects(terminal).architecture(arch);
        Path its = terminal.resolve(model);
        SuperNetwork network = SuperNetworkFile.read(its, staged);
        DataSet set = DataOption.usable(() -> SuperNetworkEstimator.open(network, its, data, terminal.workingDirectory()));
        SubnetScorer scorer = new SubnetScorer(network, set.training(), set.validation(), workers);
        try {
            double top1 = scorer.score(architecture).top1();
            Weights weights = scorer.weights(architecture);
            Map<String, Object> provenance = new LinkedHashMap<>();
            provenance.put("supernet", network.described().provenance());
            provenance.put("validation", Map.of("top1", top1, "images", scorer.images()));
            TrainedModel extracted = new TrainedModel(architecture, weights, network.described().labels(), network.described().normalisation(), provenance);
            target.write(extracted);
            terminal.out().println("wrote " + terminal.relative(file) + ": with shared weights " + Quantities.decimals(100 * top1, 2) + " % of " + Quantities.exact(scorer.images())
                    + " validation images are right");
            return ExitCode.DONE;
        } catch (NotInSpaceException e) {
            throw new UsageException(arch + " is " + e.getMessage());
        }
    }
}
