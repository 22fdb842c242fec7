package finch.training.ablation;

import finch.space.Architecture;
import java.util.List;
import java.util.Objects;

/**
 * Two networks that differ in one part.
 *
 * @param name  of the part
 * @param claim what is published of it, and where
 * @param with  the network with what the claim speaks for
 */
public record Ablation(String name, String claim, Architecture with, Architecture without) {
    public Ablation {
        Objects.requireNonNull(name);
        Objects.requireNonNull(claim);
        if (with.name().isEmpty() || without.name().isEmpty() || with.name().equals(without.name())) {
            throw new IllegalArgumentException("the networks of " + name + " need different names");
        }
    }

    List<Architecture> networks() {
        return List.of(with, without);
    }
}
