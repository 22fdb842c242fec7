package finch.training.supernet;

import finch.space.staged.Choices;
import finch.space.staged.Operation;
import finch.space.staged.SpaceDefinition;
import finch.space.staged.StagedSpace;
import finch.training.JsonTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that makes a space what it is, in words, but for its name and what it says of itself: spaces with equal descriptions have the same networks. */
final class SpaceDescription {
    private SpaceDescription() {}

    static Map<String, Object> of(StagedSpace space) {
        SpaceDefinition definition = space.definition();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("channels", definition.channels());
        tree.put("classes", definition.classes());
        tree.put("padding", definition.padding().toString());
        tree.put("hidden-bias", definition.hiddenBias());
        tree.put("rules", definition.rules().toString());
        put(tree, definition.resolution());
        put(tree, definition.width());
        put(tree, definition.stem().out());
        put(tree, definition.stem().kernel());
        put(tree, definition.stem().stride());
        put(tree, definition.stem().activation());
        for (SpaceDefinition.Stage stage : definition.stages()) {
            put(tree, stage.depth());
            for (SpaceDefinition.Slot slot : stage.slots()) {
                put(tree, slot.type());
                put(tree, slot.kernel());
                put(tree, slot.stride());
                put(tree, slot.out());
                put(tree, slot.expand());
                put(tree, slot.squeeze());
                put(tree, slot.gate());
                put(tree, slot.activation());
                put(tree, slot.skip());
                put(tree, slot.forceExpand());
            }
        }
        put(tree, definition.head().conv());
        put(tree, definition.head().hidden());
        put(tree, definition.head().activation());
        return tree;
    }

    private static void put(Map<String, Object> tree, Choices<?> choices) {
        String text = String.join(", ", choices.values().stream().map(SpaceDescription::text).toList());
        // slots that share a choice have it by one name; the same name with other choices cannot be
        tree.put(choices.name(), text);
    }

    private static String text(Object value) {
        return value instanceof Operation o ? o.name() + " (" + o.kind().formatName() + o.kernel().map(k -> " kernel " + k).orElse("") + o.expand().map(e -> " expand " + e).orElse("")
                + o.squeeze().map(s -> " squeeze " + s).orElse("") + o.gate().map(g -> " gate " + g).orElse("") + o.activation().map(a -> " " + a.formatName()).orElse("") + ")"
                : value.toString();
    }
}
