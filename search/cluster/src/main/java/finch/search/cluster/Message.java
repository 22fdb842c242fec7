package finch.search.cluster;

import finch.search.run.EvaluationJob;
import finch.search.run.RemoteAnswer;
import java.util.Objects;

/** What a search and its workers say to each other; as JSON, see {@link MessageFormat}. */
sealed interface Message {
    /**
     * A worker's first word.
     *
     * @param protocol of the messages
     * @param code     fingerprint of its Finch
     * @param slots    evaluations at once
     */
    record Hello(int protocol, String code, String name, int slots) implements Message {
        public Hello {
            Objects.requireNonNull(code);
            Objects.requireNonNull(name);
        }
    }

    /** The search's answer to it: what is to be done. */
    record Job(EvaluationJob job) implements Message {}

    /** The worker can do that. @param slots it may be fewer than it said */
    record Ready(int slots) implements Message {}

    /** The worker cannot, or should not, for a reason that is for people. */
    record Unable(String reason) implements Message {}

    /** The search does not want this worker, for a reason that is for people. */
    record Refused(String reason) implements Message {}

    /** One evaluation. @param architecture as {@code finch-architecture/1}, JSON */
    record Task(long id, int choice, String architecture) implements Message {}

    /** An evaluation is not wanted any more. */
    record Cancel(long id) implements Message {}

    /** What came out of a task. */
    record Answer(long id, RemoteAnswer answer) implements Message {}

    /** A task was broken off; it has no outcome. */
    record GivenBack(long id) implements Message {}

    /** The search has ended. */
    record Ended() implements Message {}

    /** What came is no message. Never sent. */
    record Garbled(String reason) implements Message {}
}
