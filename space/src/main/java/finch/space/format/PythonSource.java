package finch.space.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The few forms of Python that a model definition needs: imports, which are passed over, and assignments of literals,
 * lists, names and calls. Anything else is a mistake with its line; nothing is ever executed.
 */
final class PythonSource {
    /** A value and its line. */
    sealed interface Value {
        int line();
    }

    record Text(int line, String text) implements Value {}

    record Number(int line, String text) implements Value {}

    record Flag(int line, boolean value) implements Value {}

    record Items(int line, List<Value> items) implements Value {}

    /** A name that no assignment above it defines, e.g. an imported class. */
    record Name(int line, String name) implements Value {}

    record Call(int line, String function, List<Value> positional, Map<String, Value> keywords) implements Value {}

    private record Token(int line, char kind, String text) {}

    private static final char NAME = 'n';
    private static final char NUMBER = '0';
    private static final char STRING = 's';
    private static final char END_OF_LINE = '\n';
    private static final char END = 'e';

    private final Problems problems;
    private final List<Token> tokens = new ArrayList<>();
    private final Map<String, Value> assigned = new LinkedHashMap<>();
    private int next;

    /** Published models need five or six; without a bound a file of brackets would exhaust the stack. */
    private static final int MOST_DEPTH = 100;

    private int depth;

    private PythonSource(Problems problems) {
        this.problems = problems;
    }

    /**
     * All assignments in order.
     *
     * @throws InvalidFileException at the first thing that is not understood
     */
    static Map<String, Value> assignments(Problems problems, String text) {
        PythonSource source = new PythonSource(problems);
        source.tokenize(text);
        while (source.peek().kind() != END) {
            source.statement();
        }
        return source.assigned;
    }

    private void statement() {
        Token first = take();
        if (first.kind() == END_OF_LINE) {
            return;
        }
        if (first.kind() == NAME && (first.text().equals("import") || first.text().equals("from"))) {
            while (peek().kind() != END_OF_LINE && peek().kind() != END) {
                take();
            }
            return;
        }
        if (first.kind() != NAME || !accept('=')) {
            throw fail(first, "only imports and assignments NAME = VALUE are understood");
        }
        Value value = value();
        if (peek().kind() != END) {
            expect(END_OF_LINE, "the end of the line");
        }
        if (assigned.put(first.text(), value) != null) {
            throw fail(first, first.text() + " is assigned twice; keep one");
        }
    }

    private Value value() {
        if (++depth > MOST_DEPTH) {
            throw fail(peek(), "values stand within values more than " + MOST_DEPTH + " deep");
        }
        Value value = undeeply();
        depth--;
        return value;
    }

    private Value undeeply() {
        Token token = take();
        return switch (token.kind()) {
            case STRING -> new Text(token.line(), token.text());
            case NUMBER -> new Number(token.line(), token.text());
            case '[' -> new Items(token.line(), items(']'));
            case '(' -> new Items(token.line(), items(')'));
            case NAME -> named(token);
            default -> throw fail(token, "a value was expected");
        };
    }

    private Value named(Token token) {
        if (accept('(')) {
            return call(token);
        }
        return switch (token.text()) {
            case "True" -> new Flag(token.line(), true);
            case "False" -> new Flag(token.line(), false);
            default -> assigned.getOrDefault(token.text(), new Name(token.line(), token.text()));
        };
    }

    private List<Value> items(char close) {
        List<Value> items = new ArrayList<>();
        while (!accept(close)) {
            items.add(value());
            if (!accept(',')) {
                expect(close, "a comma or " + close);
                break;
            }
        }
        return items;
    }

    private Call call(Token function) {
        List<Value> positional = new ArrayList<>();
        Map<String, Value> keywords = new LinkedHashMap<>();
        while (!accept(')')) {
            Token key = peek();
            if (key.kind() == NAME && tokens.get(next + 1).kind() == '=') {
                next += 2;
                if (keywords.put(key.text(), value()) != null) {
                    throw fail(key, key.text() + " is given twice; keep one");
                }
            } else {
                positional.add(value());
            }
            if (!accept(',')) {
                expect(')', "a comma or )");
                break;
            }
        }
        return new Call(function.line(), function.text(), positional, keywords);
    }

    private void tokenize(String text) {
        int line = 1;
        int depth = 0;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\n') {
                if (depth == 0) {
                    tokens.add(new Token(line, END_OF_LINE, "the end of the line"));
                }
                line++;
                i++;
            } else if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '#') {
                while (i < text.length() && text.charAt(i) != '\n') {
                    i++;
                }
            } else if (c == '\'' || c == '"') {
                i = string(text, i, line);
            } else if (Character.isJavaIdentifierStart(c)) {
                i = run(text, i, line, NAME, "._");
            } else if (Character.isDigit(c) || c == '-' || c == '.') {
                i = run(text, i, line, NUMBER, "+-._");
            } else if ("()[],=".indexOf(c) >= 0) {
                depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
                tokens.add(new Token(line, c, String.valueOf(c)));
                i++;
            } else {
                throw fail(new Token(line, c, String.valueOf(c)), "only imports and assignments NAME = VALUE are understood");
            }
        }
        tokens.add(new Token(line, END, "the end of the file"));
    }

    private int run(String text, int from, int line, char kind, String alsoAllowed) {
        int end = from + 1;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || alsoAllowed.indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        tokens.add(new Token(line, kind, text.substring(from, end)));
        return end;
    }

    private int string(String text, int from, int line) {
        char quote = text.charAt(from);
        StringBuilder content = new StringBuilder();
        int i = from + 1;
        while (i < text.length() && text.charAt(i) != quote && text.charAt(i) != '\n') {
            char c = text.charAt(i);
            if (c != '\\') {
                content.append(c);
                i++;
            } else if (i + 5 < text.length() && text.charAt(i + 1) == 'u' && text.substring(i + 2, i + 6).matches("[0-9a-fA-F]{4}")) {
                content.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
                i += 6;
            } else if (i + 9 < text.length() && text.charAt(i + 1) == 'U' && text.substring(i + 2, i + 10).matches("00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}")) {
                content.appendCodePoint(Integer.parseInt(text.substring(i + 2, i + 10), 16));
                i += 10;
            } else if (i + 1 < text.length() && (text.charAt(i + 1) == '\\' || text.charAt(i + 1) == '"' || text.charAt(i + 1) == '\'')) {
                content.append(text.charAt(i + 1));
                i += 2;
            } else {
                throw fail(new Token(line, STRING, "\\"), "of the escapes only \\\\, \\\", \\' and \\uXXXX are understood");
            }
        }
        if (i >= text.length() || text.charAt(i) == '\n') {
            throw fail(new Token(line, STRING, content.toString()), "the text has no closing " + quote);
        }
        tokens.add(new Token(line, STRING, content.toString()));
        return i + 1;
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        Token token = tokens.get(next);
        next = Math.min(next + 1, tokens.size() - 1);
        return token;
    }

    private boolean accept(char kind) {
        if (peek().kind() == kind) {
            take();
            return true;
        }
        return false;
    }

    private void expect(char kind, String what) {
        Token token = take();
        if (token.kind() != kind) {
            throw fail(token, what + " was expected");
        }
    }

    private InvalidFileException fail(Token token, String message) {
        problems.add(token.line(), "", "at " + token.text().strip() + ": " + message);
        return new InvalidFileException(problems.list());
    }
}
