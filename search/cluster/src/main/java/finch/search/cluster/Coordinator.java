package finch.search.cluster;

import finch.search.run.ClusterAddress;
import finch.search.run.ClusterEngine;
import finch.search.run.EvaluationCluster;
import finch.search.run.EvaluationJob;
import finch.search.run.RemoteAnswer;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The search's end of the cluster: a server that workers call. */
final class Coordinator implements ClusterEngine.Listening {
    private static final long LOOK_MILLIS = 500;
    private static final long GOODBYE_SECONDS = 5;
    private static final int LONGEST_NAME = 80;
    private static final int LONGEST_REASON = 2000;

    private final ClusterAddress asked;
    private final BooleanSupplier cancelled;
    private final Consumer<String> told;
    private final Dispatcher dispatcher;
    private final String code = Fingerprint.ofThisJvm();
    private final Server server;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("cluster-clock").factory());
    private final Set<Caller> callers = new HashSet<>();
    private EvaluationJob job;
    private boolean deserted;

    Coordinator(ClusterAddress address, Timing timing, BooleanSupplier cancelled, Consumer<String> told) throws IOException {
        this.asked = address;
        this.cancelled = cancelled;
        this.told = told;
        this.dispatcher = new Dispatcher(timing, System::nanoTime, told);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(address.host(), address.port()))
                .keepAliveTime(timing.ping().toMillis(), TimeUnit.MILLISECONDS).keepAliveTimeout(timing.silence().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(1, TimeUnit.SECONDS).maxInboundMessageSize(MessageFormat.LONGEST)
                .addService(ServerServiceDefinition.builder(Link.SERVICE).addMethod(Link.WORK, ServerCalls.asyncBidiStreamingCall(this::called)).build());
        if (address.tls().isPresent()) {
            builder.sslContext(Tls.ofSearch(address.tls().get()));
        }
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw new IOException(address + " cannot be listened at: " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
        clock.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public ClusterAddress address() {
        return new ClusterAddress(asked.host(), server.getPort(), asked.tls());
    }

    private void look() {
        dispatcher.lookForSlow();
        boolean now = dispatcher.isDeserted();
        if (now && !deserted) {
            told.accept("no worker is here; one is started with: finch worker --join " + address());
        }
        deserted = now;
    }

    @Override
    public void begin(EvaluationJob given) {
        synchronized (callers) {
            job = given;
            callers.forEach(Caller::assign);
        }
    }

    @Override
    public RemoteAnswer estimate(int choice, Architecture architecture) {
        return dispatcher.ask(choice, ArchitectureFormat.toJson(architecture), cancelled);
    }

    @Override
    public boolean take(BooleanSupplier wanted) {
        return dispatcher.take(wanted);
    }

    @Override
    public void leave() {
        dispatcher.leave();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        synchronized (callers) {
            callers.forEach(caller -> caller.send(new Message.Ended()));
        }
        server.shutdown();
        try {
            if (!server.awaitTermination(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private StreamObserver<Message> called(StreamObserver<Message> back) {
        return new Caller((ServerCallStreamObserver<Message>) back);
    }

    /** What remains of a text from outside: one line of a terminal, and not too long. */
    static String plain(String text, int longest) {
        String line = text.replaceAll("\\p{C}", " ").strip();
        return line.length() <= longest ? line : line.substring(0, longest) + "…";
    }

    /** A worker that calls, from its first word to its last. Its words come one after another. */
    private final class Caller implements StreamObserver<Message>, Dispatcher.Line {
        private final ServerCallStreamObserver<Message> back;
        private Message.Hello hello;
        private Dispatcher.Member member;
        private boolean assigned;
        private boolean closed;

        Caller(ServerCallStreamObserver<Message> back) {
            this.back = back;
            // else what is sent to a worker that has gone throws
            back.setOnCancelHandler(() -> gone(Optional.of("its connection broke")));
        }

        @Override
        public void onNext(Message message) {
            switch (message) {
                case Message.Hello first when hello == null -> greet(first);
                case Message.Ready ready when hello != null && member == null && ready.slots() > 0 && ready.slots() <= EvaluationCluster.MOST_AT_ONCE ->
                        member = dispatcher.join(name(), ready.slots(), this);
                case Message.Unable unable when hello != null && member == null -> {
                    told.accept("worker " + name() + " cannot take part: " + plain(unable.reason(), LONGEST_REASON));
                    close(Status.OK);
                }
                case Message.Answer answer when member != null -> dispatcher.answered(member, answer.id(), answer.answer());
                case Message.GivenBack given when member != null -> dispatcher.gaveBack(member, given.id());
                default -> {
                    String problem = message instanceof Message.Garbled garbled ? garbled.reason() : "a message is out of turn";
                    gone(Optional.of("what it says makes no sense: " + problem));
                    close(Status.INVALID_ARGUMENT.withDescription(problem));
                }
            }
        }

        private void greet(Message.Hello first) {
            if (first.protocol() != Link.PROTOCOL || !first.code().equals(code)) {
                told.accept("worker " + plain(first.name(), LONGEST_NAME) + " was refused: it is of another build of Finch");
                send(new Message.Refused("the search and this worker are of different builds of Finch, which may tell different figures. Install the same one on both."));
                close(Status.OK);
                return;
            }
            synchronized (callers) {
                hello = first;
                callers.add(this);
                assign();
            }
        }

        /** With the callers' lock. */
        private void assign() {
            if (job != null && !assigned) {
                assigned = true;
                send(new Message.Job(job));
            }
        }

        private String name() {
            return plain(hello.name(), LONGEST_NAME);
        }

        @Override
        public synchronized void send(Message message) {
            if (!closed && !back.isCancelled()) {
                back.onNext(message);
                if (message instanceof Message.Ended) {
                    close(Status.OK);
                }
            }
        }

        private synchronized void close(Status status) {
            if (!closed && !back.isCancelled()) {
                closed = true;
                if (status.isOk()) {
                    back.onCompleted();
                } else {
                    back.onError(status.asRuntimeException());
                }
            }
        }

        private void gone(Optional<String> reason) {
            synchronized (callers) {
                callers.remove(this);
            }
            if (member != null) {
                dispatcher.leave(member, reason);
            }
        }

        @Override
        public void onError(Throwable broken) {
            gone(Optional.of("its connection broke"));
        }

        @Override
        public void onCompleted() {
            gone(Optional.empty());
            close(Status.OK);
        }
    }
}
