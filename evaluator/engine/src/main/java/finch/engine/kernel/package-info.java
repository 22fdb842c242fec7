/** Kernels over NHWC {@code float[]}s: scalar ones, and ones on the Vector API. They know shapes, not layers. */
package finch.engine.kernel;
