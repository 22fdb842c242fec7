/**
 * Kernels over NHWC {@code float[]}s: scalar ones, and ones on the Vector API. They know shapes, not layers.
 *
 * <h2>Shape of the code</h2>
 *
 * <p>NHWC keeps the channels of a pixel together, so that depthwise kernels vectorise over channels without shuffles and
 * a pointwise convolution is a plain matrix product. Standard convolutions gather patches and use the same product;
 * dense layers and squeeze-excite are products of one row. Weights are packed per kernel set, once per plan.
 *
 * <p>The register tiles of the product and the rows of the depthwise convolution come in kinds that differ only in counts
 * which C2 must see as constants, and in what they do with a finished sum. {@code src/main/generator} writes them at build
 * time. AVX-512 has 32 registers: 5 rows by 4
 * vectors reach 99 % of the peak, where 6x2 reach 93 %, and 7x4 spill. AVX2 has 16: see below. More than six rows lose as well where each has an index
 * of its own, for which there are 16 registers. The
 * last vector of a product is masked; half vectors, a second species, spoilt the inlining of the first.
 *
 * <p>Bias and the two usual nonlinearities are applied to the registers, which takes 5 to 25 % off layers of small depth; the
 * other nonlinearities and residuals in a pass over a chunk that is still near. A standard convolution reads its input in
 * place, through a table of offsets, for the pixels all of whose taps lie inside; the others are gathered.
 *
 * <p>The usual depthwise windows (square, odd, stride 1 or 2) are computed in strips that walk along the columns, for one vector
 * of channels: each input is loaded once for all the outputs of two rows that read it, and the sums of as many columns as the window has
 * move one place at each step. What bounds them is neither multiply-adds nor loads but the instructions around: index, bounds check,
 * nonlinearity. Other windows compute four neighbouring pixels. A tap outside the image has an index far below zero, and the maximum
 * with the index of a vector of zeros that stands in front of the tensors turns it into a read of zeros. So borders need neither
 * copies nor code of their own, which counts where a 7x7 image is nearly all border. Where the channels do not fill the last
 * vector, it starts earlier and computes some channels again. The input may be a ring of rows, for {@code finch.engine.Chain}.
 *
 * <p>Within a chain, at up to 256 bits, a product writes each panel of its channels by itself ({@code Slice.panelPixels}), for the depthwise convolution that reads it: a vector's strip then passes lines that
 * stand side by side, not one of each pixel, for which a first level cache has few sets (112x112, 64 channels, stride 2: 197 us, 172 with panels). Pixels are then a constant apart, and windows of 3x3 of stride 2 have rows
 * of their own ({@code DepthwisePanels}): alone 112 us, where strips took 132 to 145 or 190 to 210 on panels (what C2 spilled, or a neighbour). Each vector by itself, as others have it, has no two stores of a tile at one
 * index, which cost the products 4 to 8 %; two rows at a time have five indices, and C2 leaves checks and boxes in the loop.
 *
 * <p>Strips go through their rows once for each vector of channels, and skip the rest of each pixel. From the second level cache that is as good as any order; from the third it was up to twice as
 * slow on a Zen 4, which seems not to fetch ahead in that order, most where channels are 8 more than a multiple of 16, so that every other pixel's vectors of 512 bits lie across two lines. A chain whose rings would be
 * too large begins with such a layer. So rows of large tensors are read once from end to end, a load for each line, before strips need them ({@code ReadAhead}; median ratios of 15 alternations, with the product behind):
 * 160x160, 7x7 of stride 2, of 72, 120, 144 and 240 channels 0.52, 0.60, 0.90 and 0.86 of the time at 512 bits, 0.58, 0.62, 0.89 and 0.95 at 256. In a ring the same 72 channels had never been slow.
 * Whole networks at 224 pixels are as they were: their chains begin elsewhere.
 *
 * <p>With 16 registers (up to 256 bits) products copy their input rows to planes ({@code PlaneMatmul}). The rows of a tile are then displacements from one index, which runs
 * through the rows of many tiles; the checks of a call serve all, and the end of a tile is a branch in the loop. Twelve sums, two weights and one input fill 15 registers: with
 * a fence behind each row no sum was spilled in 18 JVMs of three collectors (a sum in memory takes twelve cycles a step, not four). Ten sums would leave the two multipliers too little to choose from.
 * What only the end of a tile reads (limits, places, biases) stands in front of the copy ({@code TileEnds}): as parameters of the method it would live through the loop, which then
 * took 110 instructions for 48 multiply-adds, not 92, and biases in an array of their own had 178 at the end of a tile of two vectors, not 135. A product of 16 terms and a ReLU, 64 columns, took 0.86 of the time
 * with them there, of 24 terms 0.95, of 64 terms 0.98 (Zen 3). The limit of a ReLU read there as well
 * saves 16 more, but C2 then kept the index on the stack (1.05 of the time). A residual is added there too: 16 to 16 channels at 112x112 took 117 us, not 133. Alone, such tiles come to 94 to 97 % of the peak from 64 products on, to 81 % with 16 (Zen 4).
 *
 * <p>Sums of up to 1,024 terms go in one strip; longer ones strip by strip, from what the result holds, by a loop in which C2 leaves checks: 27.3 cycles a step, not 24.3. (With strips of 640, 672 to 112 channels
 * at 14x14 took 361 us, now 325, and 960 to 160 at 7x7 199, now 167; MobileNetV1's last product, of 4 MB of weights, had been slower over planes and is not any more.) Planes of more than 640 terms have
 * methods of their own: with one distance for all, the copies of two threads were too much beside an image of 32x32.
 *
 * <p>Of three vectors each weight meets all inputs, and not the other way round, where C2 spilled a weight for a few instructions. That is harmless while its place on the stack is within a line; where it lies across two, as it may at
 * half of the depths of a stack, the load has to wait for the store. So, it seems, a chain of MobileNetV3-Large with a product to 24 columns took 1.69 times as long after a change of a method far away, and in {@code partTimes} only (samples showed these tiles, without
 * the spill it did not, and the place on the stack was not looked at). So read the code of loops for spills even where they look cheap.
 *
 * <p>What is still lost: a 7x7 image has few rows for many weights, and where those come from memory, the first tile of each panel waits
 * for them (960 to 160 channels: 144 us with its weights in the second cache, 171 to 177 with 16 to 60 MB of others in between). The last panel has three vectors where it would have two and one, at 74 % of the
 * peak.
 *
 * <p>Sums whose number of terms is no multiple of four, products of one vector, those of many weights, and five rows have tiles over rows a constant apart that are no planes: 5 rows by 2 vectors, of
 * which two registers are left over (6x2 there fill all 16, and whether C2 spilled a sum was decided anew by every JVM: {@code UseFPUForSpilling} keeps integers in vector
 * registers), or 10 rows of one vector, four products a step where sums are long.
 *
 * <p>Stems of stride 2 on images of three channels have tiles of their own (at 512 bits of one vector only, 0.92 of the time with a table of offsets): neighbouring windows start six floats apart, so that one index serves all rows, and a tap is
 * three terms. In half of the JVMs the tiles through a table spill a sum at 256 bits, and MobileNetV2's first chain took 810 us, not 650 (Zen 4). The index goes along the taps of a row and jumps to the next row's, without a table, whose base and index
 * had C2 load the other bases from the stack before each use: 20 of 99 instructions for 36 multiply-adds. To 16 channels 182 us, not 217, MobileNetV2's first chain 740, not 850 (Zen 3, 256 bits). Alone, from the first
 * cache, tiles take 122 of these us, 88 % of the peak; the pixel at the border of each row, by itself, takes 13.
 *
 * <p>Tried and given up at 256 bits: panels of one vector by twelve rows for those of three vectors (3136 rows, 96 to 24 channels: 193 us, not 167; behind a fence C2 loads and broadcasts in
 * two instructions what only one product reads), patches of a stem gathered to planes (290 us, not 170), eight products a step, weights of the next panel read ahead,
 * variable distances of planes, which spare the copy (spilled).
 *
 * <p>The power in a sigmoid is a polynomial of degree 5 in pairs, of a remainder by one constant: a vector waits for 40 cycles, not 60, which bounds how many are under way.
 * Products finish swishes panel by panel.
 *
 * <p>Tried at 256 bits on a Zen 4 and given up: two products a step from 32 on (as many cycles, a tenth more up to 64); other distances of copied rows (no banks collide); 6x2 with a fence
 * behind each row, with and without {@code UseFPUForSpilling} (no faster where no sum is spilled, and one is in most JVMs); patches of a stem gathered to the places of copied rows (a
 * tenth slower in a network than the table of offsets, but in the JVMs where that one spills, one of four); strided depthwise strips without maxima (fewer instructions, no fewer cycles) or of two
 * vectors (spilled); bands of twice the rows where weights are many (7 % off a chain of MobileNetV1, nothing off the network).
 *
 * <h2>What the JIT needs</h2>
 *
 * <ul>
 *   <li>Species in {@code static final} fields. A species, or a vector, that is a parameter or a field is boxed.
 *   <li>Vectors live in local variables of one small static method for each tile. Helpers that take vectors are inlined
 *       only until C2's node budget for a method is spent; then every vector is allocated, some hundred times slower. A
 *       test counts the bytes allocated by a run: it must stay at 0. It has caught a depthwise row of 72 multiply-adds and a
 *       masked tile of 20 sums, both twice as long as what fits.
 *   <li>One species for each element type in the JVM: its methods then have one receiver, whatever C2 knows of a value.
 *   <li>Few methods: each is compiled on its own, for some 50 ms, before a network is at full speed.
 *   <li>{@code acc = x.fma(w, acc)}: this order maps to the instruction that overwrites its addend; the other needs moves.
 *   <li>Accumulators start from zero inside the method and the result starts from a fresh vector ({@code bias.add(acc)}),
 *       so that C2 knows the exact type of the receiver behind the loop.
 *   <li>Static calls, chosen by a {@code switch} on shape: nothing to learn from a profile, so a network timed after many
 *       others runs the code that it has in a fresh JVM. The interface {@link finch.engine.kernel.Kernels} is called once
 *       per step and thread, where its dispatch costs nothing.
 *   <li>Bounds checks stay on. They vanish only from loops over an index of constant stride, as in the products; in the
 *       depthwise kernels they run in slots that the multiply-adds leave free.
 *   <li>Clamps compare and blend: {@code max} on floats must order NaN and -0 and takes several instructions. So NaN goes
 *       through every nonlinearity, in all kernel sets alike. A maximum of the bits as integers is a little faster, but
 *       {@code reinterpretAsInts} is not always inlined: past 18,000 nodes C2 refuses what is not forced.
 *   <li>Parameters that live through a loop without being read in it cost registers of the kind that sums need: limits are passed as bits, and
 *       what is needed behind the loop only comes after the sixth integer parameter, on the stack.
 *   <li>Each array access of a loop is checked twice in front of it, about seven instructions. Checks of neighbouring places are not merged
 *       (JDK 25 does that behind the loop optimisations only), and explicit checks of the ends remove none. So unrolling pays in long loops only.
 *   <li>C2 hoists what a step loads. {@code VarHandle.loadLoadFence()} is no instruction on x86, and loads stay behind it.
 *   <li>Loops over products of rows that are not copied stand in a loop over strips of 256. G1 makes such a pair of every counted loop, to reach safepoints;
 *       the serial and parallel collectors do not, and there the single loop ran at half the speed. A JVM that sees one processor takes the
 *       serial collector.
 *   <li>Measure each form in several JVMs and under several collectors, and read the code of the loop: a sum that is loaded and stored in it
 *       is the sign that a register was missing.
 *   <li>Warm up with many short runs. One long loop leaves on-stack-replacement code that later calls do not use.
 * </ul>
 *
 * <h2>Bits</h2>
 *
 * <p>A value does not depend on how the work was cut: each sum runs over its products in one order, from zero, with fused
 * multiply-adds in every lane, tails included (they are masked, not scalar, where the sum is fused). So threads and
 * batches change nothing, and tests compare bits.
 *
 * <p>Measured on a Zen 4 core (118 GFLOP/s) at 512 bits: products 90-115 GFLOP/s, depthwise kernels 30-70, dense layers at
 * the speed of memory. At 256 bits products do 80-110, depthwise kernels 20-45.
 * On a Zen 3 core (104 GFLOP/s) at 256 bits, within networks: products 72-91, depthwise kernels 20-43.
 */
package finch.engine.kernel;
