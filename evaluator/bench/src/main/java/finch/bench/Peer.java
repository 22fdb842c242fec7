package finch.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A process that times one network on demand, and waits without using a core while it is not asked. */
final class Peer implements AutoCloseable {
    /** First word of a process that is warm. */
    static final String STEADY = "steady";

    private final Process process;
    private final BufferedReader from;
    private final BufferedWriter to;
    private final float[] output;
    private final boolean steady;
    private final double warmUpSeconds;

    /**
     * One round.
     *
     * @param median milliseconds of a run; likewise {@code low} and {@code high}, between which 80 per cent lie
     * @param before GFLOP/s of the probe; likewise {@code after}
     * @param share  of the wall clock that the calling thread had a processor; it works or spins all the time
     */
    record Round(double median, double low, double high, double before, double after, double share) {
        /** The slower probe. */
        double probe() {
            return Math.min(before, after);
        }
    }

    /** Starts a process and waits until it is warm. @param options of {@link PeerProcess} */
    Peer(List<String> jvm, String... options) throws IOException {
        process = new ProcessBuilder(Fork.command(jvm, PeerProcess.class, List.of(options)))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        to = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        String[] words;
        try {
            output = PeerProcess.decoded(answer());
            words = answer().split(" ");
        } catch (IOException e) {
            process.destroy();
            throw e;
        }
        steady = words[0].equals(STEADY);
        warmUpSeconds = Double.parseDouble(words[1]);
    }

    /** What its first run gave. */
    float[] output() {
        return output;
    }

    /** Whether its times agreed at the end of the warm-up. */
    boolean steady() {
        return steady;
    }

    double warmUpSeconds() {
        return warmUpSeconds;
    }

    Round time(int runs) throws IOException {
        to.write(runs + "\n");
        to.flush();
        double[] values = Arrays.stream(answer().split(" ")).mapToDouble(Double::parseDouble).toArray();
        return new Round(values[0], values[1], values[2], values[3], values[4], values[5]);
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
            process.destroy();
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
