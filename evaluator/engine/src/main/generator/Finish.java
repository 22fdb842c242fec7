/** What is done to a finished sum before it is stored. Constants stand in vectors: scalar operands take C2 twice the nodes. */
enum Finish {
    PLAIN("Plain"), RELU("Relu"), CLAMP("Clamp"), HARD_SWISH("HardSwish");

    final String suffix;

    Finish(String suffix) {
        this.suffix = suffix;
    }

    /** @param limits the parameters that hold the limits of a clamp, or what they are computed by */
    String constants(String... limits) {
        return switch (this) {
            case PLAIN -> "";
            case RELU -> "FloatVector least = FloatVector.zero(F);";
            case CLAMP -> "FloatVector least = FloatVector.broadcast(F, %s), most = FloatVector.broadcast(F, %s);".formatted((Object[]) limits);
            case HARD_SWISH -> "FloatVector least = FloatVector.zero(F), most = FloatVector.broadcast(F, 1f), "
                    + "sixth = FloatVector.broadcast(F, 1f / 6f), half = FloatVector.broadcast(F, 0.5f);";
        };
    }

    /** A statement that turns the vector {@code v} into {@code v} finished. */
    String of(String v) {
        return of(v, "");
    }

    /** @param ending of the names of the limits */
    String of(String v, String ending) {
        return switch (this) {
            case PLAIN -> "";
            case RELU -> "%1$s = %1$s.blend(least%2$s, %1$s.lt(least%2$s));".formatted(v, ending);
            case CLAMP -> clamp(v, ending);
            case HARD_SWISH -> "FloatVector h%1$s = %1$s.mul(sixth).add(half);\n%2$s\n%1$s = %1$s.mul(h%1$s);".formatted(v, clamp("h" + v, ending));
        };
    }

    /** Compared and blended: see Elementary.clamp. */
    private static String clamp(String v, String ending) {
        return "%1$s = %1$s.blend(least%2$s, %1$s.lt(least%2$s));\n%1$s = %1$s.blend(most%2$s, most%2$s.lt(%1$s));".formatted(v, ending);
    }
}
