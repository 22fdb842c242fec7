package finch.search.cluster;

import finch.search.config.Catalog;
import finch.search.run.ClusterAddress;
import finch.search.run.ClusterEngine.WorkEnd;
import finch.search.run.ClusterEngine.WorkerSettings;
import finch.search.run.EvaluationJob;
import finch.search.run.SearchServices;
import finch.search.run.WorkerEvaluator;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A worker: calls its search, again and again while that is not there, and does what it is asked. */
final class Worker {
    private static final long POLL_MILLIS = 100;
    private static final Duration GOODBYE = Duration.ofSeconds(5);
    /** gRPC's least for those who call. */
    private static final long LEAST_PING_SECONDS = 10;
    private static final int HASH_BYTES = 8;

    private final ClusterAddress search;
    private final WorkerSettings settings;
    private final Timing timing;
    private final SearchServices services;
    private final Catalog catalog;
    private final BooleanSupplier cancelled;
    private final Consumer<String> told;
    private final String code = Fingerprint.ofThisJvm();
    private final Optional<SslContext> tls;
    /** The last job and what does it: a search that was resumed has the same. */
    private EvaluationJob job;
    private WorkerEvaluator evaluator;

    Worker(ClusterAddress search, WorkerSettings settings, Timing timing, SearchServices services, Catalog catalog, BooleanSupplier cancelled, Consumer<String> told)
            throws IOException {
        this.search = search;
        this.settings = settings;
        this.timing = timing;
        this.services = services;
        this.catalog = catalog;
        this.cancelled = cancelled;
        this.told = told;
        this.tls = search.tls().isPresent() ? Optional.of(Tls.ofWorker(search.tls().get())) : Optional.empty();
    }

    WorkEnd work() throws IOException {
        long alone = System.nanoTime();
        String problem = "";
        while (!cancelled.getAsBoolean()) {
            Assignment assignment = new Assignment(new Message.Hello(Link.PROTOCOL, code, settings.name(), settings.slots()), this::evaluator, told);
            ManagedChannel channel = channel();
            try {
                assignment.answers(ClientCalls.asyncBidiStreamingCall(channel.newCall(Link.WORK, CallOptions.DEFAULT), assignment));
                while (!assignment.isOver(POLL_MILLIS)) {
                    if (cancelled.getAsBoolean()) {
                        assignment.leave();
                    }
                }
            } finally {
                assignment.breakOff(GOODBYE);
                goodbye(channel);
            }
            switch (assignment.end()) {
                case Assignment.End.Ended _ when !settings.stays() -> {
                    return WorkEnd.DONE;
                }
                case Assignment.End.Ended _ -> alone = System.nanoTime();
                case Assignment.End.Left _ -> {
                    return WorkEnd.CANCELLED;
                }
                case Assignment.End.Unwanted unwanted -> throw new IllegalArgumentException(unwanted.reason());
                case Assignment.End.Defect defect -> {
                    switch (defect.thrown()) {
                        case Error error -> throw error;
                        case RuntimeException exception -> throw exception;
                        default -> throw new IllegalStateException(defect.thrown());
                    }
                }
                case Assignment.End.Broken broken -> {
                    alone = assignment.wasHeard() ? System.nanoTime() : alone;
                    if (assignment.wasHeard() || !broken.reason().equals(problem)) {
                        told.accept((assignment.wasHeard() ? "the search at " + search + " is gone" : "there is no search at " + search + " yet") + " (" + broken.reason()
                                + "); it is looked for again");
                    }
                    problem = broken.reason();
                    if (System.nanoTime() - alone > settings.patience().toNanos()) {
                        return WorkEnd.ALONE;
                    }
                }
            }
            pause();
        }
        return WorkEnd.CANCELLED;
    }

    private void pause() {
        long end = System.nanoTime() + timing.retry().toNanos();
        try {
            while (System.nanoTime() < end && !cancelled.getAsBoolean()) {
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ManagedChannel channel() {
        // asked for anew each time, since a search that was started again may be elsewhere
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(new InetSocketAddress(search.host(), search.port())).proxyDetector(_ -> null)
                .keepAliveTime(Math.max(LEAST_PING_SECONDS, timing.ping().toSeconds()), TimeUnit.SECONDS)
                .keepAliveTimeout(timing.silence().toMillis(), TimeUnit.MILLISECONDS).maxInboundMessageSize(MessageFormat.LONGEST);
        return (tls.isPresent() ? builder.sslContext(tls.get()) : builder.usePlaintext()).build();
    }

    private static void goodbye(ManagedChannel channel) {
        channel.shutdown();
        try {
            if (!channel.awaitTermination(GOODBYE.toSeconds(), TimeUnit.SECONDS)) {
                channel.shutdownNow();
            }
        } catch (InterruptedException e) {
            channel.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** What does a job. @throws IllegalArgumentException if this machine cannot or should not, with a message for people */
    private synchronized WorkerEvaluator evaluator(EvaluationJob asked) throws IOException {
        if (!asked.equals(job)) {
            // a folder for each job: trainers of two searches must not take each other's answers
            Path folder = Files.createDirectories(settings.folder().resolve(hash(asked.config())));
            evaluator = WorkerEvaluator.open(asked, services, catalog, settings.trainers(), folder);
            job = asked;
        }
        return evaluator;
    }

    private static String hash(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)), 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
