package finch.engine.gradient;

/** Transposed copies of matrices. */
final class Transposes {
    private Transposes() {}

    /** [rows][columns] as [columns][rows]. */
    static float[] of(float[] matrix, int rows, int columns) {
        float[] transposed = new float[matrix.length];
        to(matrix, 0, rows, columns, transposed);
        return transposed;
    }

    static void to(float[] matrix, int at, int rows, int columns, float[] transposed) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix[at + row * columns + column];
            }
        }
    }
}
