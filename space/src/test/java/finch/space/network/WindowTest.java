package finch.space.network;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Extent;
import finch.space.Padding;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final Extent THREE = Extent.square(3);
    private static final Extent TWO = Extent.square(2);

    @Test
    void tensorflow_padding_puts_the_odd_pixel_right_and_below() {
        Window window = Window.same(THREE, TWO, Padding.TENSORFLOW, new TensorShape(224, 225, 3));

        assertThat(window).isEqualTo(new Window(THREE, TWO, 0, 1, 1, 1, Extent.square(1)));
    }

    @Test
    void both_paddings_give_input_over_stride_rounded_up() {
        for (Padding padding : Padding.values()) {
            for (int size = 1; size < 20; size++) {
                for (int kernel : new int[] {1, 3, 5, 7}) {
                    for (int stride = 1; stride <= 3; stride++) {
                        Window window = Window.same(Extent.square(kernel), Extent.square(stride), padding, new TensorShape(size, size, 1));
                        assertThat(window.outputOf(size, size)).as("%s k%d s%d on %d", padding, kernel, stride, size)
                                .isEqualTo(Extent.square((size + stride - 1) / stride));
                    }
                }
            }
        }
    }
}
