import java.util.List;

/** Writes the register tiles of the product: see the description of the package finch.engine.kernel. */
final class TileGenerator {
    /** In tiles of up to 20 sums there is room in C2's inlining for no more. */
    private static final List<Finish> IN_TILES = List.of(Finish.PLAIN, Finish.RELU, Finish.CLAMP);

    /**
     * Columns of a tile.
     *
     * @param count  vectors
     * @param rows   the height that runs best: as many sums as fit the registers beside their operands
     * @param other  a height to make up odd numbers of rows with
     * @param masked whether only some columns of the last vector are stored
     */
    record Panel(int count, int rows, int other, boolean masked) {
        String name() {
            return "Tiles" + count + (masked ? "Masked" : "");
        }
    }

    static final List<Panel> PANELS = List.of(new Panel(1, 6, 5, false), new Panel(1, 6, 5, true), new Panel(2, 6, 5, false),
            new Panel(2, 6, 5, true), new Panel(3, 5, 4, false), new Panel(3, 5, 4, true), new Panel(4, 5, 4, false));

    private Source out;

    private void line(String format, Object... values) {
        out.line(format, values);
    }

    private static final String OPERANDS = "float[] w, int wAt, int depth, float[] bias, int biasAt, float[] y, int yAt, int yRow";

    /** The source of one panel's tiles. */
    String of(Panel p) {
        String extra = ", float low, float high" + (p.masked() ? ", int columns" : "");
        String passed = ", low, high" + (p.masked() ? ", columns" : "");
        out = new Source("register tiles of " + p.count() + " vectors" + (p.masked() ? ", of whose columns the first {@code columns} are stored" : ""));
        line("final class %s {", p.name());
        line("private static final VectorSpecies<Float> F = VectorWidth.FLOATS;");
        line("private static final int LANES = VectorWidth.LANES;");
        line("static final int WIDTH = %d * LANES;", p.count());
        line("static final int ROWS = %d;", p.rows());
        line("private %s() {}", p.name());
        line("static void rows(int finish, float[] x, int xAt, int xRow, int rows, %s%s) {", OPERANDS, extra);
        line("switch (finish) {");
        for (Finish f : IN_TILES) {
            line("case Finish.%s -> rows%s(x, xAt, xRow, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow%s);", f, f.suffix, passed);
        }
        line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
        line("}\n}");
        line("static void strided(int finish, float[] x, int xAt, int block, int rows, %s%s) {", OPERANDS, extra);
        line("switch (finish) {");
        for (Finish f : IN_TILES) {
            line("case Finish.%s -> strided%s(x, xAt, block, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow%s);", f, f.suffix, passed);
        }
        line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
        line("}\n}");
        line("static void offsets(int finish, float[] x, int xAt, int xRow, int[] offsets, %s%s) {", OPERANDS, extra);
        line("switch (finish) {");
        for (Finish f : IN_TILES) {
            line("case Finish.%s -> offsets%s(x, xAt, xRow, offsets, w, wAt, depth, bias, biasAt, y, yAt, yRow%s);", f, f.suffix, passed);
        }
        line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
        line("}\n}");
        for (Finish f : IN_TILES) {
            cover(p, f, extra, passed);
            coverStrided(p, f, extra, passed);
            for (int rows : new int[] {1, p.rows(), p.other()}) {
                tile(p, rows, f, extra, Input.ROWS);
            }
            tile(p, p.rows(), f, extra, Input.STRIDED);
            tile(p, p.other(), f, extra, Input.STRIDED);
            tile(p, p.rows(), f, extra, Input.OFFSETS);
        }
        if (p.count() % 2 == 0 && !p.masked()) {
            abreast(p, 8 / p.count());
        }
        line("}");
        return out.toString();
    }

    /**
     * Covers any number of rows: by the best tile, the last one starting earlier and computing some rows again, or, where that
     * costs more than a hundredth, by some tiles of one row less. The fewer methods a network needs, the sooner all are
     * compiled; so there are none for two to four rows, which only tiny images have.
     */
    private void cover(Panel p, Finish f, String extra, String passed) {
        int best = p.rows();
        int other = p.other();
        String call = "tile%d" + f.suffix + "(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow" + passed + ");";
        line("private static void rows%s(float[] x, int xAt, int xRow, int rows, %s%s) {", f.suffix, OPERANDS, extra);
        line("int others = (%d - rows %% %d) %% %d;", best, best, best);
        line("if (others * 100 <= rows || others * %d > rows) {\nothers = 0;\n}", other);
        line("int next = 0;");
        line("for (; next < others * %d; next += %d) {\nint row = next;", other, other);
        line(call.formatted(other));
        line("}");
        line("if (rows >= %d) {\nfor (; next < rows; next += %d) {\nint row = Math.min(next, rows - %d);", best, best, best);
        line(call.formatted(best));
        line("}\n}");
        line("for (int row = next; row < rows; row++) {");
        line(call.formatted(1));
        line("}\n}");
    }

    /** How a tile finds the input of product k in one of its rows. */
    enum Input {
        /** Rows of any length, one after another. */
        ROWS("tile%d"),
        /** Strips of rows a constant apart: see VectorMatmul.STRIDE. */
        STRIDED("strided%d"),
        /** Through a table, for convolutions. */
        OFFSETS("offsets");

        final String name;

        Input(String name) {
            this.name = name;
        }
    }

    private void coverStrided(Panel p, Finish f, String extra, String passed) {
        int best = p.rows();
        int other = p.other();
        String call = "strided%d" + f.suffix + "(x, xAt + row * VectorMatmul.STRIDE, block, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow" + passed + ");";
        line("private static void strided%s(float[] x, int xAt, int block, int rows, %s%s) {", f.suffix, OPERANDS, extra);
        line("int others = (%d - rows %% %d) %% %d;", best, best, best);
        line("if (others * 100 <= rows || others * %d > rows) {\nothers = 0;\n}", other);
        line("int next = 0;");
        line("for (; next < others * %d; next += %d) {\nint row = next;", other, other);
        line(call.formatted(other));
        line("}");
        line("for (; next < rows; next += %d) {\nint row = Math.min(next, rows - %d);", best, best);
        line(call.formatted(best));
        line("}\n}");
    }

    private void tile(Panel p, int rows, Finish f, String extra, Input input) {
        line("private static void %s%s(float[] x, int xAt, %s, %s%s) {", input.name.formatted(rows), f.suffix, switch (input) {
            case ROWS -> "int xRow";
            case STRIDED -> "int block";
            case OFFSETS -> "int xRow, int[] offsets";
        }, OPERANDS, extra);
        for (int r = 0; r < rows && input != Input.STRIDED; r++) {
            line("int x%d = xAt + %d * xRow;", r, r);
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < p.count(); v++) {
                line("FloatVector a%d_%d = FloatVector.zero(F);", r, v);
            }
        }
        line("for (int strip = 0; strip < depth; strip += VectorMatmul.STRIP) {");
        if (input == Input.STRIDED) {
            line("int end = Math.min(depth - strip, VectorMatmul.STRIP);");
            line("int wStrip = wAt + strip * WIDTH;");
            line("for (int k = 0; k < end; k++) {");
        } else {
            line("int end = Math.min(depth, strip + VectorMatmul.STRIP);");
            line("for (int k = strip; k < end; k++) {");
        }
        if (input == Input.OFFSETS) {
            line("int o = offsets[k];");
        }
        for (int v = 0; v < p.count(); v++) {
            line("FloatVector w%d = FloatVector.fromArray(F, w, %s + k * WIDTH + %d * LANES);", v, input == Input.STRIDED ? "wStrip" : "wAt", v);
        }
        for (int r = 0; r < rows; r++) {
            line("FloatVector b%d = FloatVector.broadcast(F, x[%s]);", r, switch (input) {
                case ROWS -> "x" + r + " + k";
                case STRIDED -> "xAt + k + (" + r + " * VectorMatmul.STRIDE + VectorMatmul.LEAD)";
                case OFFSETS -> "x" + r + " + o";
            });
            for (int v = 0; v < p.count(); v++) {
                line("a%d_%d = b%d.fma(w%d, a%d_%d);", r, v, r, v, r, v);
            }
        }
        line("}");
        if (input == Input.STRIDED) {
            line("xAt += block;");
        }
        line("}");
        line(f.constants());
        if (p.masked()) {
            line("VectorMask<Float> mask = F.indexInRange(0, columns - %d * LANES);", p.count() - 1);
        }
        for (int v = 0; v < p.count(); v++) {
            line("FloatVector bias%d = FloatVector.fromArray(F, bias, biasAt + %d * LANES);", v, v);
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < p.count(); v++) {
                line("FloatVector s%d_%d = bias%d.add(a%d_%d);", r, v, v, r, v);
                line(f.of("s%d_%d".formatted(r, v)));
                line("s%d_%d.intoArray(y, yAt + %d * yRow + %d * LANES%s);", r, v, r, v, p.masked() && v == p.count() - 1 ? ", mask" : "");
            }
        }
        line("}");
    }

    /** One row by several panels: weights are read once, so what counts is how many loads are under way. */
    private void abreast(Panel p, int panels) {
        line("static final int ABREAST = %d;", panels);
        line("static void abreast(float[] x, int xAt, float[] w, int wAt, int depth, float[] bias, int biasAt, float[] y, int yAt) {");
        line("int panel = WIDTH * depth;");
        for (int i = 0; i < panels * p.count(); i++) {
            line("FloatVector a%d = FloatVector.zero(F);", i);
        }
        line("for (int k = 0; k < depth; k++) {");
        line("FloatVector b = FloatVector.broadcast(F, x[xAt + k]);");
        for (int i = 0; i < panels * p.count(); i++) {
            line("a%d = b.fma(FloatVector.fromArray(F, w, wAt + %d * panel + k * WIDTH + %d * LANES), a%d);", i, i / p.count(), i % p.count(), i);
        }
        line("}");
        for (int i = 0; i < panels * p.count(); i++) {
            line("FloatVector.fromArray(F, bias, biasAt + %d * LANES).add(a%d).intoArray(y, yAt + %d * LANES);", i, i, i);
        }
        line("}");
    }
}
