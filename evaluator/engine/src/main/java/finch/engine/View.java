package finch.engine;

import finch.engine.kernel.Slice;

/** The tensors as one image's steps see them: some in its own area, some its part of what is shared by the batch. */
final class View {
    final Slice[] tensors;
    private final float[] arena;
    private final int[] batchOffsets;
    private final int[] sizes;
    private final boolean[] moving;
    private final int inputCopy;

    View(Plan plan, float[] arena, int area) {
        Places places = plan.places();
        this.arena = arena;
        this.batchOffsets = places.batchOffsets();
        int count = batchOffsets.length;
        this.tensors = new Slice[count];
        this.sizes = new int[count];
        this.moving = new boolean[count];
        for (int tensor = 0; tensor < count; tensor++) {
            int own = places.imageOffsets()[tensor];
            tensors[tensor] = new Slice(arena, own < 0 ? 0 : places.firstArea() + area * places.areaFloats() + own);
            sizes[tensor] = plan.network().shape(tensor).size();
            moving[tensor] = own < 0 && batchOffsets[tensor] >= 0;
        }
        this.inputCopy = places.imageOffsets()[0] < 0 ? -1 : tensors[0].offset;
    }

    /** Turns to another image of the batch. */
    void to(int image, float[] input) {
        if (inputCopy >= 0) {
            System.arraycopy(input, image * sizes[0], arena, inputCopy, sizes[0]);
        } else {
            tensors[0].array = input;
            tensors[0].offset = image * sizes[0];
        }
        for (int tensor = 1; tensor < moving.length; tensor++) {
            if (moving[tensor]) {
                tensors[tensor].offset = batchOffsets[tensor] + image * sizes[tensor];
            }
        }
    }

    /** Lets go of the caller's array. */
    void release() {
        tensors[0].array = arena;
    }
}
