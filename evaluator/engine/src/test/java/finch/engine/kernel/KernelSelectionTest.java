package finch.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KernelSelectionTest {
    private static final String EXPECTED = System.getProperty("finch.test.expectKernels", "vector");

    @Test
    void this_jvm_runs_the_kernels_that_the_build_says() {
        String name = KernelSet.configured().kernels().name();
        assertThat(name).startsWith(EXPECTED);
        if (!EXPECTED.equals("vector")) {
            assertThat(name).isEqualTo(EXPECTED);
        }
    }

    @Test
    void lanes_follow_from_the_width() {
        Kernels kernels = KernelSet.configured().kernels();
        int expected = EXPECTED.startsWith("vector-") ? Integer.parseInt(EXPECTED.substring(7)) / 32 : kernels.lanes();
        assertThat(kernels.lanes()).isEqualTo(expected);
        assertThat(kernels.lanes() == 1).isEqualTo(kernels.name().equals("scalar"));
    }

    @Test
    void vector_kernels_without_the_module_are_refused_and_auto_falls_back() {
        boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        assertThat(module).isEqualTo(!EXPECTED.equals("scalar"));
        if (module) {
            assertThat(KernelSet.VECTOR.kernels()).isSameAs(KernelSet.AUTO.kernels());
        } else {
            assertThatThrownBy(KernelSet.VECTOR::kernels).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("--add-modules jdk.incubator.vector");
            assertThat(KernelSet.AUTO.kernels().name()).isEqualTo("scalar");
        }
    }

    @Test
    void the_property_names_the_set() {
        String before = System.getProperty("finch.kernels");
        try {
            System.setProperty("finch.kernels", "Scalar");
            assertThat(KernelSet.configured()).isEqualTo(KernelSet.SCALAR);
            System.setProperty("finch.kernels", "simd");
            assertThatThrownBy(KernelSet::configured).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("-Dfinch.kernels=simd is no kernel set. Use scalar, vector or auto.");
        } finally {
            if (before == null) {
                System.clearProperty("finch.kernels");
            } else {
                System.setProperty("finch.kernels", before);
            }
        }
    }
}
