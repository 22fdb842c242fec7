package finch.search.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.random.RandomGenerator;

/** Damages a file without knowing its format: flipped, cut, moved, repeated and inserted bytes, other numbers, other encodings. */
final class ByteMutations {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
    private static final int LONGEST = 1 << 18;

    /** Numbers at and beyond the ends of the usual types, and texts that some parsers take for numbers. */
    static final List<String> NUMBERS = List.of("0", "-0", "-1", "1", "2", "7", "255", "256", "32767", "65536", "1000000", "16777217", "2147483647", "2147483648",
            "-2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999999999", "1e308", "1e309", "-1e309", "1e-400", "1E5",
            "0.5", ".5", "5.", "00", "007", "0x1F", "0b1", "1_000", "+1", "NaN", ".nan", ".inf", "-.inf", "Infinity", "1e999999999", "9".repeat(400));

    /** Texts that mean something to one parser or another. */
    static final List<String> TOKENS = List.of("\u0000", "\uFEFF", "\u2028", "\u0085", "\ud83d\ude00", "\u202e", "\u001b[31m", "\u007f", "\t", "\r", "\n", "\r\n", "..", "../..",
            "/etc/passwd", "file:///etc/passwd", "\\", "/", "~", "*", "?", "%s", "${x}", "$(x)", "`x`", "'", "\"", "\"\"", "#", ":", ": ", ",", "-", "- ", "|", ">", "|+9", "!", "!!binary ",
            "!!python/object ", "&a ", "*a", "<<: *a", "&a [*a]", "[", "]", "{", "}", "{}", "[]", "[[[[", "}}}}", "null", "~", "true", "yes", "Off", "---", "...", "--- a\n--- b", "%YAML 9.9\n",
            "1 x ", " ms", "%", "PT", "PT1S", "-PT1S", "PT99999999999H");

    private ByteMutations() {}

    static byte[] mutate(byte[] seed, byte[] other, List<String> words, RandomGenerator random) {
        byte[] bytes = seed;
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
            bytes = edit(bytes, other, words, random);
        }
        return bytes.length > LONGEST + seed.length ? Arrays.copyOf(bytes, LONGEST + seed.length) : bytes;
    }

    private static byte[] edit(byte[] bytes, byte[] other, List<String> words, RandomGenerator random) {
        if (bytes.length == 0) {
            return insert(bytes, 0, utf8(pick(TOKENS, random)));
        }
        int at = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - at, 1 + (random.nextInt(4) == 0 ? random.nextInt(bytes.length) : random.nextInt(16)));
        return switch (random.nextInt(18)) {
            case 0, 1, 2 -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 3 -> {
                byte[] changed = bytes.clone();
                changed[at] = (byte) random.nextInt(256);
                yield changed;
            }
            case 4 -> Arrays.copyOf(bytes, at);
            case 5, 6 -> replace(bytes, at, length, new byte[0]);
            case 7 -> insert(bytes, at, Arrays.copyOfRange(bytes, at, at + length));
            case 8 -> {
                int from = random.nextInt(bytes.length);
                byte[] moved = Arrays.copyOfRange(bytes, at, at + length);
                byte[] without = replace(bytes, at, length, new byte[0]);
                yield insert(without, Math.min(from, without.length), moved);
            }
            case 9 -> {
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                yield insert(random.nextBoolean() ? Arrays.copyOf(bytes, at) : bytes, at, Arrays.copyOfRange(other, from, other.length));
            }
            case 10, 11 -> insert(bytes, at, utf8(pick(TOKENS, random)));
            case 12 -> insert(bytes, at, utf8(words.isEmpty() ? pick(TOKENS, random) : pick(words, random)));
            case 13, 14 -> number(bytes, random);
            case 15 -> line(bytes, at, random);
            case 16 -> insert(bytes, at, repeated(bytes, at, Math.min(length, 40), 1 + random.nextInt(3000)));
            default -> encoded(bytes, random);
        };
    }

    private static byte[] number(byte[] bytes, RandomGenerator random) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
        if (numbers.isEmpty()) {
            return bytes;
        }
        MatchResult number = numbers.get(random.nextInt(numbers.size()));
        return replace(bytes, number.start(), number.end() - number.start(), utf8(pick(NUMBERS, random)));
    }

    /** A line is dropped or repeated. */
    private static byte[] line(byte[] bytes, int at, RandomGenerator random) {
        int start = at;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        int end = at;
        while (end < bytes.length && bytes[end++] != '\n') {
            // to the end of the line
        }
        return random.nextBoolean() ? replace(bytes, start, end - start, new byte[0]) : insert(bytes, start, Arrays.copyOfRange(bytes, start, end));
    }

    private static byte[] repeated(byte[] bytes, int at, int length, int times) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.write(bytes, at, length);
        }
        return out.toByteArray();
    }

    private static byte[] encoded(byte[] bytes, RandomGenerator random) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return switch (random.nextInt(5)) {
            case 0 -> text.getBytes(StandardCharsets.UTF_16);
            case 1 -> text.getBytes(StandardCharsets.UTF_16LE);
            case 2 -> utf8("\uFEFF" + text);
            case 3 -> utf8(text.replace("\n", "\r\n"));
            // not UTF-8
            default -> insert(bytes, random.nextInt(bytes.length + 1), new byte[] {(byte) 0xc3, (byte) 0x28});
        };
    }

    static byte[] insert(byte[] bytes, int at, byte[] more) {
        return replace(bytes, at, 0, more);
    }

    private static byte[] replace(byte[] bytes, int at, int length, byte[] more) {
        byte[] result = new byte[bytes.length - length + more.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(more, 0, result, at, more.length);
        System.arraycopy(bytes, at + length, result, at + more.length, bytes.length - at - length);
        return result;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static <T> T pick(List<T> items, RandomGenerator random) {
        return items.get(random.nextInt(items.size()));
    }
}
