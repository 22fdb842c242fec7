package finch.engine.gradient;

import finch.engine.kernel.GradientKernels;
import finch.engine.kernel.Kernels;

/** What every operation of a pass shares. */
record Context(State state, Kernels kernels, GradientKernels gradientKernels, int batch, double momentum) {}
