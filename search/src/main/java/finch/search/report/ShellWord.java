package finch.search.report;

/** Words of commands that people are told to type. */
public final class ShellWord {
    private ShellWord() {}

    /** Quoted where a POSIX shell would not take it as one word that means itself. */
    public static String of(String word) {
        return word.matches("[A-Za-z0-9._/@:+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
