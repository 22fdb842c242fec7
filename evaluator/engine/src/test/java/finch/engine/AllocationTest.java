package finch.engine;

import finch.space.format.References;
import finch.space.network.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AllocationTest {
    static List<String> references() {
        return References.names();
    }

    @Test
    void reading_the_counters_allocates_nothing() {
        Allocations.assertCountersAreFree();
    }

    /** Small images: the kernels are those of large ones. One thread alone is tried at every width. */
    @ParameterizedTest
    @MethodSource("references")
    void a_thousand_runs_of_a_reference_allocate_nothing_in_any_thread(String name) {
        Allocations.assertNone(Network.of(References.resolve(name + "@/32")), 2);
    }

    @Test
    void a_thousand_runs_of_full_size_mobilenet_v3_large_allocate_nothing_in_any_thread() {
        Allocations.assertNone(Network.of(References.resolve("mobilenetv3-large")), 2);
    }
}
