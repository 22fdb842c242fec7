package finch.onnx;

import ai.onnx.proto.OnnxMl;
import java.util.List;

/**
 * One node of a graph, with its attributes at hand.
 *
 * @param opset version of the operator set that its domain has in the file
 */
record Node(OnnxMl.NodeProto proto, long opset) {
    String operator() {
        return proto.getOpType();
    }

    /** The node's name; the name of its output where it has none. */
    String name() {
        return !proto.getName().isBlank() ? proto.getName() : proto.getOutputCount() > 0 ? proto.getOutput(0)
                : operator();
    }

    /** {@code HardSwish (ai.onnx, operator set 14)}. */
    String description() {
        String domain = isStandard() ? "ai.onnx" : proto.getDomain();
        return proto.getOpType() + " (" + domain + ", operator set " + opset + ")";
    }

    boolean isStandard() {
        return proto.getDomain().isEmpty() || proto.getDomain().equals("ai.onnx");
    }

    List<String> inputs() {
        return proto.getInputList();
    }

    /** The name of an input, empty where it is left out. */
    String input(int index) {
        return index < proto.getInputCount() ? proto.getInput(index) : "";
    }

    boolean hasInput(int index) {
        return !input(index).isEmpty();
    }

    /** Whether it has another output than its first. */
    boolean hasMoreOutputs() {
        return proto.getOutputList().stream().skip(1).anyMatch(name -> !name.isEmpty());
    }

    String output() {
        return proto.getOutput(0);
    }

    boolean has(String attribute) {
        return find(attribute) != null;
    }

    long integer(String attribute, long otherwise) {
        var found = find(attribute);
        return found == null ? otherwise : found.getI();
    }

    double real(String attribute, double otherwise) {
        var found = find(attribute);
        return found == null ? otherwise : found.getF();
    }

    String text(String attribute, String otherwise) {
        var found = find(attribute);
        return found == null ? otherwise : found.getS().toStringUtf8();
    }

    /** A list of integers, null where it is left out. */
    long[] integers(String attribute) {
        var found = find(attribute);
        return found == null ? null : found.getIntsList().stream().mapToLong(Long::longValue).toArray();
    }

    long[] integers(String attribute, long... otherwise) {
        long[] found = integers(attribute);
        if (found == null) {
            return otherwise;
        }
        if (found.length != otherwise.length) {
            throw new UnreadableNodeException(attribute + " has " + found.length
                    + " entries; Finch reads two-dimensional images, which need "
                    + otherwise.length);
        }
        return found;
    }

    OnnxMl.AttributeProto find(String attribute) {
        for (var candidate : proto.getAttributeList()) {
            if (candidate.getName().equals(attribute)) {
                return candidate;
            }
        }
        return null;
    }
}
