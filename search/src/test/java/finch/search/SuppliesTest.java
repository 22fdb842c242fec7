package finch.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is shipped beside Finch's own classes is what the README says, under licences that are shipped too, and each class is there once. */
class SuppliesTest {
    private static final Path ROOT = Path.of(System.getProperty("finch.root", "..")).toAbsolutePath().normalize();
    private static final Pattern ROW = Pattern.compile("\\| `([^`:]+):([^`]+)` \\| ([^|]+) \\| ([^|]+) \\| ([^|]*)\\|");
    /** In the repository's layout: group/artifact/version/file. */
    private static final Pattern JAR = Pattern.compile(".*?([^/]+)/([^/]+)/([^/]+\\.jar)");
    private static final String ECHARTS = "org.webjars.npm:echarts";

    /** A row of the table. */
    private record Row(String purpose, String licence, String size) {}

    private static Map<String, Row> rows() throws IOException {
        Map<String, Row> rows = new TreeMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("README.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertThat(rows.put(row.group(1) + ":" + row.group(2), new Row(row.group(3).strip(), row.group(4).strip(), row.group(5).strip()))).as(line).isNull();
            }
        }
        return rows;
    }

    /** The jars of the runtime class path, as Maven resolved it; Finch's own are folders or jars of its modules. */
    private static List<Path> jars() throws IOException {
        String path = Files.readString(ROOT.resolve("search/target/runtime-class-path.txt"));
        List<Path> jars = Arrays.stream(path.strip().split(":")).map(Path::of).filter(p -> !p.startsWith(ROOT) && !p.toString().contains("/finch/finch-")).toList();
        assertThat(jars).hasSizeGreaterThan(10);
        return jars;
    }

    private static String coordinates(Path jar) {
        Matcher m = JAR.matcher(jar.toString().replace('\\', '/'));
        assertThat(m.matches()).as("%s", jar).isTrue();
        String artifact = m.group(1);
        String folder = jar.getParent().getParent().getParent().toString().replace('\\', '/');
        // the repository's own folder stands before the group, and where that ends is not known: rows are compared by how this ends
        return folder.replace('/', '.') + ":" + artifact;
    }

    @Test
    void the_readme_names_each_library_its_licence_and_its_size_and_no_other() throws IOException {
        Map<String, Row> rows = rows();
        Map<String, Row> left = new TreeMap<>(rows);
        assertThat(left.remove(ECHARTS)).as("inside finch-search's jar").isNotNull();
        for (Path jar : jars()) {
            String coordinates = coordinates(jar);
            String key = rows.keySet().stream().filter(k -> coordinates.endsWith("." + k)).findFirst().orElse(null);
            assertThat(key).as("README.md, What it brings along: a row for %s, %.1f MB", coordinates, Files.size(jar) / 1e6).isNotNull();
            Row row = left.remove(key);
            assertThat(row).as("two jars are %s", key).isNotNull();
            assertThat(row.size()).as(key).isEqualTo(String.format(Locale.ROOT, "%.1f", Files.size(jar) / 1e6));
            assertThat(row.purpose()).as(key).isNotBlank();
            String licence = declared(jar);
            assertThat(row.licence()).as("%s says %s", jar, licence).isEqualTo(licence);
        }
        assertThat(left.keySet()).as("rows of README.md without a jar").isEmpty();
    }

    /** As the library's pom, or a parent beside it in the repository, declares it. */
    private static String declared(Path jar) throws IOException {
        Path pom = jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", ".pom"));
        String text = Files.readString(pom);
        for (int i = 0; i < 6; i++) {
            Matcher licences = Pattern.compile("<licenses>(.*?)</licenses>", Pattern.DOTALL).matcher(text);
            if (licences.find()) {
                String name = licences.group(1);
                return name.contains("MIT") ? "MIT" : name.contains("BSD-3-Clause") ? "BSD-3-Clause" : name.contains("Apache") ? "Apache-2.0" : name;
            }
            Matcher parent = Pattern.compile("<parent>(.*?)</parent>", Pattern.DOTALL).matcher(text);
            assertThat(parent.find()).as("%s declares a licence", pom).isTrue();
            String group = tag(parent.group(1), "groupId");
            String artifact = tag(parent.group(1), "artifactId");
            String version = tag(parent.group(1), "version");
            Path own = pom;
            Path repository = Stream.iterate(own, p -> p != null, Path::getParent).filter(p -> Files.isDirectory(p.resolve(group.replace('.', '/')).resolve(artifact)))
                    .findFirst().orElseThrow();
            pom = repository.resolve(group.replace('.', '/')).resolve(artifact).resolve(version).resolve(artifact + "-" + version + ".pom");
            text = Files.readString(pom);
        }
        throw new AssertionError(jar + ": no licence in six poms");
    }

    private static String tag(String xml, String name) {
        Matcher m = Pattern.compile("<" + name + ">\\s*([^<]+?)\\s*</" + name + ">").matcher(xml);
        assertThat(m.find()).as("%s in %s", name, xml).isTrue();
        return m.group(1);
    }

    @Test
    void the_text_of_each_licence_is_shipped() throws IOException {
        Path folder = ROOT.resolve("search/src/assembly/licences");
        assertThat(Files.readString(folder.resolve("Apache-2.0.txt"))).isEqualTo(Files.readString(ROOT.resolve("LICENSE"))).contains("Apache License", "Version 2.0");
        for (Map.Entry<String, Row> row : rows().entrySet()) {
            if (!row.getValue().licence().equals("Apache-2.0")) {
                String words = row.getValue().licence().equals("MIT") ? "Permission is hereby granted, free of charge" : "Redistribution and use in source and binary forms";
                try (Stream<Path> files = Files.list(folder)) {
                    String library = row.getKey().substring(row.getKey().indexOf(':') + 1).replaceFirst("-java$", "");
                    List<Path> texts = files.filter(f -> f.getFileName().toString().toLowerCase(Locale.ROOT).equals((row.getValue().licence() + "-" + library + ".txt").toLowerCase(Locale.ROOT)))
                            .toList();
                    assertThat(texts).as("the licence of %s in %s", row.getKey(), folder).hasSize(1);
                    assertThat(Files.readString(texts.getFirst())).contains("Copyright", words);
                }
            }
        }
        for (String assembly : List.of("checkout.xml", "distribution.xml")) {
            assertThat(Files.readString(ROOT.resolve("search/src/assembly").resolve(assembly))).contains("<directory>${project.basedir}/src/assembly/licences</directory>");
        }
        assertThat(SuppliesTest.class.getResource("/finch/search/report/echarts/LICENSE")).isNotNull();
    }

    @Test
    void no_class_is_in_two_jars() throws IOException {
        Map<String, Path> seen = new HashMap<>();
        for (Path jar : jars()) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                List<String> classes = zip.stream().map(e -> e.getName()).filter(n -> n.endsWith(".class") && !n.endsWith("module-info.class")).collect(Collectors.toList());
                for (String name : classes) {
                    assertThat(seen.put(name, jar)).as("%s is in %s too", name, jar).isNull();
                }
            }
        }
        assertThat(seen).hasSizeGreaterThan(5000);
    }
}
