package finch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StepWorkTest {
    private static final List<Work> WORKS = Work.of(BenchmarkNetworks.lowered("mobilenetv2"));
    private static final List<String> NAMES = WORKS.stream().map(work -> work.layer().name()).toList();
    private static final Memory MEMORY = new Memory(List.of(new Memory.Level("L1", 1000, 500, 100, 50), new Memory.Level("L2", 10_000, 5000, 20, 10),
            new Memory.Level("memory", Long.MAX_VALUE, 100_000, 4, 2)));

    @Test
    void layers_that_a_plan_runs_as_one_move_no_tensor_between_them() {
        int expand = NAMES.indexOf("block2.expand");
        List<String> joined = new ArrayList<>(NAMES);
        joined.set(expand, "block2.expand+block2.depthwise");
        joined.remove(expand + 1);
        StepWork step = StepWork.of(joined, WORKS).get(expand);
        KernelShape first = WORKS.get(expand).shape();
        KernelShape second = WORKS.get(expand + 1).shape();
        assertThat(step).isEqualTo(new StepWork("expand 1x1 + depthwise 3x3 stride 2", first.macs() + second.macs(),
                first.weightBytes() + second.weightBytes(), first.readBytes(), second.writtenBytes()));
    }

    @Test
    void a_layer_without_a_step_belongs_to_the_next_of_its_block_or_to_the_one_before() {
        List<String> withoutExpand = NAMES.stream().filter(name -> !name.equals("block2.expand")).toList();
        assertThat(StepWork.of(withoutExpand, WORKS).get(NAMES.indexOf("block2.expand")).role()).isEqualTo("expand 1x1 + depthwise 3x3 stride 2");
        List<String> withoutProject = NAMES.stream().filter(name -> !name.equals("block2.project")).toList();
        assertThat(StepWork.of(withoutProject, WORKS).get(NAMES.indexOf("block2.depthwise")).role()).isEqualTo("depthwise 3x3 stride 2 + project 1x1");
    }

    @Test
    void a_residual_that_a_joined_step_adds_is_read_too() {
        int project = NAMES.indexOf("block3.project");
        List<String> joined = new ArrayList<>(NAMES);
        joined.remove("block3.depthwise");
        joined.set(project - 1, "block3.depthwise+block3.project");
        StepWork step = StepWork.of(joined, WORKS).get(project - 1);
        assertThat(step.readBytes()).isEqualTo(WORKS.get(project - 1).shape().readBytes() + WORKS.get(project).shape().output().bytes());
    }

    @Test
    void all_layers_must_be_run() {
        assertThatThrownBy(() -> StepWork.of(List.of("nothing"), WORKS)).hasMessageContaining("stem");
    }

    @Test
    void the_bounds_are_counted_by_hand() {
        StepWork step = new StepWork("x", 600, 400, 2000, 1000);
        assertThat(step.computeNanos(100)).isEqualTo(12);
        // the network fits into L2 only, and so does the step
        assertThat(step.memoryNanos(MEMORY, 9000)).isEqualTo(400 / 20.0 + 2000 / 20.0 + 1000 / 10.0, Offset.offset(1e-9));
        // now its weights come from memory
        assertThat(step.memoryNanos(MEMORY, 11_000)).isEqualTo(400 / 4.0 + 2000 / 20.0 + 1000 / 10.0, Offset.offset(1e-9));
    }

    @Test
    void bytes_are_held_by_the_nearest_level_that_is_large_enough() {
        assertThat(MEMORY.holding(1000).name()).isEqualTo("L1");
        assertThat(MEMORY.holding(1001).name()).isEqualTo("L2");
        assertThat(MEMORY.holding(1L << 40).name()).isEqualTo("memory");
    }
}
