package finch.search;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.latency.LatencyEstimate;
import finch.latency.LatencyModel;
import finch.latency.Measurement;
import finch.search.config.Accuracy;
import finch.search.config.SearchConfig;
import finch.search.run.DeviceLatency;
import finch.search.run.SearchServices;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.SearchSpace;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Made-up estimators: accuracy grows with depth, expansion and kernels at falling rates; latency with multiply-adds and layers. */
public class ToyServices implements SearchServices {
    private static final String PROFILE = "{\"toy\":1}\n";

    /** These with another accuracy estimator, made of theirs. */
    public static ToyServices with(UnaryOperator<AccuracyEstimator> change) {
        return new ToyServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
                return change.apply(super.accuracy(choice, space));
            }
        };
    }

    public static double top1(Architecture architecture) {
        double good = 0;
        for (int i = 0; i < architecture.blocks().size(); i++) {
            Block.InvertedResidual block = (Block.InvertedResidual) architecture.blocks().get(i);
            good += Math.log(block.expanded()) * (1 + 0.2 * ((block.kernel().height() * (i + 1)) % 5)) / (i + 1.0);
        }
        return 90 - 60 * Math.exp(-good / 6);
    }

    public static double micros(Network network) {
        return network.macs() / 500.0 + 10.0 * network.layers().size();
    }

    @Override
    public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
        return architecture -> {
            double top1 = top1(architecture);
            return new AccuracyEstimate.Known(top1, top1 - 2, top1 + 2, "toy", "toys");
        };
    }

    @Override
    public DeviceLatency latency(SearchConfig.Device device, SearchSpace space) throws IOException {
        LatencyModel model = network -> new LatencyEstimate(micros(network), micros(network) * 0.9, micros(network) * 1.1, "toy");
        return new DeviceLatency(model, "toy", PROFILE);
    }

    @Override
    public List<Measurement> time(List<Architecture> networks, SearchConfig.Device device, int runs) {
        return networks.stream().map(a -> {
            Network network = Network.of(a);
            return new Measurement(a.name(), "toy", "1", 1, "none", runs, micros(network), micros(network), micros(network), micros(network),
                    network.macs(), OptionalLong.empty(), 0, false, true);
        }).toList();
    }

    @Override
    public void exportOnnx(Architecture architecture, long weightSeed, Path file) throws IOException {
        Files.writeString(file, architecture.name() + " " + weightSeed);
    }
}
