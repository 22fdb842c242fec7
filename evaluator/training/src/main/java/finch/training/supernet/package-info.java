/**
 * Weight-sharing super-networks: one set of weights for all architectures of a space, so that an architecture can be scored without training it.
 *
 * <p>For each place of a space (stem, stage and slot, head), kind of block and layer of it there is one set of weights, as large as any architecture has
 * there. An architecture takes the first channels of each, the middle of a kernel through learned matrices, and all of it runs as a usual
 * {@link finch.space.network.Network}; its gradients are added to the shared ones where the weights came from. So kernels, passes and inference are
 * those of any network, and what a space can choose (kernel, expansion, depth, width, squeeze-excite, activation, kind, resolution) needs no code here.
 *
 * <p>A score is of the shared weights. It is <em>not</em> the accuracy of the architecture trained alone, which as a rule is higher: it is there to rank
 * architectures of its space. {@link finch.training.supernet.RankStudy} measures how well it does, beside the multiply-adds alone.
 *
 * <p>Not shared are running statistics: they are measured for each architecture that is scored, exactly, on a fixed sample of training images. So a score
 * does not depend on what was scored before.
 */
package finch.training.supernet;
