package finch.search.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.EstimateInterruptedException;
import finch.search.run.EvaluationsStuckException;
import finch.search.run.RemoteAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who gets what, with workers that are lists of messages and a clock that the test moves. */
class DispatcherTest {
    private static final Timing TIMING = new Timing(Duration.ofSeconds(1), Duration.ofSeconds(1), 3, Duration.ofSeconds(10), Duration.ofSeconds(1));

    private final AtomicLong seconds = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final Dispatcher dispatcher = new Dispatcher(TIMING, () -> TimeUnit.SECONDS.toNanos(seconds.get()), told::add);

    /** What a worker was told. */
    private static final class Inbox implements Dispatcher.Line {
        private final List<Message> messages = new ArrayList<>();

        @Override
        public synchronized void send(Message message) {
            messages.add(message);
        }

        synchronized List<Long> tasks() {
            return messages.stream().filter(Message.Task.class::isInstance).map(m -> ((Message.Task) m).id()).toList();
        }

        synchronized List<Message> all() {
            return List.copyOf(messages);
        }
    }

    private CompletableFuture<RemoteAnswer> ask(String network) {
        CompletableFuture<RemoteAnswer> asked = CompletableFuture.supplyAsync(() -> dispatcher.ask(0, network, () -> false), task -> Thread.ofVirtual().start(task));
        return asked;
    }

    private static void await(Inbox inbox, int tasks) throws InterruptedException {
        for (int i = 0; inbox.tasks().size() < tasks; i++) {
            assertThat(i).as("%d tasks, has %s", tasks, inbox.all()).isLessThan(10_000);
            Thread.sleep(1);
        }
    }

    private static RemoteAnswer answer(String text) {
        return new RemoteAnswer.Failed(text);
    }

    @Test
    void the_emptiest_worker_is_next_and_none_gets_more_than_it_has_slots() throws Exception {
        Inbox small = new Inbox();
        Inbox large = new Inbox();
        Dispatcher.Member one = dispatcher.join("small", 1, small);
        dispatcher.join("large", 2, large);
        List<CompletableFuture<RemoteAnswer>> asked = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            asked.add(ask("network"));
            int begun = i + 1;
            for (int wait = 0; small.tasks().size() + large.tasks().size() < begun; wait++) {
                assertThat(wait).isLessThan(10_000);
                Thread.sleep(1);
            }
        }
        asked.add(ask("network"));
        Thread.sleep(50);
        assertThat(small.tasks()).hasSize(1);
        assertThat(large.tasks()).hasSize(2);

        long first = small.tasks().getFirst();
        dispatcher.answered(one, first, answer("done"));
        await(small, 2);
        assertThat(asked.get(Math.toIntExact(first)).get()).isEqualTo(answer("done"));
    }

    @Test
    void what_a_lost_worker_had_goes_to_another_and_its_late_answer_is_not_heard() throws Exception {
        Inbox first = new Inbox();
        Inbox second = new Inbox();
        Dispatcher.Member lost = dispatcher.join("first", 1, first);
        CompletableFuture<RemoteAnswer> asked = ask("network");
        await(first, 1);
        Dispatcher.Member other = dispatcher.join("second", 1, second);
        dispatcher.leave(lost, Optional.of("killed"));
        dispatcher.leave(lost, Optional.of("told twice"));
        await(second, 1);
        dispatcher.answered(lost, first.tasks().getFirst(), answer("late"));
        assertThat(asked).isNotDone();
        dispatcher.answered(other, second.tasks().getFirst(), answer("right"));

        assertThat(asked.get()).isEqualTo(answer("right"));
        assertThat(second.tasks()).hasSize(1);
        assertThat(told).contains("worker first is lost (killed); 1 worker, 1 slot; 1 evaluation will be done again elsewhere");
    }

    @Test
    void a_network_that_takes_three_workers_with_it_stops_the_search_and_one_that_they_hand_back_in_leaving_does_not() throws Exception {
        for (boolean lost : List.of(false, true)) {
            CompletableFuture<RemoteAnswer> asked = ask("network");
            for (int i = 0; i < Dispatcher.MOST_LOSSES; i++) {
                Inbox inbox = new Inbox();
                Dispatcher.Member member = dispatcher.join("worker", 1, inbox);
                await(inbox, 1);
                dispatcher.leave(member, lost ? Optional.of("out of memory") : Optional.empty());
            }
            if (lost) {
                assertThatThrownBy(asked::get).isInstanceOf(ExecutionException.class).cause().isInstanceOf(EvaluationsStuckException.class)
                        .hasMessageContaining("3 workers were lost one after another while they evaluated the same network");
            } else {
                Inbox inbox = new Inbox();
                Dispatcher.Member member = dispatcher.join("last", 1, inbox);
                await(inbox, 1);
                dispatcher.answered(member, inbox.tasks().getFirst(), answer("done"));
                assertThat(asked.get()).isEqualTo(answer("done"));
                dispatcher.leave(member, Optional.empty());
            }
        }
    }

    @Test
    void a_slow_evaluation_is_done_by_an_idle_worker_too_and_the_slower_is_told_to_stop() throws Exception {
        Inbox slow = new Inbox();
        Dispatcher.Member first = dispatcher.join("slow", 1, slow);
        CompletableFuture<RemoteAnswer> held = ask("held");
        await(slow, 1);
        Inbox quick = new Inbox();
        Dispatcher.Member second = dispatcher.join("quick", 1, quick);
        for (int i = 0; i < 3; i++) {
            CompletableFuture<RemoteAnswer> asked = ask("quick");
            await(quick, i + 1);
            seconds.addAndGet(4);
            dispatcher.answered(second, quick.tasks().getLast(), answer("quick"));
            asked.get();
        }
        dispatcher.lookForSlow();
        assertThat(quick.tasks()).as("12 s are not more than three times 4 s").hasSize(3);
        seconds.addAndGet(1);
        dispatcher.lookForSlow();
        dispatcher.lookForSlow();
        assertThat(quick.tasks()).as("once").hasSize(4).last().isEqualTo(slow.tasks().getFirst());

        dispatcher.answered(second, quick.tasks().getLast(), answer("first"));
        assertThat(held.get()).isEqualTo(answer("first"));
        assertThat(slow.all()).last().isEqualTo(new Message.Cancel(slow.tasks().getFirst()));

        CompletableFuture<RemoteAnswer> next = ask("next");
        await(quick, 5);
        assertThat(slow.tasks()).as("still at what it was told to stop").hasSize(1);
        dispatcher.gaveBack(first, slow.tasks().getFirst());
        CompletableFuture<RemoteAnswer> last = ask("last");
        await(slow, 2);
        dispatcher.answered(second, quick.tasks().getLast(), answer("a"));
        dispatcher.answered(first, slow.tasks().getLast(), answer("b"));
        assertThat(next.get()).isEqualTo(answer("a"));
        assertThat(last.get()).isEqualTo(answer("b"));
    }

    @Test
    void nothing_is_called_slow_before_others_have_ended() throws Exception {
        Inbox inbox = new Inbox();
        dispatcher.join("first", 1, inbox);
        CompletableFuture<RemoteAnswer> asked = ask("network");
        await(inbox, 1);
        Inbox idle = new Inbox();
        dispatcher.join("idle", 1, idle);
        seconds.set(100_000);
        dispatcher.lookForSlow();
        assertThat(idle.tasks()).isEmpty();
        assertThat(asked).isNotDone();
    }

    @Test
    void a_stop_breaks_off_what_waits_and_an_interruption_what_runs() throws Exception {
        assertThatThrownBy(() -> dispatcher.ask(0, "network", () -> true)).isInstanceOf(EstimateInterruptedException.class);

        Inbox inbox = new Inbox();
        dispatcher.join("worker", 1, inbox);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                dispatcher.ask(0, "network", () -> true);
            } catch (RuntimeException e) {
                thrown.complete(e);
            }
        });
        await(inbox, 1);
        thread.interrupt();
        assertThat(thrown.get()).isInstanceOf(EstimateInterruptedException.class);
        assertThat(inbox.all()).last().isEqualTo(new Message.Cancel(inbox.tasks().getFirst()));
    }

    @Test
    void there_are_as_many_places_as_slots() throws Exception {
        assertThat(dispatcher.take(() -> false)).isFalse();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> dispatcher.take(() -> true), task -> Thread.ofVirtual().start(task));
        dispatcher.join("worker", 2, new Inbox());
        assertThat(waiting.get()).isTrue();
        assertThat(dispatcher.take(() -> true)).isTrue();
        assertThat(dispatcher.take(() -> false)).isFalse();
        dispatcher.leave();
        assertThat(dispatcher.take(() -> false)).isTrue();
    }
}
