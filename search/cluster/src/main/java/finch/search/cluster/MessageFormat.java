package finch.search.cluster;

import finch.accuracy.AccuracyEstimate;
import finch.search.run.EvaluationJob;
import finch.search.run.RemoteAnswer;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Messages as JSON objects with a key {@code type}. Read by hand into records of this package: no class is ever named by what comes from
 * outside. Numbers of estimates are texts, as Java writes doubles, so that they come back to the same bits, and infinities too.
 */
final class MessageFormat implements MethodDescriptor.Marshaller<Message> {
    static final MessageFormat INSTANCE = new MessageFormat();
    /** No config with a space written inline comes near it. */
    static final int LONGEST = 4 << 20;

    private static final int DEEPEST = 16;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder()
            .maxNestingDepth(DEEPEST).maxDocumentLength(LONGEST).maxStringLength(LONGEST).maxNumberLength(32).maxNameLength(LONGEST).build()).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

    private MessageFormat() {}

    /** A message that is none. The text is for people and holds nothing of what came. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    @Override
    public InputStream stream(Message message) {
        return new ByteArrayInputStream(write(message));
    }

    @Override
    public Message parse(InputStream stream) {
        try {
            return read(stream.readAllBytes());
        } catch (Malformed e) {
            // a value: an exception here would be logged as a defect of the program
            return new Message.Garbled(e.getMessage());
        } catch (IOException e) {
            return new Message.Garbled("a message could not be read");
        }
    }

    static byte[] write(Message message) {
        ObjectNode node = MAPPER.createObjectNode();
        switch (message) {
            case Message.Hello hello -> node.put("type", "hello").put("protocol", hello.protocol()).put("code", hello.code()).put("name", hello.name())
                    .put("slots", hello.slots());
            case Message.Job(EvaluationJob job) -> {
                node.put("type", "job").put("config", job.config());
                ObjectNode files = node.putObject("files");
                job.files().forEach(files::put);
                job.kernels().ifPresent(kernels -> node.put("kernels", kernels));
            }
            case Message.Ready ready -> node.put("type", "ready").put("slots", ready.slots());
            case Message.Unable unable -> node.put("type", "unable").put("reason", unable.reason());
            case Message.Refused refused -> node.put("type", "refused").put("reason", refused.reason());
            case Message.Task task -> node.put("type", "task").put("id", task.id()).put("choice", task.choice()).put("architecture", task.architecture());
            case Message.Cancel cancel -> node.put("type", "cancel").put("id", cancel.id());
            case Message.Answer answer -> answer(node.put("type", "answer").put("id", answer.id()), answer.answer());
            case Message.GivenBack back -> node.put("type", "given-back").put("id", back.id());
            case Message.Ended _ -> node.put("type", "ended");
            case Message.Garbled _ -> throw new IllegalArgumentException("what is no message is not sent");
        }
        return MAPPER.writeValueAsBytes(node);
    }

    private static void answer(ObjectNode node, RemoteAnswer answer) {
        switch (answer) {
            case RemoteAnswer.Failed failed -> node.put("outcome", "failed").put("reason", failed.reason());
            case RemoteAnswer.Estimated estimated -> {
                switch (estimated.estimate()) {
                    case AccuracyEstimate.Known k -> interval(node.put("outcome", "known"), k.top1(), k.low(), k.high()).put("source", k.source()).put("dataset", k.dataset());
                    case AccuracyEstimate.Scored s -> interval(node.put("outcome", "scored"), s.score(), s.low(), s.high()).put("source", s.source());
                    case AccuracyEstimate.Silent s -> node.put("outcome", "silent").put("reason", s.reason());
                }
                estimated.trainer().ifPresent(text -> node.put("trainer", text));
            }
        }
    }

    private static ObjectNode interval(ObjectNode node, double value, double low, double high) {
        return node.put("value", Double.toString(value)).put("low", Double.toString(low)).put("high", Double.toString(high));
    }

    /** @throws Malformed if that is no message */
    static Message read(byte[] json) {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new Malformed("a message is no JSON");
        }
        if (!(node instanceof ObjectNode)) {
            throw new Malformed("a message is no JSON object");
        }
        return switch (text(node, "type")) {
            case "hello" -> {
                only(node, "protocol", "code", "name", "slots");
                yield new Message.Hello(whole(node, "protocol"), text(node, "code"), text(node, "name"), whole(node, "slots"));
            }
            case "job" -> {
                only(node, "config", "files", "kernels");
                yield new Message.Job(new EvaluationJob(text(node, "config"), files(node), optional(node, "kernels")));
            }
            case "ready" -> {
                only(node, "slots");
                yield new Message.Ready(whole(node, "slots"));
            }
            case "unable" -> {
                only(node, "reason");
                yield new Message.Unable(text(node, "reason"));
            }
            case "refused" -> {
                only(node, "reason");
                yield new Message.Refused(text(node, "reason"));
            }
            case "task" -> {
                only(node, "id", "choice", "architecture");
                yield new Message.Task(id(node), whole(node, "choice"), text(node, "architecture"));
            }
            case "cancel" -> {
                only(node, "id");
                yield new Message.Cancel(id(node));
            }
            case "answer" -> new Message.Answer(id(node), answer(node));
            case "given-back" -> {
                only(node, "id");
                yield new Message.GivenBack(id(node));
            }
            case "ended" -> {
                only(node);
                yield new Message.Ended();
            }
            default -> throw new Malformed("a message is of no type that is known");
        };
    }

    private static RemoteAnswer answer(JsonNode node) {
        return switch (text(node, "outcome")) {
            case "failed" -> {
                only(node, "id", "outcome", "reason");
                yield new RemoteAnswer.Failed(text(node, "reason"));
            }
            case "known" -> {
                only(node, "id", "outcome", "value", "low", "high", "source", "dataset", "trainer");
                yield new RemoteAnswer.Estimated(new AccuracyEstimate.Known(number(node, "value"), number(node, "low"), number(node, "high"), text(node, "source"),
                        text(node, "dataset")), optional(node, "trainer"));
            }
            case "scored" -> {
                only(node, "id", "outcome", "value", "low", "high", "source", "trainer");
                yield new RemoteAnswer.Estimated(new AccuracyEstimate.Scored(number(node, "value"), number(node, "low"), number(node, "high"), text(node, "source")),
                        optional(node, "trainer"));
            }
            case "silent" -> {
                only(node, "id", "outcome", "reason", "trainer");
                yield new RemoteAnswer.Estimated(new AccuracyEstimate.Silent(text(node, "reason")), optional(node, "trainer"));
            }
            default -> throw new Malformed("an answer is of no outcome that is known");
        };
    }

    private static void only(JsonNode node, String... keys) {
        Set<String> known = Set.of(keys);
        for (String key : node.propertyNames()) {
            if (!key.equals("type") && !known.contains(key)) {
                throw new Malformed("a message has a key that it should not have");
            }
        }
    }

    private static String text(JsonNode node, String key) {
        return optional(node, key).orElseThrow(() -> new Malformed("a message has no " + key));
    }

    private static Optional<String> optional(JsonNode node, String key) {
        JsonNode value = node.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new Malformed("a message's " + key + " is no text");
        }
        return Optional.of(value.asString());
    }

    private static int whole(JsonNode node, String key) {
        JsonNode value = node.get(key);
        if (value == null || !value.isInt()) {
            throw new Malformed("a message's " + key + " is no whole number");
        }
        return value.asInt();
    }

    private static long id(JsonNode node) {
        JsonNode value = node.get("id");
        if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new Malformed("a message's id is no whole number");
        }
        return value.asLong();
    }

    private static double number(JsonNode node, String key) {
        try {
            return Double.parseDouble(text(node, key));
        } catch (NumberFormatException e) {
            throw new Malformed("a message's " + key + " is no number");
        }
    }

    private static Map<String, String> files(JsonNode node) {
        Map<String, String> files = new TreeMap<>();
        if (!(node.get("files") instanceof ObjectNode object)) {
            throw new Malformed("a message's files are no object");
        }
        for (String path : object.propertyNames()) {
            files.put(path, text(object, path));
        }
        return files;
    }
}
