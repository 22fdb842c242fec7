package finch.space.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.format.References;
import finch.space.network.Network;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedFiguresTest {
    private static final List<Figure> ALL = PublishedFigures.all();

    @Test
    void every_figure_agrees_or_is_explained() {
        assertThat(ALL.stream().filter(f -> !f.ok())).isEmpty();
        assertThat(ALL).hasSizeGreaterThan(300);
    }

    @Test
    void every_exact_count_is_equal_to_the_unit() {
        assertThat(ALL.stream().filter(f -> f.exact() && f.published().matches("[0-9]+"))).hasSizeGreaterThan(70)
                .allSatisfy(f -> assertThat(f.ours()).isEqualTo(f.published()));
    }

    @Test
    void what_is_explained_says_why() {
        assertThat(ALL.stream().filter(f -> f.status() == Figure.Status.EXPLAINED)).isNotEmpty().allSatisfy(f -> assertThat(f.note()).isNotEmpty());
        assertThat(ALL.stream().filter(f -> f.status() == Figure.Status.EXACT || f.status() == Figure.Status.ROUNDED))
                .allSatisfy(f -> assertThat(f.note()).isEmpty());
    }

    @Test
    void known_contradictions_are_explained_and_not_agreed() {
        assertThat(ALL).filteredOn(f -> f.status() == Figure.Status.EXPLAINED).extracting(f -> f.name() + " " + f.published())
                .contains("mobilenetv3-small 66M", "mobilenetv3-small-minimalistic 65M", "efficientnet-lite0 407M", "mobilenetv1@0.75 317M",
                        "mobilenetv1 1.19%", "mobilenetv3-large 219M", "mnasnet-a1 315.2M");
    }

    @Test
    void the_main_figures_are_there() {
        assertThat(ALL).extracting(f -> f.name() + ", " + f.figure() + ": " + f.published()).contains(
                "mobilenetv3-large, parameters: 5483032", "mobilenetv3-small, parameters: 2542856", "mobilenetv2:torchvision, parameters: 3504872",
                "mobilenetv1:keras, parameters with batch-norm statistics: 4253864", "mobilenetv1, layers, depthwise and pointwise counted apart: 28",
                "mobilenetv1, cost of block 1 over a standard convolution, 1/64 + 1/9: 73/576",
                "mobilenetv1, multiply-adds before the classifier: 567716352", "mobilenetv3-large@0.75:torchvision, multiply-adds: 140033816");
    }

    @Test
    void figures_are_found_by_the_name_of_their_reference() {
        assertThat(PublishedFigures.about(List.of("mobilenetv1"))).isNotEmpty()
                .allSatisfy(f -> assertThat(f.name()).matches("mobilenetv1([@:].*)?"));
        assertThat(PublishedFigures.about(List.of("mobilenetv3-small@0.35", "fbnet-c"))).isNotEmpty()
                .allSatisfy(f -> assertThat(f.name()).isIn("mobilenetv3-small@0.35", "fbnet-c"));
        assertThat(PublishedFigures.names()).containsAll(References.names());
        assertThatThrownBy(() -> PublishedFigures.about(List.of("resnet50"))).hasMessageContaining("no published figure about \"resnet50\"");
    }

    @Test
    void a_wrong_count_differs_whatever_the_explanation_says() {
        Network network = Network.of(References.resolve("mobilenetv3-small"));

        assertThat(row("2542857", "", "").compare(network).status()).isEqualTo(Figure.Status.DIFFERS);
        assertThat(row("2542857", "cut", "").compare(network).status()).isEqualTo(Figure.Status.DIFFERS);
        assertThat(row("2.55M", "", "").compare(network).status()).isEqualTo(Figure.Status.DIFFERS);
        assertThat(row("2.9M", "2.55M", "a reason").compare(network).status()).isEqualTo(Figure.Status.DIFFERS);
        assertThat(row("2.9M", "2.54M", "a reason").compare(network)).isEqualTo(new Figure("mobilenetv3-small", "parameters", "somewhere",
                "2.9M", "2.543M", false, Figure.Status.EXPLAINED, "a reason"));
        assertThatThrownBy(() -> row("2.9M", "2.54M", "")).hasMessageContaining("a difference needs a note");
    }

    private static CountRow row(String published, String explained, String note) {
        return new CountRow("mobilenetv3-small", Quantity.PARAMS, published, "somewhere", explained, note);
    }

    @Test
    void a_printed_number_agrees_when_rounded_to_its_digits() {
        Printed printed = Printed.parse("0.217G");

        assertThat(printed.isRounded(new BigDecimal("216589760"))).isTrue();
        assertThat(printed.isRounded(new BigDecimal("216499999"))).isFalse();
        assertThat(printed.isExact()).isFalse();
        assertThat(Printed.parse("28").isExact()).isTrue();
        assertThat(Printed.parse("5.4M").isCut(new BigDecimal("5483032"))).isTrue();
        assertThat(Printed.parse("5.4M").isRounded(new BigDecimal("5483032"))).isFalse();
        assertThat(Printed.parse("94.86%").isRounded(new BigDecimal("0.948559"))).isTrue();
        assertThatThrownBy(() -> Printed.parse("many")).hasMessageContaining("not a printed number");
    }
}
