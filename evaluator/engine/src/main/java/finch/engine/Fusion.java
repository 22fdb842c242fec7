package finch.engine;

import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins layers that one kernel call computes: a convolution or dense layer with the batch normalisations, the residual
 * sum and the nonlinearity that follow it, where nothing else reads the values between.
 */
final class Fusion {
    /** No residual. */
    static final int NONE = -1;

    /**
     * Layers run as one.
     *
     * @param main         the layer that does the work
     * @param norms        batch normalisations to fold into it
     * @param residual     tensor added before the nonlinearity, or {@link #NONE}
     * @param nonlinearity applied last
     * @param output       tensor written
     */
    record Group(Layer main, List<Layer.BatchNorm> norms, int residual, Nonlinearity nonlinearity, int output) {
        /** Tensors read, the residual last. */
        List<Integer> inputs() {
            List<Integer> inputs = new ArrayList<>(main.inputs());
            if (residual != NONE) {
                inputs.add(residual);
            }
            return inputs;
        }
    }

    private final Network network;
    private final int[] readers;
    private final int[] onlyReader;
    private final boolean[] done;
    private final boolean[] available;

    private Fusion(Network network) {
        this.network = network;
        int tensors = network.layers().size() + 1;
        readers = new int[tensors];
        onlyReader = new int[tensors];
        done = new boolean[tensors - 1];
        available = new boolean[tensors];
        for (int i = 0; i < tensors - 1; i++) {
            for (int tensor : network.layers().get(i).inputs()) {
                readers[tensor]++;
                onlyReader[tensor] = i;
            }
        }
        readers[tensors - 1]++; // the caller
        onlyReader[tensors - 1] = NONE;
        available[0] = true;
    }

    /** The groups in an order in which they can run. */
    static List<Group> of(Network network) {
        return new Fusion(network).groups();
    }

    /**
     * How many groups come before those that see one pixel an image only, as the classifier does. The first run image by
     * image, so that what they pass on stays in the caches; the others take all images at once and read their weights once.
     */
    static int imageGroups(List<Group> groups, Network network) {
        int first = groups.size();
        while (first > 0 && onePixel(groups.get(first - 1), network)) {
            first--;
        }
        return first;
    }

    private static boolean onePixel(Group group, Network network) {
        return network.shape(group.output()).pixels() == 1 && group.inputs().stream().allMatch(tensor -> network.shape(tensor).pixels() == 1);
    }

    private List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < network.layers().size(); i++) {
            if (!done[i]) {
                Group group = grow(i);
                available[group.output()] = true;
                groups.add(group);
            }
        }
        return groups;
    }

    private Group grow(int index) {
        Layer main = network.layers().get(index);
        List<Layer.BatchNorm> norms = new ArrayList<>();
        int residual = NONE;
        Nonlinearity nonlinearity = main.nonlinearity();
        int output = index + 1;
        boolean weighted = main instanceof Layer.Convolution || main instanceof Layer.Dense;
        boolean extensible = weighted || main instanceof Layer.Add || main instanceof Layer.BatchNorm;
        while (extensible && nonlinearity.equals(Nonlinearity.LINEAR) && readers[output] == 1 && onlyReader[output] != NONE) {
            int next = onlyReader[output];
            Layer layer = network.layers().get(next);
            if (layer instanceof Layer.Activate activate) {
                nonlinearity = activate.nonlinearity();
            } else if (weighted && residual == NONE && layer instanceof Layer.BatchNorm norm) {
                norms.add(norm);
                nonlinearity = norm.nonlinearity();
            } else if (weighted && residual == NONE && layer instanceof Layer.Add add
                    && available[add.left() == output ? add.right() : add.left()]) {
                residual = add.left() == output ? add.right() : add.left();
                nonlinearity = add.nonlinearity();
            } else {
                break;
            }
            done[next] = true;
            output = next + 1;
        }
        return new Group(main, List.copyOf(norms), residual, nonlinearity, output);
    }
}
