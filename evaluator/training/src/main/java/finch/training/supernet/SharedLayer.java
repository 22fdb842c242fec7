package finch.training.supernet;

import java.util.ArrayList;
import java.util.List;

/**
 * The weights of one layer that all networks share which have it. Batch normalisations share factor and shift, never running statistics: these are of
 * one network, and are measured when it is wanted.
 *
 * @param bias  null for none
 * @param gamma null without batch normalisation, as beta
 */
record SharedLayer(SharedKernel kernel, SharedTensor bias, SharedTensor gamma, SharedTensor beta) {
    static SharedLayer biased(String name, SharedKernel kernel, int out) {
        return new SharedLayer(kernel, new SharedTensor(name + ".bias", SharedTensor.Role.BIAS, out), null, null);
    }

    static SharedLayer normalised(String name, SharedKernel kernel, int out) {
        return new SharedLayer(kernel, null, SharedTensor.filled(name + ".gamma", SharedTensor.Role.GAMMA, out, 1), new SharedTensor(name + ".beta", SharedTensor.Role.BETA, out));
    }

    List<SharedTensor> tensors() {
        List<SharedTensor> tensors = new ArrayList<>(kernel.tensors());
        if (bias != null) {
            tensors.add(bias);
        }
        if (gamma != null) {
            tensors.add(gamma);
            tensors.add(beta);
        }
        return tensors;
    }
}
