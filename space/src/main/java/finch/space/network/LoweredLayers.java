package finch.space.network;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** What {@link Lowering} has made, for good: its names differ and its shapes fit, so that a {@link Network} need not look again. */
final class LoweredLayers extends AbstractList<Layer> implements RandomAccess {
    private final Layer[] layers;

    LoweredLayers(List<Layer> layers) {
        this.layers = layers.toArray(Layer[]::new);
    }

    @Override
    public Layer get(int index) {
        return layers[index];
    }

    @Override
    public int size() {
        return layers.length;
    }
}
