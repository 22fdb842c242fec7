package finch.search.export;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import org.junit.jupiter.api.Test;

class SvgDiagramTest {
    private static final Architecture FLAT = ArchitectureFormat.parse("flat.yaml", """
            format: finch-architecture/1
            resolution: [32, 128]
            stem: { out: 8, kernel: [1, 5], stride: [1, 2] }
            blocks:
              - { type: conv, out: 8, kernel: 3, stride: [1, 2] }
              - { type: conv, out: 16, kernel: 3, stride: [4, 1] }
            """);

    @Test
    void both_sides_of_kernels_and_of_what_is_left_of_the_image_are_told() {
        assertThat(SvgDiagram.write(FLAT)).contains(">1x5↓<", ">1/1x2<", ">1/1x4<", ">1/4<").doesNotContain(">1/1<");
    }

    @Test
    void characters_that_xml_has_not_are_left_out() {
        assertThat(SvgDiagram.write(FLAT.named("a\ufffe\uffff\ud800\u0001b \ud83d\ude00"))).contains("<title>a    b \ud83d\ude00</title>").doesNotContain("\ufffe", "\uffff", "\u0001");
    }
}
