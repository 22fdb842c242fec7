package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in made-up installations, whose jar holds a main class that says how it was started. */
class LauncherTest {
    private static final String ECHO = """
            package finch.search.cli;
            public final class Finch {
                public static void main(String[] args) throws Exception {
                    System.out.println("vectors " + ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
                    System.out.println("home " + System.getProperty("finch.home"));
                    System.out.println("terminal " + System.getenv("FINCH_OUTPUT_TERMINAL"));
                    System.out.println("path " + System.getProperty("java.class.path"));
                    for (String arg : args) System.out.println("<" + arg + ">");
                    if (args.length > 0 && args[0].equals("sleep")) {
                        System.out.println("pid " + ProcessHandle.current().pid());
                        Thread.sleep(60_000);
                    }
                    if (args.length > 0 && args[0].equals("streams")) {
                        System.out.println("input " + System.in.read());
                        new java.io.FileOutputStream(java.io.FileDescriptor.out).write('\\n');
                        // bash puts the script there, if it is closed, for reading only
                        if (args.length > 1) new java.io.FileOutputStream(java.io.FileDescriptor.err).write('\\n');
                    }
                    if (args.length > 0 && args[0].equals("path")) System.out.println(java.nio.file.Path.of(args[1]).toString().length());
                    if (args.length > 1 && args[0].equals("exit")) System.exit(Integer.parseInt(args[1]));
                }
            }
            """;

    @TempDir
    private static Path shared;
    private static Path launcher;
    private static Path jar;

    @TempDir
    private Path folder;
    private Path home;

    record Outcome(int code, String out, String err) {}

    @BeforeAll
    static void compile_the_echo() throws IOException {
        launcher = Path.of(System.getProperty("finch.root")).resolve("finch");
        Path source = shared.resolve("Finch.java");
        Files.writeString(source, ECHO);
        Path classes = Files.createDirectory(shared.resolve("classes"));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), source.toString())).isZero();
        jar = shared.resolve("echo.jar");
        int code = java.util.spi.ToolProvider.findFirst("jar").orElseThrow()
                .run(System.out, System.err, "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
        assertThat(code).isZero();
    }

    @BeforeEach
    void unpack_a_distribution() throws IOException {
        home = Files.createDirectories(folder.resolve("a folder with spaces/finch-1"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(jar, home.resolve("lib/finch search.jar"));
        // a damaged cache of linked classes must not matter, and keeps the launcher from training one meanwhile
        Files.writeString(home.resolve("finch-" + jdkVersion() + ".aot"), "damaged");
        Files.writeString(home.resolve("finch-" + jdkVersion() + "-kernels.aot"), "damaged");
        install(home);
    }

    private static String jdkVersion() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(System.getProperty("java.home"), "release"))) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION=")).map(line -> line.split("\"")[1]).findFirst().orElseThrow();
        }
    }

    private static void install(Path target) throws IOException {
        Files.copy(launcher, target.resolve("finch"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static Map<String, String> thisJdk() {
        return Map.of("JAVA_HOME", System.getProperty("java.home"));
    }

    private Outcome run(Path directory, Map<String, String> environment, String... command) {
        try {
            Path out = Files.createTempFile(folder, "out", "");
            Path err = Files.createTempFile(folder, "err", "");
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                    .redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().keySet().removeIf(key -> key.startsWith("JAVA_") || key.startsWith("FINCH_") || key.startsWith("JDK_")
                    || key.startsWith("LC_") || key.equals("LANG"));
            builder.environment().put("HOME", folder.toString());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("ends").isTrue();
            return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void arguments_and_exit_code_pass_through_unchanged() {
        Outcome outcome = run(folder, thisJdk(), home.resolve("finch").toString(), "exit", "3", "two words", "*", "$HOME", "");

        assertThat(outcome.code()).isEqualTo(3);
        assertThat(outcome.out()).endsWith("<exit>\n<3>\n<two words>\n<*>\n<$HOME>\n<>\n");
    }

    @Test
    void a_pipe_is_told_from_a_terminal() {
        assertThat(run(folder, thisJdk(), home.resolve("finch").toString(), "list").out()).contains("terminal false\n");
    }

    @Test
    void a_chain_of_symbolic_links_leads_to_the_installation() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(home.resolve("alias"), Path.of("finch"));
        Files.createSymbolicLink(bin.resolve("nas"), Path.of("../a folder with spaces/finch-1/alias"));

        Outcome outcome = run(folder, thisJdk(), "bin/nas", "list");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("home " + realPath(home) + "\n").contains("<list>\n");
    }

    @Test
    void it_is_found_on_the_path_from_any_directory() {
        Map<String, String> environment = Map.of("JAVA_HOME", System.getProperty("java.home"),
                "PATH", home + ":" + System.getenv("PATH"));

        assertThat(run(Path.of("/"), environment, "sh", "-c", "finch list").out()).contains("<list>\n");
    }

    @Test
    void only_commands_that_run_kernels_load_the_vector_module() {
        String finch = home.resolve("finch").toString();

        assertThat(run(folder, thisJdk(), finch, "measure", "x").out()).contains("vectors true");
        Outcome quiet = run(folder, thisJdk(), finch, "show", "x");
        assertThat(quiet.out()).contains("vectors false");
        assertThat(quiet.err()).isEmpty();
        assertThat(run(folder, thisJdk(), finch, "measure", "--help").out()).contains("vectors false");
        assertThat(run(folder, thisJdk(), finch, "reproduce", "mobilenetv2").out()).contains("vectors false");
        assertThat(run(folder, thisJdk(), finch, "reproduce", "--json", "latency").out()).contains("vectors true");
        assertThat(run(folder, thisJdk(), finch, "reproduce", "training", "--epochs", "1").out()).contains("vectors true");
        assertThat(run(folder, thisJdk(), finch, "reproduce", "training", "--help").out()).contains("vectors false");
    }

    /** Behind the others, or the cache of linked classes would not be theirs. */
    @Test
    void the_jars_of_the_cluster_are_on_the_class_path_of_those_who_ask_for_it_and_of_no_others() throws IOException {
        String finch = home.resolve("finch").toString();
        String others = "path " + realPath(home) + "/lib/finch search.jar\n";
        assertThat(run(folder, thisJdk(), finch, "search", "x", "--cluster", "127.0.0.1:1").out()).as("not installed").contains(others);

        Files.createDirectories(home.resolve("lib/cluster"));
        Files.copy(jar, home.resolve("lib/cluster/finch-cluster.jar"));
        String all = "path " + realPath(home) + "/lib/finch search.jar:" + realPath(home) + "/lib/cluster/finch-cluster.jar\n";
        assertThat(run(folder, thisJdk(), finch, "search", "x").out()).contains(others);
        assertThat(run(folder, thisJdk(), finch, "search", "x", "--cluster", "127.0.0.1:1").out()).contains(all);
        assertThat(run(folder, thisJdk(), finch, "resume", "x", "--cluster=127.0.0.1:1").out()).contains(all);
        assertThat(run(folder, thisJdk(), finch, "worker", "--join", "127.0.0.1:1").out()).contains(all);
    }

    @Test
    void every_posix_shell_of_this_machine_runs_it() {
        for (String shell : List.of("dash", "bash", "ksh", "busybox")) {
            String path = onPath(shell);
            if (path == null) {
                continue;
            }
            List<String> command = new ArrayList<>(List.of(path));
            if (shell.equals("busybox")) {
                command.add("sh");
            }
            command.addAll(List.of(home.resolve("finch").toString(), "exit", "7"));
            assertThat(run(folder, thisJdk(), command.toArray(String[]::new)).code()).as(shell).isEqualTo(7);
        }
        assertThat(run(folder, thisJdk(), "sh", home.resolve("finch").toString(), "exit", "7").code()).isEqualTo(7);
    }

    /** The JVM would put its next file there, and read that or write to it. */
    @Test
    void a_closed_standard_stream_is_an_empty_one() {
        for (String shell : List.of("sh", "dash", "bash")) {
            String path = onPath(shell);
            if (path == null) {
                continue;
            }
            String finch = path + " '" + home.resolve("finch") + "' streams" + (shell.equals("dash") ? " all" : "");
            assertThat(run(folder, thisJdk(), "sh", "-c", finch + " <&-").out()).as(shell).contains("input -1\n");
            for (String closed : List.of(" >&-", " 2>&-", " <&- >&- 2>&-")) {
                Outcome outcome = run(folder, thisJdk(), "sh", "-c", finch + closed);
                assertThat(outcome.code()).as(shell + closed + outcome.err()).isZero();
            }
        }
    }

    @Test
    void a_locale_that_is_not_there_does_not_make_names_unreadable() {
        Map<String, String> missing = Map.of("LC_ALL", "xx_XX.UTF-8");
        Map<String, String> missingInPart = Map.of("LANG", "C.UTF-8", "LC_MESSAGES", "xx_XX.UTF-8");
        for (Map<String, String> locale : List.of(Map.<String, String>of(), Map.of("LC_ALL", "POSIX"), missing, missingInPart)) {
            Map<String, String> environment = new HashMap<>(thisJdk());
            environment.putAll(locale);

            // the shell makes the name, since the JVM of this test may not be able to
            Outcome outcome = run(folder, environment, "sh", "-c", "'" + home.resolve("finch") + "' path \"$(printf 'n\\303\\266.yaml')\"");

            assertThat(outcome.out()).as(locale + outcome.err()).endsWith("\n7\n");
        }
    }

    @Test
    void a_jdk_is_found_in_an_install_folder_when_java_home_is_too_old() throws IOException {
        Path old = fakeJdk(folder.resolve("old"), "24.0.2", "#!/bin/sh\necho old; exit 9\n");
        Path jdks = Files.createDirectories(folder.resolve("my jdks"));
        fakeJdk(jdks.resolve("8"), "1.8.0_402", "#!/bin/sh\necho eight; exit 9\n");
        fakeJdk(jdks.resolve("current"), jdkVersion(),
                "#!/bin/sh\nexec '" + System.getProperty("java.home") + "/bin/java' \"$@\"\n");
        Map<String, String> environment = Map.of("JAVA_HOME", old.toString(), "PATH", "/usr/bin:/bin",
                "FINCH_JDK_FOLDERS", folder.resolve("nothing") + "/*:" + jdks + "/*");

        Outcome outcome = run(folder, environment, home.resolve("finch").toString(), "list");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("<list>");
    }

    @Test
    void without_a_jdk_one_line_says_what_to_install() throws IOException {
        Path bin = emptyPath();
        Outcome outcome = run(folder, Map.of("PATH", bin.toString(), "FINCH_JDK_FOLDERS", folder.resolve("nothing") + "/*"),
                "/bin/sh", home.resolve("finch").toString(), "list");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines()).singleElement().asString().contains("Java 25").contains("JAVA_HOME").contains("adoptium.net");
    }

    @Test
    void options_for_the_jvm_are_passed_on() {
        Map<String, String> environment = Map.of("JAVA_HOME", System.getProperty("java.home"), "FINCH_JAVA_OPTS", "-Dfinch.home=elsewhere -Xmx64m");

        assertThat(run(folder, environment, home.resolve("finch").toString(), "list").out()).contains("home elsewhere");
    }

    @Test
    void signals_reach_the_program_itself() throws Exception {
        Path out = folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(home.resolve("finch").toString(), "sleep").redirectOutput(out.toFile());
        builder.environment().putAll(thisJdk());
        Process process = builder.start();
        while (process.isAlive() && !Files.readString(out).contains("pid ")) {
            Thread.sleep(20);
        }

        // the launcher replaced itself: one process, so that a signal needs no forwarding
        assertThat(Files.readString(out)).contains("pid " + process.pid() + "\n");
        process.destroy();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
    }

    @Test
    void a_checkout_builds_when_something_is_newer_and_not_otherwise() throws IOException {
        Path checkout = checkout("printf 'compiled\\n'; mkdir -p search/target/finch/lib; cp \"" + jar + "\" search/target/finch/lib/finch.jar");
        String finch = checkout.resolve("finch").toString();
        Map<String, String> environment = withMaven(checkout);

        Outcome first = run(folder, environment, finch, "list");
        assertThat(first.err()).isEqualTo("finch: building …\n");
        assertThat(first.out()).doesNotContain("compiled").contains("<list>");
        assertThat(run(folder, environment, finch, "list").err()).isEmpty();

        Files.writeString(checkout.resolve("space/src/main/java/A.java"), "class A { int changed; }");
        assertThat(run(folder, environment, finch, "list").err()).isEqualTo("finch: building …\n");
        Files.delete(checkout.resolve("space/src/main/java/B.java"));
        assertThat(run(folder, environment, finch, "list").err()).isEqualTo("finch: building …\n");
        Files.writeString(checkout.resolve("configs/b.yaml"), "");
        assertThat(run(folder, environment, finch, "list").err()).isEqualTo("finch: building …\n");
        Files.writeString(checkout.resolve("space/src/test/java/ATest.java"), "class ATest {}");
        assertThat(run(folder, environment, finch, "list").err()).isEmpty();
    }

    @Test
    void a_failed_build_shows_the_end_of_its_log() throws IOException {
        Path checkout = checkout("echo '[ERROR] A.java:[3,7] cannot find symbol'; exit 1");

        Outcome outcome = run(folder, withMaven(checkout), checkout.resolve("finch").toString(), "list");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("cannot find symbol").contains("the build failed").contains("build.log");
        assertThat(checkout.resolve("search/target/.building")).doesNotExist();
    }

    @Test
    void without_maven_one_line_says_what_to_install() throws IOException {
        Path checkout = checkout("exit 1");
        Map<String, String> environment = Map.of("JAVA_HOME", System.getProperty("java.home"), "PATH", emptyPath().toString(),
                "FINCH_MAVEN_FOLDERS", folder.resolve("nothing").toString());

        Outcome outcome = run(folder, environment, "/bin/sh", checkout.resolve("finch").toString(), "list");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err().lines()).singleElement().asString().contains("Maven").contains("install");
    }

    @Test
    void the_lock_of_a_killed_build_is_taken_over() throws IOException {
        Path checkout = checkout("mkdir -p search/target/finch/lib; cp \"" + jar + "\" search/target/finch/lib/finch.jar");
        Path lock = Files.createDirectories(checkout.resolve("search/target/.building"));
        Files.writeString(lock.resolve("pid"), "99999999\n");

        assertThat(run(folder, withMaven(checkout), checkout.resolve("finch").toString(), "list").out()).contains("<list>");
    }

    /** A checkout with a Maven that runs a script instead. */
    private Path checkout(String maven) throws IOException {
        Path checkout = Files.createDirectories(folder.resolve("check out"));
        install(checkout);
        for (String directory : List.of("space/src/main/java", "space/src/test/java", "evaluator", "search", "configs", "bin")) {
            Files.createDirectories(checkout.resolve(directory));
        }
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        Files.writeString(checkout.resolve("space/src/main/java/A.java"), "class A {}");
        Files.writeString(checkout.resolve("space/src/main/java/B.java"), "class B {}");
        executable(checkout.resolve("bin/mvn"), "#!/bin/sh\n" + maven + "\n");
        return checkout;
    }

    private static Map<String, String> withMaven(Path checkout) {
        return Map.of("JAVA_HOME", System.getProperty("java.home"), "PATH", checkout.resolve("bin") + ":/usr/bin:/bin");
    }

    /** A PATH with the standard tools and neither Java nor Maven. */
    private Path emptyPath() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("only tools"));
        for (String tool : List.of("dirname", "readlink", "sed", "find", "head", "rm", "mkdir", "cat", "sleep", "mv", "tail")) {
            executable(bin.resolve(tool), "#!/bin/sh\nexec " + onPath(tool) + " \"$@\"\n");
        }
        return bin;
    }

    private static String onPath(String program) {
        for (String directory : System.getenv("PATH").split(":")) {
            Path file = Path.of(directory, program);
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        return null;
    }

    private static Path fakeJdk(Path jdk, String version, String java) throws IOException {
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(jdk.resolve("bin/java"), java);
        return jdk;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
