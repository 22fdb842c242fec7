package finch.bench;

import finch.space.network.Network;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** PyTorch training the same network in a process of its own, which waits without using a core while it is not asked. */
final class TorchTraining implements AutoCloseable {
    private static final String SCRIPT = "training_peer.py";

    private final Path script;
    private final Process process;
    private final BufferedReader from;
    private final BufferedWriter to;

    /** Starts it and waits until it is warm. @param name with resolution, such as {@code mobilenetv2@0.5/32} @throws IOException if it cannot train this network */
    TorchTraining(String python, String name, Network network, int batch, int threads, boolean channelsLast) throws IOException {
        script = Files.createTempFile("finch-", SCRIPT);
        try (InputStream source = TorchTraining.class.getResourceAsStream(SCRIPT)) {
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        String plain = name.replaceFirst("/\\d+$", "").replaceFirst("@$", "");
        process = new ProcessBuilder(List.of(python, script.toString(), plain, "" + network.input().height(), "" + network.output().size(), "" + batch,
                "" + threads, channelsLast ? "channels-last" : "contiguous", "" + network.params())).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        to = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        try {
            answer();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Images a second, over a second. */
    double rate() throws IOException {
        to.write("\n");
        to.flush();
        return Double.parseDouble(answer());
    }

    private String answer() throws IOException {
        String line = from.readLine();
        if (line == null) {
            throw new IOException("PyTorch's process ended; what it said stands above");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        Files.deleteIfExists(script);
    }
}
