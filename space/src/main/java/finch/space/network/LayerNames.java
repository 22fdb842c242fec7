package finch.space.network;

import java.util.stream.IntStream;

/** The names of the layers that a block may have. Those of usual blocks exist once: a search lowers very many networks. */
record LayerNames(String expand, String fused, String depthwise, String pool, String reduce, String excite, String scale,
                  String project, String pointwise, String conv, String add) {
    private static final LayerNames[] USUAL = IntStream.rangeClosed(1, 64).mapToObj(LayerNames::made).toArray(LayerNames[]::new);

    /** @param number of the block, from 1 */
    static LayerNames ofBlock(int number) {
        return number <= USUAL.length ? USUAL[number - 1] : made(number);
    }

    private static LayerNames made(int number) {
        String block = "block" + number;
        return new LayerNames(block + ".expand", block + ".fused", block + ".depthwise", block + ".squeeze.pool", block + ".squeeze.reduce",
                block + ".squeeze.expand", block + ".squeeze.scale", block + ".project", block + ".pointwise", block + ".conv", block + ".add");
    }
}
