package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import finch.search.report.Report;
import finch.search.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The report in a real browser. Screenshots are kept in {@code target/screenshots}. */
class BrowserTest {
    private static final Path ROOT = Path.of(System.getProperty("finch.root"));
    private static final Path SHOTS = Path.of("target", "screenshots");

    /** Text on its nearest opaque background, for every element that shows text: WCAG 2.1, success criterion 1.4.3. */
    private static final String FAINT = """
            const parse = text => { const m = text.match(/rgba?\\(([^)]*)\\)/); return m ? m[1].split(/[ ,/]+/).map(Number) : null; };
            const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
              return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
            const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c && (c.length < 4 || c[3] === 1)) return c; }
              return [255, 255, 255]; };
            const faint = [];
            for (const e of document.querySelectorAll('body *')) {
              const svg = e.tagName === 'text';
              if (!e.getClientRects().length || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
              if (e.tagName === 'SCRIPT' || e.closest('[aria-hidden=true]') || e.closest('.told') || svg && e.getAttribute('fill') === 'none') continue;
              const style = getComputedStyle(e);
              const ink = parse(svg ? style.fill : style.color);
              if (!ink || style.visibility === 'hidden' || ink[3] === 0) continue;
              // stacked bars carry their labels on their own colours
              if (svg && e.closest('#gene-chart')) continue;
              const [a, b] = [light(ink), light(ground(e))].sort((x, y) => y - x);
              const ratio = (a + 0.05) / (b + 0.05);
              if (ratio < 4.5) faint.push(e.tagName + ' "' + e.textContent.trim().slice(0, 30) + '" ' + ratio.toFixed(2));
            }
            return faint;
            """;

    @TempDir
    private static Path folder;
    private static ChromeDriver browser;
    private static String page;

    @BeforeAll
    static void open_a_browser_and_make_a_report() throws IOException {
        RunFolder run = new RunFolder(Files.createDirectories(folder.resolve("run")));
        try (var files = Files.list(ROOT.resolve("runs/example"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, run.path().resolve(file.getFileName()));
            }
        }
        page = Report.write(run).toUri().toString();
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(Programs.find("chromium", "chromium", "chromium-browser", "google-chrome").toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1200,900");
        options.setCapability("goog:loggingPrefs", logging);
        browser = new ChromeDriver(new ChromeDriverService.Builder()
                .usingDriverExecutable(Programs.find("chromium-driver", "chromedriver").toFile()).build(), options);
        Files.createDirectories(SHOTS);
    }

    @AfterAll
    static void close_the_browser() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void open_the_page() {
        screen(1200, 900, "light");
        browser.get(page);
    }

    private static void screen(int width, int height, String scheme) {
        browser.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** The whole page, however long. */
    private static void screenshot(String name, int width, String scheme) throws IOException {
        browser.executeScript("document.querySelectorAll('details').forEach(d => { d.open = d.querySelector('figure') !== null; });");
        screen(width, ((Number) browser.executeScript("return document.documentElement.scrollHeight")).intValue(), scheme);
        Files.write(SHOTS.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    private static List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (LogEntry entry : browser.manage().logs().get(LogType.BROWSER)) {
            complaints.add(entry.getLevel() + " " + entry.getMessage());
        }
        return complaints;
    }

    private static long number(String script) {
        return ((Number) browser.executeScript("return " + script)).longValue();
    }

    @Test
    void it_opens_without_a_word_on_the_console_and_asks_for_nothing() throws IOException {
        screenshot("desktop", 1200, "light");
        assertThat(complaints()).isEmpty();
        assertThat(number("performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length")).isZero();
        List<WebElement> figures = browser.findElements(By.cssSelector("figure[data-chart]"));
        assertThat(figures).hasSizeGreaterThanOrEqualTo(4);
        for (WebElement figure : figures) {
            assertThat(figure.findElements(By.cssSelector("svg path"))).as(figure.getAttribute("id")).hasSizeGreaterThan(5);
        }
    }

    /** {@code target/screenshots/front.svg}: what {@code runs/example/front.svg} is, which the README shows. */
    @Test
    void the_front_can_be_had_as_a_picture() throws IOException {
        screen(1006, 900, "light");
        browser.get(page);
        String picture = (String) browser.executeScript("""
                const svg = document.querySelector('#front-chart svg');
                const inside = [...svg.childNodes].map(n => new XMLSerializer().serializeToString(n).replaceAll(' xmlns="http://www.w3.org/2000/svg"', '')).join('');
                const [w, h] = [svg.getAttribute('width'), svg.getAttribute('height')];
                return '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ' + w + ' ' + h + '" width="' + w + '" height="' + h + '">\\n'
                  + '<title>The front of runs/example</title>\\n<rect width="100%" height="100%" fill="#ffffff"/>' + inside + '</svg>\\n';
                """);
        assertThat(picture).contains("mobilenetv3-small").contains("Predicted latency").doesNotContain("NaN").doesNotContain("var(");
        Path file = Files.writeString(SHOTS.resolve("front.svg"), picture);
        browser.get(file.toUri().toString());
        assertThat(number("document.querySelectorAll('path').length")).isGreaterThan(20);
    }

    @Test
    void a_network_of_the_front_tells_its_figures_when_the_pointer_is_over_it() {
        WebElement chart = browser.findElement(By.cssSelector("#front-chart .chart"));
        browser.executeScript("arguments[0].scrollIntoView({block: 'center'})", chart);
        @SuppressWarnings("unchecked")
        List<Object> point = (List<Object>) browser.executeScript("""
                const chart = finchCharts.get('front-chart');
                const series = chart.getOption().series;
                const index = series.findIndex(s => s.type === 'scatter' && s.name === 'front');
                const value = series[index].data[series[index].data.length - 1].value;
                const [x, y] = chart.convertToPixel({seriesIndex: index}, [value[0], value[1]]);
                const box = chart.getDom();
                return [Math.round(x - box.clientWidth / 2), Math.round(y - box.clientHeight / 2), value[2]];
                """);
        new Actions(browser).moveToElement(chart, ((Number) point.get(0)).intValue(), ((Number) point.get(1)).intValue()).perform();

        assertThat(chart.getText()).contains((String) point.get(2)).contains("Top-1 accuracy, %:").contains(" to ").contains("Multiply-adds");
    }

    @Test
    void the_keyboard_reaches_the_points_and_they_are_read_out() {
        WebElement chart = browser.findElement(By.cssSelector("#front-chart .chart"));
        chart.sendKeys(Keys.ARROW_RIGHT);
        String first = browser.findElement(By.cssSelector("#front-chart .told")).getDomProperty("textContent");
        chart.sendKeys(Keys.ARROW_RIGHT);
        String second = browser.findElement(By.cssSelector("#front-chart .told")).getDomProperty("textContent");

        assertThat(first).contains("quickstart").contains("Predicted latency");
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void a_table_sorts_by_the_heading_that_is_clicked() {
        WebElement table = browser.findElement(By.cssSelector("#front table"));
        WebElement heading = table.findElements(By.cssSelector("thead th")).get(2);
        heading.findElement(By.tagName("button")).click();
        List<Double> up = column(table, 2);
        assertThat(heading.getAttribute("aria-sort")).isEqualTo("ascending");
        assertThat(up).isSorted().hasSizeGreaterThan(3);
        heading.findElement(By.tagName("button")).sendKeys(Keys.ENTER);
        assertThat(column(table, 2)).isEqualTo(up.reversed());
        assertThat(heading.getAttribute("aria-sort")).isEqualTo("descending");
    }

    private static List<Double> column(WebElement table, int column) {
        return table.findElements(By.cssSelector("tbody tr")).stream()
                .map(row -> Double.valueOf(row.findElements(By.cssSelector("th, td")).get(column).getText().replaceFirst("[^0-9.].*", ""))).toList();
    }

    @Test
    void a_phone_does_not_scroll_sideways() throws IOException {
        for (int width : new int[] {320, 360, 412, 768}) {
            screen(width, 800, "light");
            browser.get(page);
            browser.executeScript("document.querySelectorAll('details').forEach(d => { d.open = true; });");
            assertThat(number("document.documentElement.scrollWidth")).as("at " + width).isLessThanOrEqualTo(width);
        }
        screen(375, 800, "light");
        browser.get(page);
        screenshot("narrow", 375, "light");
        assertThat(complaints()).isEmpty();
    }

    @Test
    void text_can_be_read_in_light_and_in_dark() throws IOException {
        assertThat(browser.executeScript(FAINT)).as("light").isEqualTo(List.of());
        screen(1200, 900, "dark");
        browser.get(page);
        assertThat((String) browser.executeScript("return getComputedStyle(document.body).backgroundColor")).isEqualTo("rgb(21, 24, 28)");
        assertThat(browser.executeScript(FAINT)).as("dark").isEqualTo(List.of());
        screenshot("dark", 1200, "dark");
    }

    @Test
    void an_open_page_follows_the_reader_from_light_to_dark() {
        String before = (String) browser.executeScript("return document.querySelector('#front-chart svg').outerHTML");
        screen(1200, 900, "dark");
        browser.executeScript("return new Promise(done => setTimeout(done, 50))");
        assertThat((String) browser.executeScript("return document.querySelector('#front-chart svg').outerHTML")).isNotEqualTo(before).contains("#4fb8cd");
    }

    @Test
    void what_is_shown_is_named() {
        assertThat(browser.findElements(By.cssSelector("[role=img]:not([aria-label]), table:not(:has(caption)), button:empty, html:not([lang])"))).isEmpty();
        assertThat(number("document.querySelectorAll('h1').length")).isEqualTo(1);
        assertThat(number("document.querySelectorAll('[id]:not(svg [id])').length")).isEqualTo(number("new Set([...document.querySelectorAll('[id]:not(svg [id])')].map(e => e.id)).size"));
        for (WebElement link : browser.findElements(By.cssSelector("nav a"))) {
            String target = link.getDomAttribute("href");
            assertThat(browser.findElements(By.cssSelector(target))).as(target).hasSize(1);
        }
    }

    @Test
    void it_prints_within_the_paper() throws IOException {
        browser.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", 720, "height", 1000, "deviceScaleFactor", 1, "mobile", false));
        browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
        browser.executeScript("return new Promise(done => setTimeout(done, 100))");
        assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(720);
        assertThat(number("[...document.querySelectorAll('.scroll')].filter(e => e.getClientRects().length && e.scrollWidth > e.clientWidth + 1).length")).as("tables cut off").isZero();
        Files.write(SHOTS.resolve("print.png"), browser.getScreenshotAs(OutputType.BYTES));
        browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
    }

    @Test
    void a_served_run_works_in_the_browser_too() throws IOException {
        HttpServer server = ServeCommand.start(new RunFolder(folder.resolve("run")), 0);
        try {
            browser.get("http://localhost:" + server.getAddress().getPort() + "/");
            assertThat(browser.findElements(By.cssSelector("#front-chart svg path"))).hasSizeGreaterThan(20);
            assertThat(complaints()).isEmpty();
        } finally {
            server.stop(0);
        }
    }
}
