package finch.search.cli;

import finch.space.Extent;
import finch.space.format.Problem;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "show", description = "Prints the layer table of a network and what it costs.",
        footer = {"  finch show mobilenetv3-large", "  finch show mobilenetv2@0.5/160 --json"})
final class ShowCommand extends ArchitectureCommand<Subject> {
    @Mixin
    private ResolutionOption resolution;

    ShowCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Optional<Extent> resolution() {
        return resolution.extent();
    }

    @Override
    Subject answer(Subject subject) {
        return subject;
    }

    @Override
    Map<String, Object> json(Subject subject) {
        Network network = subject.network();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", subject.name());
        object.put("resolution", extent(new Extent(network.input().height(), network.input().width())));
        object.put("params", network.params());
        object.put("macs", network.macs());
        object.put("weightBytes", network.weightBytes());
        object.put("peakActivationBytes", network.peakActivationBytes());
        object.put("paramsWithBatchNormStatistics", network.paramsWithBatchNormStatistics());
        object.put("layers", network.layers().stream().map(ShowCommand::layer).toList());
        return object;
    }

    private static Map<String, Object> layer(Layer layer) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", layer.name());
        object.put("op", layer.op());
        object.put("input", shape(layer.input()));
        object.put("output", shape(layer.output()));
        object.put("kernel", window(layer).map(w -> extent(w.kernel())).orElse(null));
        object.put("stride", window(layer).map(w -> extent(w.stride())).orElse(null));
        object.put("params", layer.params());
        object.put("macs", layer.macs());
        return object;
    }

    private static Optional<Window> window(Layer layer) {
        return switch (layer) {
            case Layer.Convolution convolution -> Optional.of(convolution.window());
            case Layer.Pool pool -> Optional.of(pool.window());
            default -> Optional.empty();
        };
    }

    private static List<Integer> shape(TensorShape shape) {
        return List.of(shape.height(), shape.width(), shape.channels());
    }

    private static Object extent(Extent extent) {
        return extent.isSquare() ? (Object) extent.height() : List.of(extent.height(), extent.width());
    }

    @Override
    String text(List<Subject> subjects) {
        List<String> parts = new ArrayList<>();
        subjects.forEach(subject -> parts.add(text(subject)));
        return String.join("\n", parts);
    }

    private static String text(Subject subject) {
        Network network = subject.network();
        TextTable table = new TextTable("layer", "op", ">input", ">output", ">kernel", ">stride", ">params", ">multiply-adds");
        for (Layer layer : network.layers()) {
            table.row(layer.name(), layer.op(), layer.input(), layer.output(),
                    window(layer).map(w -> w.kernel().toString()).orElse(""), window(layer).map(w -> w.stride().toString()).orElse(""),
                    count(layer.params()), count(layer.macs()));
        }
        table.space().row("total", "", network.input(), network.output(), "", "",
                Quantities.exact(network.params()), Quantities.exact(network.macs()));
        TextTable costs = new TextTable("", ">", "")
                .row("parameters", Quantities.exact(network.params()),
                        Quantities.exact(network.paramsWithBatchNormStatistics()) + " with batch-norm statistics")
                .row("multiply-adds", Quantities.exact(network.macs()), "")
                .row("weights", Quantities.bytes(network.weightBytes()), "as float32")
                .row("peak activations", Quantities.bytes(network.peakActivationBytes()), "as float32, batch 1, unfused");
        return Problem.visible(subject.name()) + "\n\n" + table + costs;
    }

    private static String count(long value) {
        return value == 0 ? "" : Quantities.exact(value);
    }
}
