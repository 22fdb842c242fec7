package finch.search.export;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;

/** Which names a written class or module may have: those that its language takes and that nothing it uses has. */
final class SourceNames {
    /** The Python Language Reference, 2.3.1; the soft keywords of 2.3.2 may be names. */
    private static final Set<String> PYTHON_KEYWORDS = Set.of("False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
            "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass",
            "raise", "return", "try", "while", "with", "yield");
    private static final Pattern PYTHON_NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{Nd}_]*");
    private static final Pattern PYTHON_IMPORT = Pattern.compile("(?m)^(?:import|from) (\\w+)");
    /** JLS 3.9: identifiers, but of no type. */
    private static final Set<String> NO_JAVA_TYPE = Set.of("permits", "record", "sealed", "var", "yield");
    private static final Pattern JAVA_IMPORT = Pattern.compile("(?m)^import [\\w.]+\\.(\\w+);");
    private static final Pattern JAVA_LANG = Pattern.compile("\\b(?:AutoCloseable|IllegalArgumentException|Override|String)\\b");

    private SourceNames() {}

    /** Why a Java source cannot have a class of this name. @param source that is written, under any name */
    static Optional<String> javaProblem(String name, String source) {
        if (!SourceVersion.isName(name) || name.contains(".") || NO_JAVA_TYPE.contains(name)) {
            return Optional.of("Java takes no class of that name");
        }
        Set<String> used = found(JAVA_IMPORT, 1, source);
        used.addAll(found(JAVA_LANG, 0, source));
        return used.contains(name) ? Optional.of("the source uses another class of that name") : Optional.empty();
    }

    /** Why a Python source cannot be a module of this name. @param source that is written, under any name */
    static Optional<String> pythonProblem(String name, String source) {
        if (!PYTHON_NAME.matcher(name).matches() || PYTHON_KEYWORDS.contains(name)) {
            return Optional.of("Python takes no module of that name");
        }
        return found(PYTHON_IMPORT, 1, source).contains(name) ? Optional.of("the source imports another module of that name") : Optional.empty();
    }

    private static Set<String> found(Pattern pattern, int group, String source) {
        Set<String> names = new TreeSet<>();
        for (Matcher matcher = pattern.matcher(source); matcher.find();) {
            names.add(matcher.group(group));
        }
        return names;
    }
}
