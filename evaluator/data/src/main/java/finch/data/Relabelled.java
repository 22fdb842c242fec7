package finch.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Images with the labels of other classes, those that a network was trained with.
 *
 * @param numbers of each class of the images among the classes
 */
record Relabelled(ImageSet images, List<String> classes, List<Integer> numbers) implements ImageSet {
    private static final int SHOWN = 10;

    Relabelled {
        classes = List.copyOf(classes);
        numbers = List.copyOf(numbers);
    }

    /**
     * By name, whatever their order, some of the classes or all; by number where there are as many and one side has numbers for names. Numbers on both
     * sides are names, unless both count from 0: folders 0 to 11 sort as 0, 1, 10, 11, 2, and labels of IDX files do not.
     *
     * @throws UnusableDataException if the images have a class that is not among these
     */
    static ImageSet of(ImageSet images, List<String> classes, String data) throws UnusableDataException {
        if (images.classes().equals(classes)) {
            return images;
        }
        boolean byNumber = numbered(images.classes()) && stands(classes) || numbered(classes) && stands(images.classes());
        if (byNumber && images.classes().size() == classes.size()) {
            return new Relabelled(images, classes, IntStream.range(0, classes.size()).boxed().toList());
        }
        Map<String, Integer> known = HashMap.newHashMap(classes.size());
        for (int number = 0; number < classes.size(); number++) {
            known.putIfAbsent(classes.get(number), number); // names may come twice, as in lists of ImageNet
        }
        List<Integer> numbers = new ArrayList<>();
        for (String label : images.classes()) {
            Integer number = known.get(label);
            if (number == null) {
                throw new UnusableDataException(data + ": has " + images.classes().size() + " classes, among them \"" + label + "\", which is none of the network's "
                        + classes.size() + ": " + String.join(", ", classes.subList(0, Math.min(SHOWN, classes.size()))) + (classes.size() > SHOWN ? ", …" : "")
                        + ". Rename the folders, or train on these images.");
            }
            numbers.add(number);
        }
        return new Relabelled(images, classes, numbers);
    }

    /** Whether a place among these classes may be told by its number: they are no numbers, or count from 0 themselves. */
    private static boolean stands(List<String> names) {
        return numbered(names) || !names.stream().allMatch(Relabelled::isNumber);
    }

    /** Counting from 0, perhaps with leading zeros. */
    private static boolean numbered(List<String> names) {
        return IntStream.range(0, names.size()).allMatch(i -> isNumber(names.get(i)) && Integer.parseInt(names.get(i)) == i);
    }

    private static boolean isNumber(String name) {
        return name.length() < 10 && !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public int label(int index) {
        return numbers.get(images.label(index));
    }

    @Override
    public String nameOf(int index) {
        return images.nameOf(index);
    }

    @Override
    public Image decode(int index) throws CorruptImageException {
        return images.decode(index);
    }
}
