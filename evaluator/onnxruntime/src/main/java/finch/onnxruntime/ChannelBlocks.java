package finch.onnxruntime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * How many channels lie together in ONNX Runtime's convolutions (its NCHWc layout): as many floats as a vector of the processor holds, 16 with AVX-512, 8 on other
 * x86-64 processors, and 16 in its kernels for ARM. It asks the processor, and has no call that would tell.
 */
final class ChannelBlocks {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final int WIDE = 16;
    private static final int NARROW = 8;

    private ChannelBlocks() {}

    /** On this machine; where the system does not say, AVX-512 is taken to be missing. */
    static int here() {
        String flags = "";
        try {
            flags = Files.readString(CPU_INFO);
        } catch (IOException e) {
            // no Linux
        }
        return of(System.getProperty("os.arch"), flags);
    }

    /** @param architecture as the JVM calls it @param cpuInfo text of Linux about the processors, or nothing */
    static int of(String architecture, String cpuInfo) {
        boolean x86 = architecture.toLowerCase(Locale.ROOT).matches("amd64|x86_64|x86|i[3-6]86");
        return !x86 || Arrays.asList(cpuInfo.split("\\s+")).contains("avx512f") ? WIDE : NARROW;
    }
}
