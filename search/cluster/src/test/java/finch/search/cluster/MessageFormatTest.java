package finch.search.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.AccuracyEstimate;
import finch.search.run.EvaluationJob;
import finch.search.run.RemoteAnswer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire comes back the same, and what is no message is only ever called that. */
class MessageFormatTest {
    static List<Message> messages() {
        return List.of(new Message.Hello(1, "0a1b", "a name with \"quotes\" and ü", 8),
                new Message.Job(new EvaluationJob("schema: 1\nname: x\n", Map.of("/data/table.csv", "00ff", "/data/ü", "11"), Optional.of("vector-256"))),
                new Message.Job(new EvaluationJob("", Map.of(), Optional.empty())), new Message.Ready(1), new Message.Unable("no"), new Message.Refused("never"),
                new Message.Task(Long.MAX_VALUE, 2, "{\"format\":\"finch-architecture/1\"}"), new Message.Cancel(7), new Message.GivenBack(0), new Message.Ended(),
                answer(new AccuracyEstimate.Known(0.1 + 0.2, -0.0, Math.nextUp(1.0), "source", "dataset"), Optional.of("{\"top1\": 1}\n")),
                answer(new AccuracyEstimate.Known(Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, "", ""), Optional.empty()),
                answer(new AccuracyEstimate.Scored(Double.MAX_VALUE, 1e-300, Double.POSITIVE_INFINITY, "signals"), Optional.empty()),
                answer(new AccuracyEstimate.Silent("outside"), Optional.empty()), new Message.Answer(3, new RemoteAnswer.Failed("IllegalStateException: no")));
    }

    private static Message answer(AccuracyEstimate estimate, Optional<String> trainer) {
        return new Message.Answer(1, new RemoteAnswer.Estimated(estimate, trainer));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void a_message_reads_back_to_the_same_bits(Message message) {
        assertThat(MessageFormat.INSTANCE.parse(MessageFormat.INSTANCE.stream(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "3", "{}", "{\"type\":3}", "{\"type\":\"java.lang.Runtime\"}", "{\"type\":\"ready\"}", "{\"type\":\"ready\",\"slots\":1.5}",
            "{\"type\":\"ready\",\"slots\":99999999999}", "{\"type\":\"ready\",\"slots\":1,\"@class\":\"java.net.URL\"}", "{\"type\":\"cancel\",\"id\":\"1\"}",
            "{\"type\":\"answer\",\"id\":1,\"outcome\":\"known\",\"value\":\"x\",\"low\":\"1\",\"high\":\"1\",\"source\":\"\",\"dataset\":\"\"}",
            "{\"type\":\"answer\",\"id\":1,\"outcome\":\"known\",\"value\":1,\"low\":1,\"high\":1,\"source\":\"\",\"dataset\":\"\"}",
            "{\"type\":\"job\",\"config\":\"\",\"files\":[]}", "{\"type\":\"job\",\"config\":\"\",\"files\":{\"a\":{}}}", "{\"type\":\"ended\"} {\"type\":\"ended\"}",
            "{\"type\":\"ended\",\"type\":\"ended\"}"})
    void what_is_no_message_is_refused_without_a_defect(String json) {
        assertThatThrownBy(() -> MessageFormat.read(json.getBytes(StandardCharsets.UTF_8))).isInstanceOf(MessageFormat.Malformed.class);
        assertThat(MessageFormat.INSTANCE.parse(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))).isInstanceOf(Message.Garbled.class);
    }

    @Test
    void deep_nesting_is_refused_before_it_costs_anything() {
        String deep = "{\"type\":\"job\",\"config\":\"\",\"files\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThatThrownBy(() -> MessageFormat.read(deep.getBytes(StandardCharsets.UTF_8))).isInstanceOf(MessageFormat.Malformed.class);
    }

    /** Bytes of real messages changed, cut and doubled: a message or a refusal, nothing else. */
    @Test
    void damaged_messages_never_do_anything_but_be_refused() {
        SplittableRandom random = new SplittableRandom(9);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = MessageFormat.write(messages().get(random.nextInt(messages().size())));
            for (int change = random.nextInt(1, 4); change > 0 && bytes.length > 0; change--) {
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(3)) {
                    case 0 -> bytes[at] = (byte) random.nextInt(256);
                    case 1 -> bytes = java.util.Arrays.copyOf(bytes, at);
                    default -> bytes[at] = "{}[]\":,0eE-".getBytes(StandardCharsets.UTF_8)[random.nextInt(11)];
                }
            }
            try {
                MessageFormat.read(bytes);
            } catch (MessageFormat.Malformed e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(10_000);
    }
}
