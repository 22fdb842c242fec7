package finch.search.cluster;

import finch.accuracy.EstimateInterruptedException;
import finch.search.run.EvaluationCluster;
import finch.search.run.EvaluationsStuckException;
import finch.search.run.Places;
import finch.search.run.RemoteAnswer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Hands out evaluations: each to one worker, to another when that one is lost, and to an idle one beside it when it is slow. Whoever answers first is heard.
 * Knows nothing of networks: workers are told through a {@link Line}. Safe for concurrent use.
 */
final class Dispatcher implements Places {
    /** Workers that one evaluation may be lost with before the search stops: it may be what kills them. */
    static final int MOST_LOSSES = 3;

    private static final long POLL_MILLIS = 250;
    /** Evaluations that must have ended before one is called slow. */
    private static final int SOME = 3;
    private static final int MOST_DURATIONS = 101;

    private final Timing timing;
    private final LongSupplier nanos;
    private final Consumer<String> told;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition freed = lock.newCondition();
    private final List<Member> members = new ArrayList<>();
    /** Those that no worker has, the oldest first. */
    private final TreeMap<Long, Task> queue = new TreeMap<>();
    private final Set<Task> begun = new LinkedHashSet<>();
    private final Map<Integer, Deque<Long>> durations = new HashMap<>();
    private long tasks;
    private int places;

    Dispatcher(Timing timing, LongSupplier nanos, Consumer<String> told) {
        this.timing = timing;
        this.nanos = nanos;
        this.told = told;
    }

    /** The way to a worker. */
    @FunctionalInterface
    interface Line {
        /** Does not wait. Where the worker is gone the message is lost. */
        void send(Message message);
    }

    /** A worker that takes part. */
    static final class Member {
        private final String name;
        private final int slots;
        private final Line line;
        /** With when each began; those that were cancelled too, until the worker says that they are over. */
        private final Map<Task, Long> running = new LinkedHashMap<>();

        private Member(String name, int slots, Line line) {
            this.name = name;
            this.slots = slots;
            this.line = line;
        }

        private int free() {
            return slots - running.size();
        }
    }

    private final class Task {
        private final long id;
        private final int choice;
        private final String architecture;
        private final Condition over = lock.newCondition();
        private final Set<Member> at = new LinkedHashSet<>();
        private long latest;
        private int losses;
        private boolean withdrawn;
        private RemoteAnswer answer;

        private Task(long id, int choice, String architecture) {
            this.id = id;
            this.choice = choice;
            this.architecture = architecture;
        }

        private boolean isOver() {
            return answer != null || withdrawn || losses >= MOST_LOSSES;
        }
    }

    /** As {@link EvaluationCluster#estimate}. @param cancelled asked while no worker has begun */
    RemoteAnswer ask(int choice, String architecture, BooleanSupplier cancelled) {
        lock.lock();
        try {
            Task task = new Task(tasks++, choice, architecture);
            queue.put(task.id, task);
            assign();
            while (!task.isOver()) {
                if (task.at.isEmpty() && cancelled.getAsBoolean()) {
                    withdraw(task);
                    throw new EstimateInterruptedException(null);
                }
                await(task);
            }
            if (task.answer == null) {
                throw new EvaluationsStuckException("workers that were lost", MOST_LOSSES + " workers were lost one after another while they evaluated the same network. If that"
                        + " is what ended them (out of memory, say), give workers more or fewer slots. finch resume goes on from here.");
            }
            return task.answer;
        } finally {
            lock.unlock();
        }
    }

    private void await(Task task) {
        try {
            task.over.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            withdraw(task);
            Thread.currentThread().interrupt();
            throw new EstimateInterruptedException(e);
        }
    }

    private void withdraw(Task task) {
        task.withdrawn = true;
        end(task);
    }

    /** Nobody needs to go on with it. */
    private void end(Task task) {
        queue.remove(task.id);
        begun.remove(task);
        task.at.forEach(member -> member.line.send(new Message.Cancel(task.id)));
        task.at.clear();
        task.over.signalAll();
    }

    /** A worker takes part from now on. */
    Member join(String name, int slots, Line line) {
        lock.lock();
        try {
            Member member = new Member(name, slots, line);
            members.add(member);
            told.accept("worker " + name + " joined with " + count(slots, "slot") + "; " + all());
            assign();
            freed.signalAll();
            return member;
        } finally {
            lock.unlock();
        }
    }

    private String all() {
        return count(members.size(), "worker") + ", " + count(capacity(), "slot");
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** @param reason why it was lost, in a few words; empty where it took leave, which is no fault of what it evaluated */
    void leave(Member member, Optional<String> reason) {
        lock.lock();
        try {
            if (!members.remove(member)) {
                return;
            }
            List<Task> orphans = member.running.keySet().stream().filter(task -> task.at.remove(member) && task.at.isEmpty()).toList();
            member.running.clear();
            told.accept("worker " + member.name + " " + reason.map(r -> "is lost (" + r + ")").orElse("has left") + "; " + all()
                    + (orphans.isEmpty() ? "" : "; " + count(orphans.size(), "evaluation") + " will be done again elsewhere"));
            orphans.forEach(task -> again(task, reason.isPresent()));
            assign();
        } finally {
            lock.unlock();
        }
    }

    private void again(Task task, boolean lost) {
        task.losses += lost ? 1 : 0;
        if (task.isOver()) {
            end(task);
        } else {
            begun.remove(task);
            queue.put(task.id, task);
        }
    }

    /** A worker has answered. What comes of a task that it does not have, or too late, goes unheard. */
    void answered(Member member, long id, RemoteAnswer answer) {
        lock.lock();
        try {
            Task task = over(member, id);
            if (task != null && task.at.remove(member)) {
                task.answer = answer;
                end(task);
            }
            assign();
        } finally {
            lock.unlock();
        }
    }

    /** A worker has broken off a task. Where it was not asked to, that counts as a loss. */
    void gaveBack(Member member, long id) {
        lock.lock();
        try {
            Task task = over(member, id);
            if (task != null && task.at.remove(member) && task.at.isEmpty()) {
                again(task, true);
            }
            assign();
        } finally {
            lock.unlock();
        }
    }

    /** The task that has ended at the worker; null if it does not have it. */
    private Task over(Member member, long id) {
        for (Map.Entry<Task, Long> running : member.running.entrySet()) {
            Task task = running.getKey();
            if (task.id == id) {
                member.running.remove(task);
                if (task.at.contains(member)) {
                    took(task.choice, nanos.getAsLong() - running.getValue());
                }
                return task;
            }
        }
        return null;
    }

    private void took(int choice, long duration) {
        Deque<Long> all = durations.computeIfAbsent(choice, _ -> new ArrayDeque<>());
        all.addLast(duration);
        if (all.size() > MOST_DURATIONS) {
            all.removeFirst();
        }
    }

    /** To the emptiest worker each. */
    private void assign() {
        while (!queue.isEmpty()) {
            Task task = queue.firstEntry().getValue();
            Optional<Member> member = emptiest(members);
            if (member.isEmpty()) {
                return;
            }
            queue.remove(task.id);
            begin(task, member.get());
        }
    }

    private static Optional<Member> emptiest(Collection<Member> of) {
        return of.stream().filter(member -> member.free() > 0).max(Comparator.comparingDouble(member -> (double) member.free() / member.slots));
    }

    private void begin(Task task, Member member) {
        task.latest = nanos.getAsLong();
        task.at.add(member);
        begun.add(task);
        member.running.put(task, task.latest);
        member.line.send(new Message.Task(task.id, task.choice, task.architecture));
    }

    /** To be called now and then: gives slow evaluations to idle workers too. */
    void lookForSlow() {
        lock.lock();
        try {
            for (Task task : List.copyOf(begun)) {
                long running = nanos.getAsLong() - task.latest;
                Optional<Member> idle = queue.isEmpty() && running > patience(task.choice)
                        ? emptiest(members.stream().filter(member -> !member.running.containsKey(task)).toList()) : Optional.empty();
                if (idle.isPresent()) {
                    told.accept("worker " + task.at.stream().map(member -> member.name).reduce((first, last) -> last).orElse("") + " has been evaluating a network for "
                            + TimeUnit.NANOSECONDS.toSeconds(running) + " s; " + idle.get().name + " does too, and whoever is first is heard");
                    begin(task, idle.get());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private long patience(int choice) {
        Deque<Long> all = durations.getOrDefault(choice, new ArrayDeque<>());
        if (all.size() < SOME) {
            return Long.MAX_VALUE;
        }
        long median = all.stream().sorted().skip(all.size() / 2).findFirst().orElseThrow();
        return Math.max(timing.slowest().toNanos(), (long) (timing.slow() * median));
    }

    private int capacity() {
        return members.stream().mapToInt(member -> member.slots).sum();
    }

    /** Whether somebody waits and nobody is there. */
    boolean isDeserted() {
        lock.lock();
        try {
            return members.isEmpty() && (!queue.isEmpty() || lock.hasWaiters(freed));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean take(BooleanSupplier wanted) {
        do {
            lock.lock();
            try {
                if (places < capacity()) {
                    places++;
                    return true;
                }
                freed.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } finally {
                lock.unlock();
            }
        } while (wanted.getAsBoolean());
        return false;
    }

    @Override
    public void leave() {
        lock.lock();
        try {
            places--;
            freed.signal();
        } finally {
            lock.unlock();
        }
    }
}
