package finch.search.cli;

import finch.space.Extent;
import finch.space.format.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * A command that answers something of each architecture it is given, in input order. Arguments are resolved before the
 * first answer, so that a typing mistake costs no waiting; lines of standard input are answered as they come, so that
 * another program can hold a conversation.
 *
 * @param <T> the answer for one architecture
 */
abstract class ArchitectureCommand<T> implements Callable<Integer> {
    @Parameters(paramLabel = "ARCH", arity = "1..*", description = "A reference name (finch list), an architecture file"
            + " (.yaml, .json), RUN:best, RUN:knee, RUN:front/N, an ONNX or model file, or - for one JSON architecture per line"
            + " of standard input.")
    private List<String> arguments = new ArrayList<>();

    @Option(names = "--json", description = "Print one JSON object per architecture and line.")
    private boolean json;

    private final Terminal terminal;

    ArchitectureCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    abstract T answer(Subject subject) throws Exception;

    abstract Map<String, Object> json(T answer);

    /** All answers for a person. */
    abstract String text(List<T> answers);

    /** Runs once before the first answer. @param subjects those given as arguments */
    void begin(List<Subject> subjects) throws Exception {}

    /** The size at which ONNX files of free height and width are read. */
    Optional<Extent> resolution() {
        return Optional.empty();
    }

    final Terminal terminal() {
        return terminal;
    }

    final boolean wantsJson() {
        return json;
    }

    @Override
    public final Integer call() throws Exception {
        if (resolution().isPresent() && arguments.stream().noneMatch(Subjects::isOnnx)) {
            throw new UsageException("--resolution goes with ONNX files that leave height and width open. Write a reference as"
                    + " NAME@WIDTH/RESOLUTION; an architecture file has its own resolution.");
        }
        Subjects subjects = new Subjects(terminal, resolution());
        List<Optional<Subject>> resolved = new ArrayList<>();
        for (String argument : arguments) {
            resolved.add(argument.equals("-") ? Optional.empty() : Optional.of(subjects.resolve(argument)));
        }
        begin(resolved.stream().flatMap(Optional::stream).toList());
        List<T> answers = new ArrayList<>();
        int code = ExitCode.DONE;
        for (Optional<Subject> subject : resolved) {
            if (subject.isPresent()) {
                give(answer(subject.get()), answers);
            } else {
                code = Math.max(code, standardInput(subjects, answers));
            }
        }
        if (!json && !answers.isEmpty()) {
            terminal.out().print(text(answers));
        }
        return code;
    }

    private void give(T answer, List<T> answers) {
        if (json) {
            terminal.out().println(JsonLine.of(json(answer)));
            terminal.out().flush();
        } else {
            answers.add(answer);
        }
    }

    /** @return wrong usage where there is no line, failed where one was not answered, else done */
    private int standardInput(Subjects subjects, List<T> answers) throws IOException {
        Subjects.Lines lines = subjects.lines();
        int code = ExitCode.DONE;
        for (Optional<Subjects.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            String name = line.get().name();
            String error;
            try {
                give(answer(line.get().subject()), answers);
                continue;
            } catch (Exception e) {
                error = Errors.messageOf(e).orElse(e.toString());
            }
            code = ExitCode.FAILED;
            if (json) {
                Map<String, Object> answer = new LinkedHashMap<>();
                answer.put("name", name);
                answer.put("error", error);
                terminal.out().println(JsonLine.of(answer));
                terminal.out().flush();
            } else {
                (Problem.visible(name) + ": " + error).lines().forEach(told -> terminal.error("finch: " + Problem.visible(told)));
            }
        }
        if (lines.isEmpty()) {
            terminal.error("finch: standard input is empty: - reads one JSON architecture per line of it");
            return ExitCode.USAGE;
        }
        return code;
    }
}
