package finch.engine.kernel;

import java.util.Locale;

/** Which kernels run: plain Java, the Vector API, or the faster one that this JVM can load. */
public enum KernelSet {
    SCALAR, VECTOR, AUTO;

    private static final System.Logger LOG = System.getLogger(KernelSet.class.getName());
    private static final String MODULE = "jdk.incubator.vector";

    /** The set named by {@code -Dfinch.kernels=scalar|vector|auto}, {@link #AUTO} without the property. */
    public static KernelSet configured() {
        String name = System.getProperty("finch.kernels", "auto");
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "scalar" -> SCALAR;
            case "vector" -> VECTOR;
            case "auto" -> AUTO;
            default -> throw new IllegalArgumentException(
                    "-Dfinch.kernels=" + name + " is no kernel set. Use scalar, vector or auto.");
        };
    }

    /**
     * The kernels of this set.
     *
     * @throws IllegalStateException if {@link #VECTOR} is asked for in a JVM started without the Vector API's module
     */
    public Kernels kernels() {
        boolean vectors = ModuleLayer.boot().findModule(MODULE).isPresent();
        return switch (this) {
            case SCALAR -> Scalar.KERNELS;
            case VECTOR -> {
                if (!vectors) {
                    throw new IllegalStateException("kernel set VECTOR needs the JVM option --add-modules " + MODULE
                            + "; maybe use KernelSet.AUTO, which falls back to scalar kernels");
                }
                yield Vector.KERNELS;
            }
            case AUTO -> {
                if (vectors) {
                    yield Vector.KERNELS;
                }
                Fallback.say();
                yield Scalar.KERNELS;
            }
        };
    }

    /**
     * The kernels of the reverse pass of this set.
     *
     * @throws IllegalStateException as {@link #kernels()}
     */
    public GradientKernels gradientKernels() {
        return kernels().lanes() == 1 ? ScalarGradient.KERNELS : VectorGradient.KERNELS;
    }

    // Holders: each set is loaded when first asked for, so a JVM without the module never touches vector classes.

    private static final class Scalar {
        static final Kernels KERNELS = new ScalarKernels();
    }

    private static final class Vector {
        static final Kernels KERNELS = new VectorKernels();
    }

    private static final class ScalarGradient {
        static final GradientKernels KERNELS = new ScalarGradientKernels();
    }

    private static final class VectorGradient {
        static final GradientKernels KERNELS = new VectorGradientKernels();
    }

    private static final class Fallback {
        static {
            LOG.log(System.Logger.Level.WARNING, "Scalar kernels, some 20 times slower: this JVM runs without --add-modules " + MODULE);
        }

        static void say() {
            // the initialiser speaks, once per JVM
        }
    }
}
