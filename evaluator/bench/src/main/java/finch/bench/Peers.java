package finch.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Prints a table of Finch beside ONNX Runtime: {@code Peers [rounds=9] [runs=200] [batch=1] NETWORK[:THREADS]…}.
 *
 * <p>Each runtime has a process of its own for each network. They are warmed up, and then timed in turn, round by round;
 * whoever is not timed waits for its input and uses no core. A round gives the median of its runs; the table gives the
 * median of these, their range, and the median of the ratios of the rounds.
 */
public final class Peers {
    private static final List<String> RUNTIMES = List.of("finch", "onnxruntime");

    private Peers() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        int rounds = option(arguments, "rounds", 9);
        int runs = option(arguments, "runs", 200);
        int batch = option(arguments, "batch", 1);
        System.out.printf(Locale.ROOT, "| network | threads | Finch ms | ONNX Runtime ms | ratio | FMA peak GFLOP/s |%n| --- | --- | --- | --- | --- | --- |%n");
        double logs = 0;
        int count = 0;
        for (String argument : arguments) {
            if (!argument.contains("=")) {
                int colon = argument.indexOf(':');
                String network = colon < 0 ? argument : argument.substring(0, colon);
                logs += Math.log(compare(network, colon < 0 ? 1 : Integer.parseInt(argument.substring(colon + 1)), batch, rounds, runs));
                count++;
            }
        }
        System.out.printf(Locale.ROOT, "%nGeometric mean of the ratios: %.3f%n", Math.exp(logs / count));
    }

    private static int option(String[] arguments, String name, int otherwise) {
        return Arrays.stream(arguments).filter(a -> a.startsWith(name + "=")).mapToInt(a -> Integer.parseInt(a.substring(name.length() + 1)))
                .findFirst().orElse(otherwise);
    }

    private static double compare(String network, int threads, int batch, int rounds, int runs) throws IOException {
        double[][] medians = new double[RUNTIMES.size()][rounds];
        double peak = 0;
        List<Peer> peers = new ArrayList<>();
        try {
            for (String runtime : RUNTIMES) {
                peers.add(new Peer(runtime, network, threads, batch));
            }
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < peers.size(); i++) {
                    // each goes first in every other round
                    int next = round % 2 == 0 ? i : peers.size() - 1 - i;
                    String[] answer = peers.get(next).time(runs).split(" ");
                    medians[next][round] = Double.parseDouble(answer[0]);
                    peak = Math.max(peak, Double.parseDouble(answer[1]));
                }
            }
        } finally {
            peers.forEach(Peer::close);
        }
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            ratios[round] = medians[0][round] / medians[1][round];
        }
        System.out.printf(Locale.ROOT, "| %s | %d | %s | %s | %s | %.0f |%n", network, threads, summary(medians[0]), summary(medians[1]), summary(ratios), peak);
        return ratios[rounds / 2];
    }

    /** Median and range; sorts. */
    private static String summary(double[] values) {
        Arrays.sort(values);
        return String.format(Locale.ROOT, "%.2f [%.2f-%.2f]", values[values.length / 2], values[0], values[values.length - 1]);
    }

    /** A process that times one network on demand. */
    private static final class Peer implements AutoCloseable {
        private final Process process;
        private final BufferedReader from;
        private final BufferedWriter to;

        Peer(String runtime, String network, int threads, int batch) throws IOException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), PeerProcess.class.getName(), runtime, network,
                    Integer.toString(threads), Integer.toString(batch)));
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            to = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
            answer(); // warm
        }

        /** Median milliseconds and the probe's GFLOP/s. */
        String time(int runs) throws IOException {
            to.write(runs + "\n");
            to.flush();
            return answer();
        }

        private String answer() throws IOException {
            String line = from.readLine();
            if (line == null) {
                throw new IOException("the timed process ended; its message is above");
            }
            return line;
        }

        @Override
        public void close() {
            try {
                to.close();
                process.waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                process.destroy();
                Thread.currentThread().interrupt();
            }
        }
    }
}
