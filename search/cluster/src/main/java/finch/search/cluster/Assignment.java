package finch.search.cluster;

import finch.accuracy.EstimateInterruptedException;
import finch.search.run.EvaluationJob;
import finch.search.run.RemoteAnswer;
import finch.search.run.WorkerEvaluator;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.InvalidFileException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A worker's talk with one search, from its first word until one of them is gone. */
final class Assignment implements StreamObserver<Message> {
    private static final int LONGEST_REASON = 2000;

    private final Message.Hello hello;
    private final Preparation preparation;
    private final Consumer<String> told;
    private final ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("evaluation-", 0).factory());
    private final Map<Long, Thread> running = new HashMap<>();
    private StreamObserver<Message> search;
    private WorkerEvaluator evaluator;
    private int slots;
    private boolean heard;
    private End end;

    /** Makes what does a job. */
    @FunctionalInterface
    interface Preparation {
        /** @throws IllegalArgumentException if this machine cannot or should not, with a message for people */
        WorkerEvaluator of(EvaluationJob job) throws IOException;
    }

    /** How the talk ended. */
    sealed interface End {
        /** The search has all that it wanted. */
        record Ended() implements End {}

        /** This side took leave. */
        record Left() implements End {}

        /** One of both does not want the other. */
        record Unwanted(String reason) implements End {}

        /** The search is not there, or not any more. */
        record Broken(String reason) implements End {}

        /** This process should not go on. */
        record Defect(Throwable thrown) implements End {}
    }

    Assignment(Message.Hello hello, Preparation preparation, Consumer<String> told) {
        this.hello = hello;
        this.preparation = preparation;
        this.told = told;
    }

    /** Begins the talk. @param to where this side's words go */
    synchronized void answers(StreamObserver<Message> to) {
        search = to;
        say(hello);
    }

    private synchronized void say(Message message) {
        if (end == null) {
            search.onNext(message);
        }
    }

    private synchronized void over(End how) {
        if (end == null) {
            end = Objects.requireNonNull(how);
            notifyAll();
        }
    }

    /** Waits a while for the end. */
    synchronized boolean isOver(long millis) {
        if (end == null) {
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                leave();
            }
        }
        return end != null;
    }

    /** @throws NullPointerException if it is not over */
    synchronized End end() {
        return Objects.requireNonNull(end);
    }

    /** Whether the search ever said anything. */
    synchronized boolean wasHeard() {
        return heard;
    }

    /** Takes leave: what was being evaluated goes to others. */
    synchronized void leave() {
        if (end == null) {
            search.onCompleted();
            over(new End.Left());
        }
    }

    /** Interrupts what is still being evaluated, and waits a while until it has ended: trainers are to end with it. */
    synchronized void breakOff(Duration patience) {
        threads.shutdownNow();
        running.values().forEach(Thread::interrupt);
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (long left = patience.toNanos(); !running.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onNext(Message message) {
        synchronized (this) {
            heard = true;
        }
        switch (message) {
            case Message.Job(EvaluationJob job) -> threads.execute(() -> prepare(job));
            case Message.Task task -> begin(task);
            case Message.Cancel cancel -> cancel(cancel.id());
            case Message.Refused refused -> over(new End.Unwanted(Coordinator.plain(refused.reason(), LONGEST_REASON)));
            case Message.Ended _ -> over(new End.Ended());
            default -> over(new End.Broken("what it says makes no sense"));
        }
    }

    @Override
    public void onError(Throwable thrown) {
        Status status = Status.fromThrowable(thrown);
        String reason = status.getCause() == null || status.getCause().getMessage() == null ? status.getDescription() : status.getCause().getMessage();
        over(new End.Broken(reason == null ? status.getCode().toString() : Coordinator.plain(reason, LONGEST_REASON)));
    }

    @Override
    public void onCompleted() {
        over(new End.Broken("it hung up"));
    }

    private void prepare(EvaluationJob job) {
        try {
            WorkerEvaluator made = preparation.of(job);
            int atOnce = made.atOnce(hello.slots());
            synchronized (this) {
                evaluator = made;
                slots = atOnce;
            }
            told.accept("joined the search, " + atOnce + " evaluation" + (atOnce == 1 ? "" : "s") + " at once");
            say(new Message.Ready(atOnce));
        } catch (IllegalArgumentException | IOException e) {
            String reason = Objects.requireNonNullElse(e.getMessage(), e.toString());
            say(new Message.Unable(reason));
            over(new End.Unwanted(reason));
        } catch (RuntimeException | Error e) {
            say(new Message.Unable("it broke down: " + e));
            over(new End.Defect(e));
        }
    }

    private void begin(Message.Task task) {
        synchronized (this) {
            if (evaluator != null && running.size() < slots && !running.containsKey(task.id()) && end == null) {
                Thread thread = Thread.ofPlatform().daemon().name("evaluation-" + task.id()).unstarted(() -> evaluate(task));
                running.put(task.id(), thread);
                thread.start();
                return;
            }
        }
        say(new Message.GivenBack(task.id()));
    }

    private synchronized void cancel(long id) {
        Thread thread = running.get(id);
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void evaluate(Message.Task task) {
        Message outcome = null;
        try {
            Architecture architecture = ArchitectureFormat.parse("the search's network", task.architecture());
            RemoteAnswer answer = evaluator.estimate(task.choice(), architecture);
            outcome = new Message.Answer(task.id(), answer);
        } catch (EstimateInterruptedException e) {
            outcome = new Message.GivenBack(task.id());
        } catch (InvalidFileException | IllegalArgumentException e) {
            over(new End.Broken("what it asks makes no sense"));
        } catch (RuntimeException | Error e) {
            over(new End.Defect(e));
        }
        synchronized (this) {
            // before the search hears of it, and may fill the place again
            running.remove(task.id());
            if (outcome != null) {
                say(outcome);
            }
            notifyAll();
        }
    }
}
