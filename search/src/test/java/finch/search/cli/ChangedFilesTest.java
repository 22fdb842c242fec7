package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a config names, changed while its run is interrupted. */
class ChangedFilesTest {
    private static final String CONFIG = """
            schema: 1
            name: changed
            space: { base: FOLDER/spaces/base.yaml, freeze: { stage3.block3.type: 1 } }
            objectives: [macs, params]
            constraints: { macs: { at-most: 1.0 x ref.json } }
            algorithm: { type: random }
            stop: { evaluations: 60, target: { params: 0.001 x target.json } }
            seed-with: [seed.json]
            front: { measure: false }
            export: { pick: none }
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        // the working folder of these commands is not that of the tests
        Files.writeString(folder.resolve("c.yaml"), CONFIG.replace("FOLDER", folder.toString()));
        Files.createDirectories(folder.resolve("spaces"));
        Files.writeString(folder.resolve("spaces/base.yaml"), "base: below.yaml\nfreeze: { stage1.*: [1, 2] }\n");
        Files.writeString(folder.resolve("spaces/below.yaml"), "base: nas-bench-macro\nfreeze: { stage2.*: [1, 2] }\n");
        Files.writeString(folder.resolve("all1.yaml"), "base: nas-bench-macro\nfreeze: { '*type': 1 }\n");
        Files.writeString(folder.resolve("all2.yaml"), "base: nas-bench-macro\nfreeze: { '*type': 2 }\n");
        for (String[] network : List.of(new String[] {"ref", "all2"}, new String[] {"target", "all1"}, new String[] {"seed", "all1"})) {
            Files.writeString(folder.resolve("only.yaml"), "schema: 1\nname: only\nspace: " + network[1] + ".yaml\nobjectives: [macs, params]\nstop: { evaluations: 1 }\n"
                    + "front: { measure: false }\nexport: { pick: none }\n");
            CommandLineRun only = CommandLineRun.of(folder, "search", "only.yaml", "--out", "only-" + network[0]);
            assertThat(only.code()).as(only.err()).isZero();
            assertThat(CommandLineRun.of(folder, "export", "only-" + network[0] + ":best", "--format", "json", "-o", network[0] + ".json").code()).isZero();
        }
    }

    /** As a kill after 20 evaluations leaves it. */
    private void interrupt() throws IOException {
        Path manifest = folder.resolve("run/manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replaceFirst("\"status\" : \"finished\"", "\"status\" : \"running\""));
        Path journal = folder.resolve("run/journal.jsonl");
        Files.write(journal, Files.readAllLines(journal).subList(0, 20));
    }

    @Test
    void a_run_is_not_resumed_with_other_networks_or_another_space() throws IOException {
        CommandLineRun search = CommandLineRun.of(folder, "search", "c.yaml", "--out", "run");
        assertThat(search.code()).as(search.err()).isZero();
        String front = Files.readString(folder.resolve("run/front.json"));
        interrupt();
        String manifest = Files.readString(folder.resolve("run/manifest.json"));
        for (String name : List.of("spaces/base.yaml", "spaces/below.yaml", "ref.json", "target.json", "seed.json")) {
            Path file = folder.resolve(name);
            String before = Files.readString(file);
            // a comment, or another name: whether it matters is not asked
            Files.writeString(file, name.endsWith(".yaml") ? before + "# now\n" : before.replaceFirst("\\{", "{ "));

            CommandLineRun changed = CommandLineRun.of(folder, "resume", "run");

            assertThat(changed.code()).as(name).isEqualTo(2);
            assertThat(changed.err()).contains(name + ", which the run's space or a network that its config names comes from, is not what it was when the run began."
                    + " Put it back, or start a new run.");
            Files.writeString(file, before);
        }
        // one of an earlier version
        Files.writeString(folder.resolve("run/manifest.json"), manifest.replaceFirst("(?s)\"files\" : \\[.*?\\],", ""));
        assertThat(Files.readString(folder.resolve("run/manifest.json"))).doesNotContain("below.yaml");
        assertThat(CommandLineRun.of(folder, "resume", "run").code()).isZero();
        assertThat(Files.readString(folder.resolve("run/front.json"))).isEqualTo(front);
        interrupt();
        Files.writeString(folder.resolve("run/manifest.json"), manifest);
        assertThat(CommandLineRun.of(folder, "resume", "run").code()).isZero();
        assertThat(Files.readString(folder.resolve("run/front.json"))).isEqualTo(front);
    }

    @Test
    void the_base_of_a_space_file_is_found_again_beside_that_file() throws IOException {
        Files.writeString(folder.resolve("c.yaml"), CONFIG.replaceFirst("space: .*", "space: spaces/base.yaml"));
        CommandLineRun search = CommandLineRun.of(folder, "search", "c.yaml", "--out", "run");
        assertThat(search.code()).as(search.err()).isZero();
        interrupt();

        CommandLineRun resumed = CommandLineRun.of(folder, "resume", "run");

        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(Files.readString(folder.resolve("run/manifest.json"))).contains("below.yaml", "\"status\" : \"finished\"");
    }
}
