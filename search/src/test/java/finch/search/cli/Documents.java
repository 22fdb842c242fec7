package finch.search.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The documents of the checkout: every Markdown file, and the comments of the shipped configs. */
final class Documents {
    static final Path ROOT = Path.of(System.getProperty("finch.root"));
    private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules");
    private static final Pattern SPAN = Pattern.compile("`((?:\\./finch|mvn|java) [^`]+)`");
    private static final Set<String> SHELLS = Set.of("sh", "bash", "shell", "console");
    private static final Set<String> OPERATORS = Set.of("|", "&&", "||", ";", "&", ">", ">>", "<", "2>");

    private Documents() {}

    /** @param language of a fenced block, e.g. {@code sh} @param line where its text begins, from 1 */
    record Block(Path file, int line, String language, String text) {}

    /** One {@code ./finch …} line of a document, without the program's name. */
    record Command(Path file, int line, List<String> arguments) {
        @Override
        public String toString() {
            return ROOT.relativize(file) + ":" + line + ": finch " + String.join(" ", arguments);
        }
    }

    static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path file : files(".md")) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).strip().startsWith("```")) {
                    continue;
                }
                int begin = i + 1;
                String language = lines.get(i).strip().substring(3).strip();
                for (i++; i < lines.size() && !lines.get(i).strip().equals("```"); i++) {
                    // to the end of the block
                }
                blocks.add(new Block(file, begin + 1, language, String.join("\n", lines.subList(begin, Math.min(i, lines.size()))) + "\n"));
            }
        }
        return blocks;
    }

    /** A command of any program that a document tells people to type, from the program's name on. */
    record Call(Path file, int line, List<String> words) {
        @Override
        public String toString() {
            return ROOT.relativize(file) + ":" + line + ": " + String.join(" ", words);
        }
    }

    static List<Command> commands() throws IOException {
        return calls().stream().filter(call -> Set.of("./finch", "finch").contains(call.words().getFirst()))
                .map(call -> new Command(call.file(), call.line(), call.words().subList(1, call.words().size()))).toList();
    }

    /** Those of fenced blocks, of code spans (tables have them) and of the comments of configs. */
    static List<Call> calls() throws IOException {
        List<Call> calls = new ArrayList<>();
        addSpans(calls);
        for (Block block : blocks()) {
            if (SHELLS.contains(block.language())) {
                List<String> lines = block.text().replace("\\\n", "  ").lines().toList();
                for (int i = 0; i < lines.size(); i++) {
                    add(calls, block.file(), block.line() + i, lines.get(i));
                }
            }
        }
        for (Path file : configs()) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).matches("#\\s+\\./finch .*")) {
                    add(calls, file, i + 1, lines.get(i).substring(1));
                }
            }
        }
        return calls;
    }

    private static void addSpans(List<Call> calls) throws IOException {
        for (Path file : files(".md")) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            boolean fenced = false;
            for (int i = 0; i < lines.size(); i++) {
                fenced ^= lines.get(i).strip().startsWith("```");
                for (Matcher span = SPAN.matcher(fenced ? "" : lines.get(i)); span.find();) {
                    add(calls, file, i + 1, span.group(1));
                }
            }
        }
    }

    static List<Path> configs() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("configs"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    private static void add(List<Call> calls, Path file, int line, String text) {
        List<String> words = new ArrayList<>();
        String before = ";";
        for (String word : words(text + " ;")) {
            if (!OPERATORS.contains(word)) {
                words.add(word);
                continue;
            }
            // behind > and < stands a file
            List<String> command = before.contains(">") || before.equals("<") ? List.of() : words.stream().dropWhile(w -> w.contains("=") || w.equals("time")).toList();
            if (!command.isEmpty()) {
                calls.add(new Call(file, line, command));
            }
            words.clear();
            before = word;
        }
    }

    /** Splits a line as a shell does, as far as documents go: quotes, operators and comments. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean open = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\'' || c == '"') {
                int end = line.indexOf(c, i + 1);
                word.append(line, i + 1, end);
                open = true;
                i = end;
            } else if (Character.isWhitespace(c)) {
                open = finish(words, word, open);
            } else if (c == '#' && !open) {
                return words;
            } else if ("|&;<>".indexOf(c) >= 0) {
                open = finish(words, word, open);
                boolean twice = i + 1 < line.length() && line.charAt(i + 1) == c;
                words.add(twice ? "" + c + c : "" + c);
                i += twice ? 1 : 0;
            } else {
                word.append(c);
                open = true;
            }
        }
        finish(words, word, open);
        return words;
    }

    private static boolean finish(List<String> words, StringBuilder word, boolean open) {
        if (open) {
            words.add(word.toString());
            word.setLength(0);
        }
        return false;
    }

    static List<Path> files(String ending) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_OURS.contains(folder.getFileName().toString()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(ending)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }
}
