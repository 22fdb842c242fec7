import java.util.List;

/** What tiles have in common through which one loop runs: sums by row and vector, and an end of a tile that is a branch in the loop. */
abstract class FlatTiles {
    static final List<Finish> FINISHES = List.of(Finish.PLAIN, Finish.RELU, Finish.CLAMP);
    static final String ZERO = "FloatVector.zero(F)";

    final KernelSource out;
    final ProductTiles.Panel panel;
    final int vectors;
    final int rows;

    FlatTiles(KernelSource out, ProductTiles.Panel panel, int rows) {
        this.out = out;
        this.panel = panel;
        this.vectors = panel.count();
        this.rows = rows;
    }

    /** The method that takes a finish. @param methods one for each of {@link #FINISHES} */
    void choice(String name, String parameters, String arguments, List<String> methods) {
        out.line("static void %s(int finish, %s%s) {", name, parameters, columns("int "));
        out.line("switch (finish) {");
        for (int i = 0; i < methods.size(); i++) {
            out.line("case Finish.%s -> %s(%s%s);", FINISHES.get(i), methods.get(i), arguments, columns(""));
        }
        out.line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
        out.line("}\n}");
    }

    /** The head of a method. */
    void head(String name, String parameters) {
        out.line("private static void %s(%s%s) {", name, parameters, columns("int "));
        if (panel.masked()) {
            out.line("VectorMask<Float> mask = F.indexInRange(0, columns - %d * LANES);", vectors - 1);
        }
    }

    private String columns(String type) {
        return panel.masked() ? ", " + type + "columns" : "";
    }

    /**
     * Results of a tile. Biases and limits are read again for each row: held in registers, they would push out sums.
     *
     * @param low     a limit of a clamp, likewise {@code high}
     * @param bias    the array that holds biases, from {@code biasAt}
     * @param cleared whether sums start from zero again
     */
    void results(Finish f, String low, String high, String bias, String biasAt, boolean cleared) {
        for (int r = 0; r < rows; r++) {
            out.line(ProductTiles.FENCE);
            String row = "_" + r;
            switch (f) {
                case RELU -> out.line("FloatVector least%s = %s;", row, ZERO);
                case CLAMP -> out.line("FloatVector least%1$s = FloatVector.broadcast(F, %2$s), most%1$s = FloatVector.broadcast(F, %3$s);", row, low, high);
                default -> { }
            }
            for (int v = 0; v < vectors; v++) {
                String s = "s%d_%d".formatted(r, v);
                out.line("FloatVector %s = FloatVector.fromArray(F, %s, %s + %d * LANES).add(%s);", s, bias, biasAt, v, sum(r, v));
                out.line(f.of(s, row));
                out.line("%s.intoArray(y, yAt + %d * yRow + %d * LANES%s);", s, r, v, panel.stored(v));
                if (cleared) {
                    out.line("%s = %s;", sum(r, v), ZERO);
                }
            }
        }
    }

    static String sum(int r, int v) {
        return "a%d_%d".formatted(r, v);
    }
}
