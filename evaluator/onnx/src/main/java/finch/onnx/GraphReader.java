package finch.onnx;

import ai.onnx.proto.OnnxMl;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import finch.space.network.TensorShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Interprets one graph, node by node, into a {@link Draft}. */
final class GraphReader {
    private static final Set<String> PREPROCESSING = Set.of("Identity", "Cast", "Add", "Sub", "Mul", "Div");

    private static final int MOST_NAMES = 5;
    private static final long LEAST_CONSTANTS = 1 << 22;
    private static final long CONSTANTS_GROWTH = 8;

    /** What exporters call every graph; that tells networks from each other as little as no name. */
    private static final Set<String> NAMELESS = Set.of("torch_jit", "torch-jit-export", "main_graph", "tf2onnx", "paddle-onnx", "PaddlePaddle Graph 0", "graph");

    private final String source;
    private final OnnxMl.GraphProto graph;
    private final ReadOptions options;
    private final Map<String, Long> opsets = new HashMap<>();
    private final Map<String, OnnxMl.TensorProto> initializers = new HashMap<>();
    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Integer> readers = new HashMap<>();
    private TensorLayout inputLayout;
    private TensorLayout outputLayout;

    GraphReader(String source, OnnxMl.ModelProto model, ReadOptions options) {
        this.source = source;
        this.graph = model.getGraph();
        this.options = options;
        model.getOpsetImportList()
                .forEach(set -> opsets.put(set.getDomain().equals("ai.onnx") ? "" : set.getDomain(), set.getVersion()));
        graph.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
    }

    TensorLayout inputLayout() {
        return inputLayout;
    }

    TensorLayout outputLayout() {
        return outputLayout;
    }

    Draft.Finished read() {
        try {
            return interpreted();
        } catch (UnreadableNodeException e) {
            throw invalid(e.node().map(node -> "node " + node).orElse(""), reason(e));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw invalid("", reason(e));
        }
    }

    private Draft.Finished interpreted() {
        if (graph.getOutputCount() != 1) {
            throw invalid("", "a network has one output; this graph has " + graph.getOutputCount() + ": "
                    + graph.getOutputList().stream().map(OnnxMl.ValueInfoProto::getName).toList());
        }
        if (graph.getSparseInitializerCount() > 0) {
            throw invalid("", "sparse initialisers are not read");
        }
        List<Node> nodes = live();
        refuseUnknownOperators(nodes);
        OnnxMl.ValueInfoProto image = image();
        List<Node> first = readersOf(image.getName(), nodes);
        TensorShape shape = new InputShape(source, image, options).of(first, matrixBias(nodes));
        Draft draft = new Draft(shape);
        TensorLayout input = InputShape.layout(image, shape, first, matrixBias(nodes));
        inputLayout = input;
        values.put(image.getName(),
                new Value.Activations(0, input, Curve.IDENTITY, InputShape.isInteger(image), image.getName()));
        NodeReader reader = new NodeReader(draft, InputShape.declaredBatch(image), constants());
        for (Node node : nodes) {
            translate(node, reader);
        }
        String output = graph.getOutput(0).getName();
        if (!(value(output) instanceof Value.Activations result)) {
            throw invalid("", "the output " + output + " does not depend on the input " + image.getName());
        }
        Value.Activations last = reader.elementwise().materialised(result);
        if (last.layout().isBatched() && !last.layout().dims().getFirst().batch()) {
            throw invalid("output " + output, "the batch must stay the first dimension");
        }
        outputLayout = last.layout();
        return draft.finish(NAMELESS.contains(graph.getName()) ? "" : graph.getName(), last.tensor());
    }

    private void translate(Node node, NodeReader reader) {
        try {
            List<Value> inputs = new ArrayList<>();
            for (String name : node.inputs()) {
                inputs.add(name.isEmpty() ? null : value(name));
            }
            Value result = reader.read(node, inputs);
            if (readers.getOrDefault(node.output(), 0) > 1 && result instanceof Value.Activations activations) {
                result = reader.elementwise().materialised(activations);
            }
            values.put(node.output(), result);
            for (int i = 1; i < node.proto().getOutputCount(); i++) {
                String extra = node.proto().getOutput(i);
                if (readers.getOrDefault(extra, 0) > 0) {
                    throw new UnreadableNodeException("its output " + extra
                            + " is read, of which Finch only has the first");
                }
            }
        } catch (InvalidFileException e) {
            throw e;
        } catch (UnreadableNodeException e) {
            throw invalid("node " + e.node().orElse(node.name()), (e.node().isPresent() ? "" : node.description() + ": ") + reason(e));
        } catch (IllegalArgumentException e) {
            throw invalid("node " + node.name(), node.description() + ": " + reason(e));
        } catch (ArithmeticException e) {
            throw invalid("node " + node.name(), node.description() + ": makes a tensor, or counts to a number, of 2^31 or more");
        } catch (RuntimeException e) {
            // the readers of nodes take for granted what the operators' definitions ask for
            throw invalid("node " + node.name(), node.description() + ": is malformed: an input, output or attribute that the operator needs is missing,"
                    + " of another type, or of a size that does not fit");
        }
    }

    private static String reason(RuntimeException e) {
        return e.getMessage() == null ? "does not fit what it reads" : e.getMessage();
    }

    /** How many elements may be computed from those in the file: a graph can double a constant again and again. */
    private long constants() {
        return LEAST_CONSTANTS + CONSTANTS_GROWTH * initializers.values().stream().mapToLong(tensor -> tensor.getRawData().size() / Float.BYTES + tensor.getFloatDataCount()
                + tensor.getInt64DataCount()).sum();
    }

    private Value value(String name) {
        Value value = values.get(name);
        if (value != null) {
            return value;
        }
        Tensor bound = options.bound().get(name);
        OnnxMl.TensorProto initializer = initializers.get(name);
        if (bound == null && initializer == null) {
            throw new UnreadableNodeException("reads " + name + ", which nothing before it writes");
        }
        value = new Value.Known(bound != null ? bound : Tensor.of(initializer));
        values.put(name, value);
        return value;
    }

    /** The nodes that the output depends on, in the order of the file. */
    private List<Node> live() {
        List<Node> all = new ArrayList<>();
        for (OnnxMl.NodeProto proto : graph.getNodeList()) {
            String domain = proto.getDomain().equals("ai.onnx") ? "" : proto.getDomain();
            Node node = new Node(proto, opsets.getOrDefault(domain, 0L));
            all.add(node);
            proto.getOutputList().forEach(name -> producers.put(name, node));
        }
        Set<Node> needed = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(graph.getOutput(0).getName()));
        readers.merge(graph.getOutput(0).getName(), 1, Integer::sum);
        while (!open.isEmpty()) {
            Node node = producers.get(open.pop());
            if (node != null && needed.add(node)) {
                for (String name : node.inputs()) {
                    readers.merge(name, 1, Integer::sum);
                    open.push(name);
                }
            }
        }
        return all.stream().filter(needed::contains).toList();
    }

    /** Names every operator that Finch lacks at once, each with its first node. */
    private void refuseUnknownOperators(List<Node> nodes) {
        Map<String, List<Node>> unknown = new LinkedHashMap<>();
        for (Node node : nodes) {
            if (!node.isStandard() || !NodeReader.OPERATORS.contains(node.operator())
                    && !Constants.OPERATORS.contains(node.operator())) {
                unknown.computeIfAbsent(node.description(), _ -> new ArrayList<>()).add(node);
            }
        }
        if (!unknown.isEmpty()) {
            List<Problem> problems = new ArrayList<>(unknown.entrySet().stream().map(entry -> new Problem(source, 0,
                    "node " + entry.getValue().getFirst().name(), "Finch has no operator " + entry.getKey()
                            + (entry.getValue().size() > 1 ? ", which " + (entry.getValue().size() - 1)
                            + " more nodes need" : ""))).toList());
            problems.add(new Problem(source, 0, "", "operators of activations that Finch has: " + String.join(", ", new TreeSet<>(NodeReader.OPERATORS))));
            throw new InvalidFileException(problems);
        }
    }

    /** The one graph input that is neither a weight nor bound. */
    private OnnxMl.ValueInfoProto image() {
        var open = graph.getInputList().stream()
                .filter(input -> !initializers.containsKey(input.getName()))
                .filter(input -> !options.bound().containsKey(input.getName())).toList();
        if (open.size() != 1) {
            List<String> names = open.stream().map(OnnxMl.ValueInfoProto::getName).limit(MOST_NAMES).toList();
            throw invalid("", "a network has one input, the image; this graph has " + open.size() + (open.isEmpty() ? "" : ": " + String.join(", ", names)
                    + (open.size() > names.size() ? " and " + (open.size() - names.size()) + " more" : "")
                    + ". Weights must be in the file, as initialisers (PyTorch: export_params=True)."));
        }
        return open.getFirst();
    }

    /** The nodes that read a value, or read it after arithmetic with constants, as of preprocessing in the graph. */
    private static List<Node> readersOf(String name, List<Node> nodes) {
        // each value is followed once, though a damaged file may have it read by itself, or by many that are read together
        Set<String> same = new HashSet<>(Set.of(name));
        Deque<String> open = new ArrayDeque<>(same);
        while (!open.isEmpty()) {
            String value = open.pop();
            for (Node node : nodes) {
                if (PREPROCESSING.contains(node.operator()) && node.inputs().contains(value) && same.add(node.output())) {
                    open.push(node.output());
                }
            }
        }
        return nodes.stream().filter(node -> !PREPROCESSING.contains(node.operator()) && node.inputs().stream().anyMatch(same::contains)).toList();
    }

    /** Whether a Gemm adds a matrix, so that the rows of its input are no batch. */
    private boolean matrixBias(List<Node> nodes) {
        return nodes.stream().filter(node -> node.operator().equals("Gemm") && node.hasInput(2)).anyMatch(node -> {
            Tensor bound = options.bound().get(node.input(2));
            OnnxMl.TensorProto initializer = initializers.get(node.input(2));
            List<Integer> dims = bound != null ? bound.dims() : initializer == null ? List.of()
                    : initializer.getDimsList().stream().map(Long::intValue).toList();
            return dims.size() == 2 && dims.getFirst() > 1;
        });
    }

    private InvalidFileException invalid(String key, String message) {
        return OnnxReader.invalid(source, key, message);
    }
}
