package finch.latency;

import finch.engine.Runtime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where and with what a network runs: everything that must agree for a latency to hold. The JVM's flags are told, since
 * they may matter, but do not tell devices apart.
 *
 * @param cpu            model name; the architecture where the system does not say
 * @param cores          processors that the JVM may use
 * @param architecture   e.g. {@code amd64}
 * @param os             e.g. {@code Linux}
 * @param jvmVendor      e.g. {@code Eclipse Adoptium}
 * @param jvmMajor       e.g. 25
 * @param jvmVersion     full version
 * @param jvmFlags       options that change code generation or memory, as given
 * @param runtime        e.g. {@code finch}
 * @param runtimeVersion version of the runtime with its kernels
 * @param kernelSet      kernel set and vector width
 * @param threads        threads of one inference
 */
public record Device(String cpu, int cores, String architecture, String os, String jvmVendor, int jvmMajor, String jvmVersion,
                     List<String> jvmFlags, String runtime, String runtimeVersion, String kernelSet, int threads) {
    public Device {
        jvmFlags = List.copyOf(jvmFlags);
    }

    /** This machine and JVM with a runtime. */
    public static Device here(Runtime runtime, int threads) {
        return new Device(Cpu.MODEL, java.lang.Runtime.getRuntime().availableProcessors(), System.getProperty("os.arch"),
                System.getProperty("os.name"), System.getProperty("java.vendor"), java.lang.Runtime.version().feature(),
                java.lang.Runtime.version().toString(), flags(), runtime.name(), runtime.version(), runtime.kernelSet(), threads);
    }

    /** What tells devices apart, by field name. */
    private Map<String, Object> identity() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cpu", cpu);
        fields.put("cores", cores);
        fields.put("architecture", architecture);
        fields.put("os", os);
        fields.put("jvmVendor", jvmVendor);
        fields.put("jvmMajor", jvmMajor);
        fields.put("runtime", runtime);
        fields.put("runtimeVersion", runtimeVersion);
        fields.put("kernelSet", kernelSet);
        fields.put("threads", threads);
        return fields;
    }

    /**
     * 16 hexadecimal digits that agree exactly when the identifying fields and the model's features do: the start of a
     * SHA-256. With the features in it, a newer Finch does not trip over profiles that an older one kept.
     */
    public String fingerprint() {
        return fingerprint(Features.current(kernelSet).version());
    }

    /** As it was when the model had these features. */
    String fingerprint(String features) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest((identity() + features).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** One sentence for each identifying field in which another device differs from this one, for a person. */
    List<String> differences(Device other) {
        List<String> differences = new ArrayList<>();
        Map<String, Object> theirs = other.identity();
        identity().forEach((field, mine) -> {
            if (!mine.equals(theirs.get(field))) {
                differences.add(field + " is \"" + mine + "\" in the profile, but \"" + theirs.get(field) + "\" here");
            }
        });
        return differences;
    }

    private static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-XX") || flag.startsWith("-Xm") || flag.startsWith("-Xint")
                        || flag.startsWith("-Xcomp") || flag.startsWith("-Xbatch") || flag.startsWith("-Dfinch."))
                .filter(flag -> !flag.contains(System.getProperty("file.separator")))
                .toList();
    }

    /** Asks the system for the processor's name, once. */
    private static final class Cpu {
        static final String MODEL = model();

        private static String model() {
            String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
            String found = os.contains("mac") ? sysctl() : procCpuinfo();
            return found.isBlank() ? System.getProperty("os.arch") : found.strip().replaceAll("\\s+", " ");
        }

        private static String procCpuinfo() {
            try {
                for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                    String key = line.split(":", 2)[0].strip();
                    if ((key.equals("model name") || key.equals("Model") || key.equals("Hardware")) && line.contains(":")) {
                        return line.split(":", 2)[1];
                    }
                }
            } catch (IOException e) {
                // no such file on this system: the architecture has to do
            }
            return "";
        }

        private static String sysctl() {
            try {
                Process process = new ProcessBuilder("sysctl", "-n", "machdep.cpu.brand_string").redirectErrorStream(true).start();
                String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return process.waitFor(2, TimeUnit.SECONDS) && process.exitValue() == 0 ? text : "";
            } catch (IOException e) {
                return "";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "";
            }
        }
    }
}
