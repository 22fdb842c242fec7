package finch.search.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.config.ShippedCatalog;
import finch.search.run.ClusterAddress;
import finch.search.run.ClusterEngine;
import finch.search.run.ClusterKeys;
import finch.search.run.EvaluationJob;
import finch.search.run.RemoteAnswer;
import finch.search.run.SearchServices;
import finch.search.run.WorkerEvaluator;
import finch.space.format.References;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may listen, join and be believed. */
@Tag("slow")
class SecurityTest {
    /** As in the guide. */
    private static final String PASSWORD = "choose-your-own";

    /** Made once: by the guide's own commands, and some that must not be believed. */
    @TempDir
    private static Path keys;

    @TempDir
    private Path temp;
    private final List<String> told = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void make_keys() throws Exception {
        String guide = Files.readString(Path.of(System.getProperty("finch.root"), "search/cluster/README.md"));
        int begin = guide.indexOf("export FINCH_CLUSTER_PASSWORD=");
        String commands = guide.substring(begin, guide.indexOf("```", begin));
        assertThat(commands.lines().filter(line -> line.startsWith("keytool "))).hasSize(13);
        run(List.of("sh", "-e", "-c", "PATH=" + Path.of(System.getProperty("java.home"), "bin") + ":$PATH\n" + commands));

        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=other", "-ext", "bc:c", "-keystore", "other.p12");
        keytool("-exportcert", "-alias", "ca", "-keystore", "other.p12", "-rfc", "-file", "other.pem");
        keytool("-importcert", "-noprompt", "-alias", "ca", "-file", "other.pem", "-keystore", "other-trust.p12");
        signed("elsewhere", "ca", "san=dns:elsewhere.example.org", "eku=serverAuth");
        signed("stranger", "other", "san=dns:worker", "eku=clientAuth");
    }

    private static void signed(String name, String authority, String san, String usage) throws Exception {
        keytool("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-keystore", name + ".p12");
        keytool("-certreq", "-alias", name, "-keystore", name + ".p12", "-file", name + ".csr");
        keytool("-gencert", "-alias", "ca", "-keystore", authority + ".p12", "-infile", name + ".csr", "-rfc", "-outfile", name + ".pem", "-ext", san, "-ext", usage);
        keytool("-importcert", "-noprompt", "-alias", "ca", "-file", authority + ".pem", "-keystore", name + ".p12");
        keytool("-importcert", "-noprompt", "-alias", name, "-file", name + ".pem", "-keystore", name + ".p12");
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"));
        }
        run(command);
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).directory(keys.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    }

    private static Optional<ClusterKeys> keys(String name, String authority) {
        return Optional.of(new ClusterKeys(keys.resolve(name + ".p12"), keys.resolve(authority.equals("ca") ? "trust.p12" : "other-trust.p12"), PASSWORD));
    }

    private ClusterEngine.Listening listening(Optional<ClusterKeys> tls) throws IOException {
        return new GrpcEngine(Processes.CALM).listen(new ClusterAddress("127.0.0.1", 0, tls), () -> false, told::add);
    }

    private ClusterEngine.WorkEnd work(int port, Optional<ClusterKeys> tls, Duration patience, BooleanSupplier cancelled) throws IOException {
        return new GrpcEngine(Processes.CALM).work(new ClusterAddress("127.0.0.1", port, tls), new ClusterEngine.WorkerSettings("worker", 1, List.of(), temp, patience, false),
                Processes.services(new TestEstimator(0, Optional.empty(), "worker"), Optional.empty()), new ShippedCatalog(), cancelled, told::add);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:0", "[::]:0", "192.0.2.1:7077"})
    void without_certificates_nothing_but_this_machine_is_listened_at_or_joined(String text) {
        ClusterAddress address = ClusterAddress.parse(text, Optional.empty());

        assertThatThrownBy(() -> new GrpcEngine().listen(address, () -> false, told::add)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(address + " is not only this machine, and without certificates anybody could join, listen and answer. Give --keys and --trust"
                        + " (search/cluster/README.md says how to make them), or stay on 127.0.0.1.");
        assertThatThrownBy(() -> new GrpcEngine().work(address, new ClusterEngine.WorkerSettings("w", 1, List.of(), temp, Duration.ZERO, false),
                Processes.services(Processes.notHere(), Optional.empty()), new ShippedCatalog(), () -> false, told::add)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not only this machine");
    }

    @Test
    void with_certificates_on_both_sides_it_works_and_listens_beyond_this_machine() throws Exception {
        CompletableFuture<ClusterEngine.WorkEnd> worker;
        try (ClusterEngine.Listening cluster = new GrpcEngine(Processes.CALM).listen(new ClusterAddress("0.0.0.0", 0, keys("search", "ca")), () -> false, told::add)) {
            cluster.begin(EvaluationJob.of(Processes.config("")));
            worker = CompletableFuture.supplyAsync(() -> {
                try {
                    return work(cluster.address().port(), keys("worker", "ca"), Duration.ofMinutes(1), () -> false);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }, task -> Thread.ofPlatform().daemon().start(task));
            RemoteAnswer answer = cluster.estimate(0, References.resolve("mobilenetv3-small"));
            assertThat(answer).isInstanceOf(RemoteAnswer.Estimated.class);
        }
        assertThat(Processes.result(worker, () -> "the worker has not ended; told: " + told)).isEqualTo(ClusterEngine.WorkEnd.DONE);
    }

    /** Each pair as it must not work: no certificate, one of another authority, one of another host, one that may not do this. */
    @ParameterizedTest
    @ValueSource(strings = {"search ca - -", "search ca stranger ca", "search ca worker other", "elsewhere ca worker ca", "worker ca worker ca", "search ca search ca", "- - worker ca"})
    void whoever_cannot_show_who_they_are_takes_no_part(String pair) throws Exception {
        String[] names = pair.split(" ");
        try (ClusterEngine.Listening cluster = listening(names[0].equals("-") ? Optional.empty() : keys(names[0], names[1]))) {
            cluster.begin(EvaluationJob.of(Processes.config("")));
            ClusterEngine.WorkEnd end = work(cluster.address().port(), names[2].equals("-") ? Optional.empty() : keys(names[2], names[3]), Duration.ofMillis(400), () -> false);

            assertThat(end).as("told: %s", told).isEqualTo(ClusterEngine.WorkEnd.ALONE);
            assertThat(told).noneMatch(line -> line.contains(" joined "));
        }
    }

    @Test
    void keys_that_cannot_be_used_are_named() throws Exception {
        Path other = Files.writeString(temp.resolve("text.p12"), "no keys");
        Path search = keys.resolve("search.p12");
        Path trust = keys.resolve("trust.p12");

        assertThatThrownBy(() -> listening(Optional.of(new ClusterKeys(other, trust, PASSWORD)))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(other + " is no PKCS #12 file, or its password is another one: ");
        assertThatThrownBy(() -> listening(Optional.of(new ClusterKeys(search, trust, "wrong")))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(search + " is no PKCS #12 file, or its password is another one: ").hasMessageNotContaining("wrong");
        assertThatThrownBy(() -> listening(Optional.of(new ClusterKeys(trust, trust, PASSWORD)))).hasMessage(trust + " has no private key");
        assertThatThrownBy(() -> listening(Optional.of(new ClusterKeys(temp.resolve("none"), trust, PASSWORD)))).isInstanceOf(java.nio.file.NoSuchFileException.class);
        assertThat(new ClusterKeys(search, trust, "secret").toString()).doesNotContain("secret");
    }

    @Test
    void what_is_no_worker_is_turned_away_and_the_search_goes_on() throws Exception {
        try (ClusterEngine.Listening cluster = listening(Optional.empty())) {
            cluster.begin(EvaluationJob.of(Processes.config("")));
            try (Socket socket = new Socket("127.0.0.1", cluster.address().port()); OutputStream out = socket.getOutputStream()) {
                out.write("\u00ac\u00ed\u0000\u0005sr GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            assertThat(answers(cluster, new Message.Hello(1, "another build", "old", 1))).contains("Refused[reason=the search and this worker are of different builds");
            assertThat(answers(cluster, new Message.Answer(0, new RemoteAnswer.Failed("me first")))).contains("INVALID_ARGUMENT");
            assertThat(answers(cluster, new Message.Ready(5))).contains("INVALID_ARGUMENT");

            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<ClusterEngine.WorkEnd> worker = CompletableFuture.supplyAsync(() -> {
                try {
                    return work(cluster.address().port(), Optional.empty(), Duration.ofMinutes(1), enough::get);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }, task -> Thread.ofPlatform().daemon().start(task));
            assertThat(cluster.estimate(0, References.resolve("mobilenetv3-small"))).isInstanceOf(RemoteAnswer.Estimated.class);
            enough.set(true);
            assertThat(Processes.result(worker, () -> "the worker has not ended; told: " + told)).isEqualTo(ClusterEngine.WorkEnd.CANCELLED);
        }
        assertThat(told).anyMatch(line -> line.equals("worker worker has left; 0 workers, 0 slots"));
    }

    /** What the search says to somebody who says this. */
    private static String answers(ClusterEngine.Listening cluster, Message message) throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forAddress(new InetSocketAddress("127.0.0.1", cluster.address().port())).proxyDetector(_ -> null).usePlaintext().build();
        try {
            StringBuffer heard = new StringBuffer();
            CompletableFuture<Void> over = new CompletableFuture<>();
            StreamObserver<Message> to = ClientCalls.asyncBidiStreamingCall(channel.newCall(Link.WORK, CallOptions.DEFAULT), new StreamObserver<>() {
                @Override
                public void onNext(Message value) {
                    heard.append(value);
                }

                @Override
                public void onError(Throwable t) {
                    heard.append(Status.fromThrowable(t));
                    over.complete(null);
                }

                @Override
                public void onCompleted() {
                    over.complete(null);
                }
            });
            to.onNext(message);
            Processes.result(over, () -> "no end; heard: " + heard);
            return heard.toString();
        } finally {
            channel.shutdownNow();
        }
    }

    private static SearchConfig trained(String command) {
        return ConfigReader.parse("c.yaml", "schema: 1\nname: t\nspace: mobilenetv3\nobjectives: [top1, macs]\naccuracy: { type: command, " + command + " }\n", Path.of("/"), List.of(),
                new ShippedCatalog());
    }

    /** A search must not be able to run a program of its choice on a worker. */
    @Test
    void a_trainer_runs_only_where_the_worker_was_told_of_the_very_same() throws Exception {
        SearchServices services = Processes.services(new TestEstimator(0, Optional.empty(), "w"), Optional.empty());
        String run = "run: [sh, -c, 'echo 1'], environment: { A: b }, parallel: 3";
        EvaluationJob job = EvaluationJob.of(trained(run));

        for (List<SearchConfig> own : List.of(List.<SearchConfig>of(), List.of(Processes.config("")), List.of(trained(run.replace("echo 1", "echo 2"))), List.of(trained(run.replace("A: b", "A: c"))))) {
            assertThatThrownBy(() -> WorkerEvaluator.open(job, services, new ShippedCatalog(), own, temp)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the search trains with sh -c echo 1, which this worker was not told to run.");
        }
        assertThat(WorkerEvaluator.open(job, services, new ShippedCatalog(), List.of(Processes.config(""), trained(run)), temp).atOnce(8)).isEqualTo(3);
    }

    @Test
    void files_that_accuracies_come_from_must_be_the_same_bytes() throws Exception {
        SearchServices services = Processes.services(new TestEstimator(0, Optional.empty(), "w"), Optional.empty());
        Path table = Files.writeString(temp.resolve("table.csv"), "architecture,top1\nmobilenetv3-small,60\n");
        SearchConfig config = ConfigReader.parse("c.yaml", "schema: 1\nname: t\nspace: mobilenetv3\naccuracy: { type: table, table: " + table + " }\n", temp, List.of(), new ShippedCatalog());
        EvaluationJob job = EvaluationJob.of(config);
        assertThat(job.files()).containsOnlyKeys(table.toString());
        assertThat(WorkerEvaluator.open(job, services, new ShippedCatalog(), List.of(), temp).atOnce(8)).isEqualTo(8);

        EvaluationJob silent = new EvaluationJob(job.config(), Map.of(), job.kernels());
        assertThatThrownBy(() -> WorkerEvaluator.open(silent, services, new ShippedCatalog(), List.of(), temp)).hasMessage(
                table + " is not the file that the search's accuracies come from");
        Files.writeString(table, "architecture,top1\nmobilenetv3-small,61\n");
        assertThatThrownBy(() -> WorkerEvaluator.open(job, services, new ShippedCatalog(), List.of(), temp)).hasMessage(
                table + " is not the file that the search's accuracies come from");
        Files.delete(table);
        assertThatThrownBy(() -> WorkerEvaluator.open(job, services, new ShippedCatalog(), List.of(), temp)).isInstanceOf(RuntimeException.class).hasMessageContaining(table.toString());
    }

    @Test
    void kernels_of_another_width_are_refused_where_accuracies_are_computed() throws Exception {
        SearchServices services = Processes.services(new TestEstimator(0, Optional.empty(), "w"), Optional.empty());
        SearchConfig config = ConfigReader.parse("c.yaml", "schema: 1\nname: t\nspace: mobilenetv3\nobjectives: [score, macs]\naccuracy: { type: proxy, proxy: synflow, allow-weak: true }\n", temp,
                List.of(), new ShippedCatalog());
        EvaluationJob job = EvaluationJob.of(config);
        assertThat(job.kernels()).isPresent();
        assertThat(EvaluationJob.of(Processes.config("")).kernels()).isEmpty();
        WorkerEvaluator.open(job, services, new ShippedCatalog(), List.of(), temp);

        EvaluationJob wider = new EvaluationJob(job.config(), job.files(), Optional.of("vector-4096"));
        assertThatThrownBy(() -> WorkerEvaluator.open(wider, services, new ShippedCatalog(), List.of(), temp)).hasMessageStartingWith(
                "the search computes accuracies with the kernels vector-4096 and this worker would with ");
    }

    /** A job tells nothing of the device, so that a worker could not time anything for it if it wanted to. */
    @Test
    void a_job_has_nothing_of_the_machine_that_latencies_are_of() throws Exception {
        SearchConfig config = ConfigReader.parse("c.yaml", "schema: 1\nname: t\nspace: mobilenetv3\ndevice: { runtime: onnxruntime, threads: 3 }\nconstraints: { latency: { at-most: 12 ms } }\n", temp,
                List.of(), new ShippedCatalog());

        SearchConfig told = ConfigReader.parse("job", EvaluationJob.of(config).config(), temp, List.of(), new ShippedCatalog());
        assertThat(told.device()).isEqualTo(SearchConfig.Device.DEFAULT);
        assertThat(told.constraints()).isEmpty();
        assertThat(told.objectives()).containsExactly(finch.search.config.Objective.TOP1);
        assertThat(told.seed()).isEqualTo(config.seed());
        assertThat(told.accuracy()).isEqualTo(config.accuracy());
    }
}
