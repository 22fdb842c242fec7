package finch.search.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Damages a protobuf message that stays one: fields dropped, repeated, exchanged, and filled with other values of their types. */
final class MessageMutations {
    private static final List<Long> NUMBERS = List.of(0L, 1L, -1L, 2L, 3L, 7L, 127L, 1000L, 65_536L, 1L << 24, (long) Integer.MAX_VALUE, (long) Integer.MIN_VALUE, 1L << 32, 1L << 40,
            Long.MAX_VALUE, Long.MIN_VALUE);
    private static final List<Double> REALS = List.of(0.0, -0.0, 1.0, -1.0, 1e-45, 1e30, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.5, 6.0);

    private MessageMutations() {}

    static byte[] mutate(Message seed, List<String> words, RandomGenerator random) {
        Message.Builder builder = seed.toBuilder();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            descend(builder, words, random);
        }
        return builder.build().toByteArray();
    }

    private static void descend(Message.Builder builder, List<String> words, RandomGenerator random) {
        List<FieldDescriptor> set = new ArrayList<>(builder.getAllFields().keySet());
        List<FieldDescriptor> messages = set.stream().filter(f -> f.getJavaType() == FieldDescriptor.JavaType.MESSAGE).toList();
        if (!messages.isEmpty() && random.nextInt(6) > 0) {
            FieldDescriptor field = ByteMutations.pick(messages, random);
            if (!field.isRepeated()) {
                Message.Builder inner = ((Message) builder.getField(field)).toBuilder();
                descend(inner, words, random);
                builder.setField(field, inner.build());
                return;
            }
            if (random.nextInt(5) > 0) {
                int index = random.nextInt(builder.getRepeatedFieldCount(field));
                Message.Builder inner = ((Message) builder.getRepeatedField(field, index)).toBuilder();
                descend(inner, words, random);
                builder.setRepeatedField(field, index, inner.build());
                return;
            }
        }
        FieldDescriptor field = set.isEmpty() || random.nextInt(8) == 0 ? ByteMutations.pick(builder.getDescriptorForType().getFields(), random) : ByteMutations.pick(set, random);
        if (field.isRepeated()) {
            repeated(builder, field, words, random);
        } else if (random.nextInt(4) == 0) {
            builder.clearField(field);
        } else if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            builder.setField(field, value(field, words, random));
        }
    }

    private static void repeated(Message.Builder builder, FieldDescriptor field, List<String> words, RandomGenerator random) {
        List<Object> values = new ArrayList<>((List<?>) builder.getField(field));
        boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
        switch (random.nextInt(6)) {
            case 0 -> values.clear();
            case 1 -> {
                if (!values.isEmpty()) {
                    values.remove(random.nextInt(values.size()));
                }
            }
            case 2 -> {
                if (!values.isEmpty()) {
                    values.add(random.nextInt(values.size() + 1), ByteMutations.pick(values, random));
                }
            }
            case 3 -> {
                if (values.size() > 1) {
                    java.util.Collections.swap(values, random.nextInt(values.size()), random.nextInt(values.size()));
                }
            }
            default -> {
                if (message) {
                    return;
                }
                if (values.isEmpty() || random.nextInt(4) == 0) {
                    values.add(value(field, words, random));
                } else {
                    values.set(random.nextInt(values.size()), value(field, words, random));
                }
            }
        }
        builder.setField(field, values);
    }

    private static Object value(FieldDescriptor field, List<String> words, RandomGenerator random) {
        return switch (field.getJavaType()) {
            case INT -> Math.toIntExact(Math.clamp(number(random), Integer.MIN_VALUE, Integer.MAX_VALUE));
            case LONG -> number(random);
            case FLOAT -> ByteMutations.pick(REALS, random).floatValue();
            case DOUBLE -> ByteMutations.pick(REALS, random);
            case BOOLEAN -> random.nextBoolean();
            case STRING -> random.nextInt(3) == 0 ? ByteMutations.pick(ByteMutations.TOKENS, random) : ByteMutations.pick(words, random);
            case BYTE_STRING -> {
                byte[] bytes = new byte[4 * random.nextInt(64)];
                Arrays.fill(bytes, (byte) random.nextInt(256));
                yield ByteString.copyFrom(bytes);
            }
            case ENUM -> {
                List<EnumValueDescriptor> values = field.getEnumType().getValues();
                yield ByteMutations.pick(values, random);
            }
            case MESSAGE -> throw new IllegalArgumentException("a message has no value of its own");
        };
    }

    private static long number(RandomGenerator random) {
        return random.nextInt(3) == 0 ? random.nextInt(32) : ByteMutations.pick(NUMBERS, random);
    }
}
