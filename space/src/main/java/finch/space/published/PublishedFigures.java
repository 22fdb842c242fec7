package finch.space.published;

import finch.space.Architecture;
import finch.space.format.References;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Every published figure we know, each compared with our own count. */
public final class PublishedFigures {
    private PublishedFigures() {}

    /** All figures: layer tables first, then counts, in the order of the families. */
    public static List<Figure> all() {
        Map<String, Network> networks = new ConcurrentHashMap<>();
        List<Figure> figures = new ArrayList<>();
        figures.addAll(LayerTable.figures());
        figures.addAll(SeparableCost.figures());
        for (CountRow row : CountRow.all()) {
            figures.add(row.compare(networks.computeIfAbsent(row.name(), name -> Network.of(resolve(name)))));
        }
        return List.copyOf(figures);
    }

    /**
     * The figures about these references; a name stands for all its widths, resolutions and sources, a full spec such as
     * {@code mobilenetv1@0.5/160} for itself.
     *
     * @throws IllegalArgumentException if nothing is known about a name; the message says about which there is
     */
    public static List<Figure> about(Collection<String> names) {
        List<Figure> all = all();
        for (String name : names) {
            if (all.stream().noneMatch(f -> isAbout(f, name))) {
                throw new IllegalArgumentException("no published figure about \"" + name + "\" is known. Known: "
                        + String.join(", ", names()) + ", each with a width and resolution.");
            }
        }
        return all.stream().filter(f -> names.stream().anyMatch(name -> isAbout(f, name))).toList();
    }

    /** The references that figures are about, without width, resolution and source. */
    public static List<String> names() {
        return Stream.concat(References.names().stream(), Variants.names().stream())
                .filter(name -> CountRow.all().stream().anyMatch(row -> base(row.name()).equals(name))).toList();
    }

    private static boolean isAbout(Figure figure, String name) {
        return figure.name().equals(name) || base(figure.name()).equals(name);
    }

    private static String base(String spec) {
        return spec.split("[@:]", 2)[0];
    }

    private static Architecture resolve(String name) {
        return Variants.find(name).orElseGet(() -> References.resolve(name));
    }
}
