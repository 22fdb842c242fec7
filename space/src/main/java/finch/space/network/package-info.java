/**
 * Networks: layers with known shapes, lowered from architectures or read from files, and their exact costs.
 *
 * <p>A batch normalisation and an activation belong to the layer they follow, since every engine fuses them; only
 * files read from outside have them standing alone. Counting rules: parameters are weights, biases and 2 per
 * batch-normalised channel; multiply-adds are those of convolutions (squeeze-excite included) and dense layers.
 */
package finch.space.network;
