import java.util.List;

/** Register tiles of the matrix product. */
final class ProductTiles extends KernelSource {
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

        /** The last argument of what loads or stores results of the vector {@code v}. */
        String stored(int v) {
            return masked && v == count - 1 ? ", mask" : "";
        }
    }

    /** Rows of a tile of three vectors where there are 16 registers. */
    static final int NARROW_ROWS = 3;

    static final List<Panel> PANELS = List.of(new Panel(1, 6, 5, false), new Panel(1, 6, 5, true), new Panel(2, 6, 5, false),
            new Panel(2, 6, 5, true), new Panel(3, 5, 4, false), new Panel(3, 5, 4, true), new Panel(4, 5, 4, false));

    private static final String OPERANDS = "float[] w, int wAt, int depth, float[] bias, int biasAt, float[] y, int yAt, int yRow";

    private final Panel panel;

    ProductTiles(Panel panel) {
        this.panel = panel;
    }

    /** Limits are passed as bits: as floats they come in vector registers, and C2 keeps them there through the loop, where sums need those. */
    @Override
    String text() {
        String extra = ", int low, int high" + (panel.masked() ? ", int columns" : "");
        String passed = ", low, high" + (panel.masked() ? ", columns" : "");
        header("register tiles of " + panel.count() + " vectors" + (panel.masked() ? ", of whose columns the first {@code columns} are stored" : ""));
        line("final class %s {", panel.name());
        line("private static final VectorSpecies<Float> F = VectorWidth.FLOATS;");
        line("private static final int LANES = VectorWidth.LANES;");
        line("static final int WIDTH = %d * LANES;", panel.count());
        line("static final int ROWS = %d;", panel.rows());
        line("private %s() {}", panel.name());
        line("static void rows(int finish, float[] x, int xAt, int xRow, int rows, %s%s) {", OPERANDS, extra);
        line("switch (finish) {");
        for (Finish f : IN_TILES) {
            line("case Finish.%s -> rows%s(x, xAt, xRow, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow%s);", f, f.suffix, passed);
        }
        line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
        line("}\n}");
        if (panel.count() <= 2) {
            line("static final int STRIDED_ROWS = %d;", STRIDED_ROWS);
            for (Part part : Part.values()) {
                line("static void %s(int finish, float[] x, int xAt, int block, int rows, %s%s) {", part.name, OPERANDS, extra);
                line("switch (finish) {");
                for (Finish f : IN_TILES) {
                    line("case Finish.%s -> %s%s(x, xAt, block, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow%s);", f, part.name, part.of(f).suffix, passed);
                }
                line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
                line("}\n}");
                for (Finish f : IN_TILES.stream().map(part::of).distinct().toList()) {
                    coverStrided(part, f, extra, passed);
                    tile(STRIDED_ROWS, f, extra, Input.STRIDED, part);
                    if (panel.count() == 1) {
                        tile(2 * STRIDED_ROWS, f, extra, Input.STRIDED, part);
                    }
                }
            }
        }
        if (panel.count() == 2 || panel.count() == 3) {
            new PlaneTiles(this, panel).write();
        }
        if (panel.count() <= 3) {
            new StemTiles(this, panel).write();
        }
        line("static void offsets(int finish, float[] x, int xAt, int xRow, int[] offsets, %s%s) {", OPERANDS, extra);
        line("switch (finish) {");
        for (Finish f : IN_TILES) {
            String call = "offsets%s%s(x, xAt, xRow, offsets, w, wAt, depth, bias, biasAt, y, yAt, yRow%s);";
            if (panel.count() == 3) {
                line("case Finish.%s -> {\nif (VectorMatmul.WIDE) {", f);
                line(call, panel.rows(), f.suffix, passed);
                line("} else {");
                line(call, NARROW_ROWS, f.suffix, passed);
                line("}\n}");
            } else {
                line("case Finish.%s -> " + call, f, panel.rows(), f.suffix, passed);
            }
        }
        line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
        line("}\n}");
        for (Finish f : IN_TILES) {
            cover(f, extra, passed);
            for (int rows : new int[] {1, panel.rows(), panel.other()}) {
                tile(rows, f, extra, Input.ROWS, Part.BRIEF);
            }
            tile(panel.rows(), f, extra, Input.OFFSETS, Part.BRIEF);
            if (panel.count() == 3) {
                tile(NARROW_ROWS, f, extra, Input.ROWS, Part.BRIEF);
                tile(NARROW_ROWS, f, extra, Input.OFFSETS, Part.BRIEF);
            }
        }
        if (panel.count() % 2 == 0 && !panel.masked()) {
            abreast(8 / panel.count());
        }
        return end();
    }

    /**
     * Covers any number of rows: by the best tile, the last one starting earlier and computing some rows again, or, where that
     * costs more than a hundredth, by some tiles of one row less. The fewer methods a network needs, the sooner all are
     * compiled; so there are none for two to four rows, which only tiny images have.
     */
    private void cover(Finish f, String extra, String passed) {
        int best = panel.rows();
        int other = panel.other();
        String call = "tile%d" + f.suffix + "(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow" + passed + ");";
        line("private static void rows%s(float[] x, int xAt, int xRow, int rows, %s%s) {", f.suffix, OPERANDS, extra);
        if (panel.count() == 3) {
            line("if (!VectorMatmul.WIDE && rows >= %d) {\nfor (int next = 0; next < rows; next += %d) {\nint row = Math.min(next, rows - %d);", NARROW_ROWS, NARROW_ROWS, NARROW_ROWS);
            line(call.formatted(NARROW_ROWS));
            line("}\nreturn;\n}");
        }
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
        ROWS,
        /** Strips of rows a constant apart: see VectorMatmul.STRIDE. */
        STRIDED,
        /** Through a table, for convolutions. */
        OFFSETS;

        String method(Part part, int rows, Finish f) {
            return switch (this) {
                case ROWS -> "tile" + rows + f.suffix;
                case STRIDED -> part.name + rows + f.suffix;
                case OFFSETS -> "offsets" + rows + f.suffix;
            };
        }
    }

    /** Tiles of {@link Input#STRIDED} for sums of few products and of many. */
    enum Part {
        BRIEF("brief", 1), DEEP("deep", 4);

        final String name;
        /** Products a step. Each array access of a step takes C2 two checks in front of the loop, which few products do not earn back. */
        final int unrolled;

        Part(String name, int unrolled) {
            this.name = name;
            this.unrolled = unrolled;
        }

        /** Methods are few, since each runs a hundred times too slow until it is compiled: where sums are long, RELU is a clamp to infinity. */
        Finish of(Finish finish) {
            return this == DEEP && finish == Finish.RELU ? Finish.CLAMP : finish;
        }
    }

    /**
     * Rows of the tiles of {@link Input#STRIDED}: ten sums, two weights and two inputs leave two of 16 registers for what C2 would spill. Of one
     * vector there are tiles of twice as many rows as well: five sums are too few to keep two multipliers busy, which take four cycles each.
     */
    private static final int STRIDED_ROWS = 5;

    private void coverStrided(Part part, Finish f, String extra, String passed) {
        line("private static void %s%s(float[] x, int xAt, int block, int rows, %s%s) {", part.name, f.suffix, OPERANDS, extra);
        line("int next = 0;");
        if (panel.count() == 1) {
            int twice = 2 * STRIDED_ROWS;
            line("for (; rows >= %d && rows - next > %d; next += %d) {", twice, STRIDED_ROWS, twice);
            strided(part, twice, f, passed);
        }
        line("for (; next < rows; next += %d) {", STRIDED_ROWS);
        strided(part, STRIDED_ROWS, f, passed);
        line("}");
    }

    private void strided(Part part, int height, Finish f, String passed) {
        line("int row = Math.min(next, rows - %d);", height);
        line("%s(x, xAt + row * VectorMatmul.STRIDE, w, wAt, depth, block, bias, biasAt, y, yAt + row * yRow, yRow%s);", Input.STRIDED.method(part, height, f), passed);
        line("}");
    }

    /**
     * Between groups of loads stand fences. On x86 they are no instructions, but C2 moves no load across them: else it reads
     * the inputs of all four products first, and spills sums. (On aarch64 each is a dmb, not measured.)
     */
    static final String FENCE = "java.lang.invoke.VarHandle.loadLoadFence();";
    private static final int ROWS_BETWEEN_FENCES = 2;

    private void tile(int rows, Finish f, String extra, Input input, Part part) {
        line("private static void %s(float[] x, int xAt, %s%s%s) {", input.method(part, rows, f), switch (input) {
            case ROWS -> "int xRow, ";
            case STRIDED -> "";
            case OFFSETS -> "int xRow, int[] offsets, ";
        }, input == Input.STRIDED ? OPERANDS.replace("int depth,", "int depth, int block,") : OPERANDS, extra);
        for (int r = 0; r < rows && input != Input.STRIDED; r++) {
            line("int x%d = xAt + %d * xRow;", r, r);
        }
        if (panel.masked()) {
            line("VectorMask<Float> mask = F.indexInRange(0, columns - %d * LANES);", panel.count() - 1);
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < panel.count(); v++) {
                line("FloatVector a%d_%d = FloatVector.zero(F);", r, v);
            }
        }
        line("for (int strip = 0; strip < depth; strip += VectorMatmul.STRIP) {");
        if (input == Input.STRIDED) {
            line("int end = Math.min(depth - strip, VectorMatmul.STRIP);");
            line("int wStrip = wAt + strip * WIDTH;");
            line("for (int k = 0; k < end; k += %d) {", part.unrolled);
        } else {
            line("int end = Math.min(depth, strip + VectorMatmul.STRIP);");
            line("for (int k = strip; k < end; k++) {");
        }
        if (input == Input.OFFSETS) {
            line("int o = offsets[k];");
        }
        int unrolled = input == Input.STRIDED ? part.unrolled : 1;
        for (int u = 0; u < unrolled; u++) {
            for (int v = 0; v < panel.count(); v++) {
                line("FloatVector w%d_%d = FloatVector.fromArray(F, w, %s + k * WIDTH + %d * LANES);", u, v, input == Input.STRIDED ? "wStrip" : "wAt", u * panel.count() + v);
            }
            for (int r = 0; r < rows; r++) {
                line("FloatVector b%d_%d = FloatVector.broadcast(F, x[%s]);", u, r, switch (input) {
                    case ROWS -> "x" + r + " + k";
                    case STRIDED -> "xAt + k + (" + r + " * VectorMatmul.STRIDE + VectorMatmul.LEAD + " + u + ")";
                    case OFFSETS -> "x" + r + " + o";
                });
                for (int v = 0; v < panel.count(); v++) {
                    line("a%d_%d = b%d_%d.fma(w%d_%d, a%d_%d);", r, v, u, r, u, v, r, v);
                }
                boolean end = r == rows - 1;
                if (unrolled > 1 && (end ? u < unrolled - 1 : r % ROWS_BETWEEN_FENCES == ROWS_BETWEEN_FENCES - 1)) {
                    line(FENCE);
                }
            }
        }
        line("}");
        if (input == Input.STRIDED) {
            line("xAt += block;");
        }
        line("}");
        line(f.constants("Float.intBitsToFloat(low)", "Float.intBitsToFloat(high)"));
        for (int v = 0; v < panel.count(); v++) {
            line("FloatVector bias%d = FloatVector.fromArray(F, bias, biasAt + %d * LANES);", v, v);
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < panel.count(); v++) {
                line("FloatVector s%d_%d = bias%d.add(a%d_%d);", r, v, v, r, v);
                line(f.of("s%d_%d".formatted(r, v)));
                line("s%d_%d.intoArray(y, yAt + %d * yRow + %d * LANES%s);", r, v, r, v, panel.stored(v));
            }
        }
        line("}");
    }

    /** One row by several panels: weights are read once, so what counts is how many loads are under way. */
    private void abreast(int panels) {
        line("static final int ABREAST = %d;", panels);
        line("static void abreast(float[] x, int xAt, float[] w, int wAt, int depth, float[] bias, int biasAt, float[] y, int yAt) {");
        line("int panel = WIDTH * depth;");
        for (int i = 0; i < panels * panel.count(); i++) {
            line("FloatVector a%d = FloatVector.zero(F);", i);
        }
        line("for (int k = 0; k < depth; k++) {");
        line("FloatVector b = FloatVector.broadcast(F, x[xAt + k]);");
        for (int i = 0; i < panels * panel.count(); i++) {
            line("a%d = b.fma(FloatVector.fromArray(F, w, wAt + %d * panel + k * WIDTH + %d * LANES), a%d);", i, i / panel.count(), i % panel.count(), i);
        }
        line("}");
        for (int i = 0; i < panels * panel.count(); i++) {
            line("FloatVector.fromArray(F, bias, biasAt + %d * LANES).add(a%d).intoArray(y, yAt + %d * LANES);", i, i, i);
        }
        line("}");
    }
}
