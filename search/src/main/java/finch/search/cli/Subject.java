package finch.search.cli;

import finch.space.Architecture;
import finch.space.network.Network;
import java.util.Optional;

/**
 * What an ARCH argument means.
 *
 * @param name         how answers call it
 * @param architecture empty for a network read from ONNX, which need not have one
 * @param onnx         the file it was read from, with its weights, if it was one
 * @param model        the model file it was read from, with its weights and labels, if it was one
 */
record Subject(String name, Network network, Optional<Architecture> architecture, Optional<finch.onnx.OnnxModel> onnx,
               Optional<finch.training.TrainedModel> model) {
    static Subject of(String name, Architecture architecture) {
        return new Subject(name, Network.of(architecture), Optional.of(architecture), Optional.empty(), Optional.empty());
    }
}
