package finch.search.cli;

import finch.space.published.Figure;
import finch.space.published.PublishedFigures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "reproduce", description = "Prints the figures that papers and code bases publish about the reference architectures"
        + " beside ours. Fails where one that must agree exactly does not.",
        footer = {"  finch reproduce", "  finch reproduce mobilenetv3-large --json", "  finch reproduce latency", "  finch reproduce training --help"})
final class ReproduceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", arity = "0..*", description = "Reference names; without one, all.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--json", description = "Print one JSON object per figure and line.")
    private boolean json;

    private final Terminal terminal;

    ReproduceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Figure> figures = names.isEmpty() ? PublishedFigures.all() : PublishedFigures.about(names);
        if (json) {
            figures.forEach(figure -> terminal.out().println(JsonLine.of(json(figure))));
        } else {
            terminal.out().print(text(figures));
        }
        List<Figure> wrong = figures.stream().filter(figure -> figure.exact() && !figure.ok()).toList();
        wrong.forEach(figure -> terminal.message("finch: " + figure.name() + ": " + figure.figure() + " must be " + figure.published()
                + " (" + figure.source() + "), but is " + figure.ours()));
        return wrong.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static Map<String, Object> json(Figure figure) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", figure.name());
        object.put("figure", figure.figure());
        object.put("source", figure.source());
        object.put("published", figure.published());
        object.put("ours", figure.ours());
        object.put("exact", figure.exact());
        object.put("ok", figure.ok());
        object.put("status", figure.status().name().toLowerCase(java.util.Locale.ROOT));
        if (!figure.note().isEmpty()) {
            object.put("note", figure.note());
        }
        return object;
    }

    private static String text(List<Figure> figures) {
        TextTable table = new TextTable("network", "figure", ">published", ">ours", "", "source");
        TextTable rows = new TextTable("network", "layer", "published", "ours");
        List<String> notes = new ArrayList<>();
        for (Figure figure : figures) {
            String mark = "";
            if (!figure.note().isEmpty()) {
                int known = notes.indexOf(figure.note());
                if (known < 0) {
                    notes.add(figure.note());
                    known = notes.size() - 1;
                }
                mark = " [" + (known + 1) + "]";
            }
            if (isLayer(figure)) {
                rows.row(figure.name(), figure.figure(), figure.published() + (figure.published().equals(figure.ours()) ? ""
                        : " | ours: " + figure.ours()), word(figure) + mark);
            } else {
                table.row(figure.name(), figure.figure(), figure.published(), figure.ours(), word(figure) + mark, figure.source());
            }
        }
        boolean layers = figures.stream().anyMatch(ReproduceCommand::isLayer);
        StringBuilder text = new StringBuilder(layers ? rows + "\n" + table : table.toString());
        for (int i = 0; i < notes.size(); i++) {
            text.append(i == 0 ? "\n" : "").append('[').append(i + 1).append("] ").append(notes.get(i)).append('\n');
        }
        long exact = figures.stream().filter(Figure::exact).count();
        long exactOk = figures.stream().filter(f -> f.exact() && f.ok()).count();
        long other = figures.size() - exact;
        long otherOk = figures.stream().filter(f -> !f.exact() && f.ok()).count();
        return text.append('\n').append(exactOk).append(" of ").append(exact).append(" exact figures agree; ").append(otherOk).append(" of ")
                .append(other).append(" rounded ones agree or differ for a known reason\n").toString();
    }

    /** Rows of layer tables are long and get a table of their own. */
    private static boolean isLayer(Figure figure) {
        return figure.figure().contains("layer table");
    }

    private static String word(Figure figure) {
        return switch (figure.status()) {
            case EXACT -> "equal";
            case ROUNDED -> "rounds to it";
            case CUT -> "cut off";
            case EXPLAINED -> "explained";
            case DIFFERS -> "DIFFERS";
        };
    }
}
