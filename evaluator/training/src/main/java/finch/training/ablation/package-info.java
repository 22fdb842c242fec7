/**
 * What the MobileNet papers say of their parts, tried: pairs of small networks that differ in one part, each trained with several seeds.
 *
 * <p>A projection with ReLU is no block of its own: it is written as a 1x1 convolution and a depthwise-separable block, which together are an inverted
 * residual whose projection has an activation. That form has no shortcut, and so the linear one beside it has none either.
 */
package finch.training.ablation;
