package finch.bench;

import finch.engine.FinchRuntime;
import finch.engine.Runtimes;
import finch.latency.Device;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** Prints what a table was made on: processor, caches, system, JVM, kernels and date. */
public final class Machine {
    private Machine() {}

    /** See the class. */
    public static void main(String[] arguments) {
        Options.of(arguments).noWords();
        Device device = Device.here(new FinchRuntime(), 1);
        Caches caches = Caches.here();
        String sizes = caches.told() ? String.format(Locale.ROOT, "%d KiB L1, %d KiB L2, %d MiB L3", caches.l1() >> 10, caches.l2() >> 10,
                caches.l3() >> 20) : "not told";
        String flags = device.jvmFlags().isEmpty() ? "" : " with " + String.join(" ", device.jvmFlags());
        Markdown table = new Markdown("machine", LocalDate.now(ZoneOffset.UTC).toString());
        table.row("processor", device.cpu() + " (" + device.architecture() + "), " + device.cores() + " for the JVM");
        table.row("caches of a core", sizes);
        table.row("system", device.os());
        table.row("JVM", device.jvmVendor() + " " + device.jvmVersion() + flags);
        table.row("Finch", device.runtimeVersion() + ", " + device.kernelSet());
        if (Runtimes.available().contains("onnxruntime")) {
            table.row("ONNX Runtime", Runtimes.named("onnxruntime").version());
        }
        System.out.print(table);
    }
}
