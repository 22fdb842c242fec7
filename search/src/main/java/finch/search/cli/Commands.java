package finch.search.cli;

import java.util.List;

/** All commands, in the order in which help lists them. */
final class Commands {
    private Commands() {}

    static List<Object> all(Terminal terminal) {
        return List.of(new ShowCommand(terminal), new MeasureCommand(terminal), new ExportCommand(terminal), new HelpCommand());
    }
}
