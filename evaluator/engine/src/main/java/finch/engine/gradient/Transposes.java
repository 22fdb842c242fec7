package finch.engine.gradient;

/** Transposed copies of matrices. */
final class Transposes {
    private Transposes() {}

    /** [rows][columns] as [columns][rows]. */
    static void to(float[] matrix, int rows, int columns, float[] transposed) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }
    }
}
