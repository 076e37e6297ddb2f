package io.karmadb.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import io.karmadb.server.protocol.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard in a real browser, where there is one: {@code apt-get install chromium}. With
 * {@code -Dkarma.screenshots=DIRECTORY} it leaves pictures there.
 */
@Timeout(300)
@Tag("exhaustive")
class DashboardIT {
    private static final String EVIL = "<img src=x onerror=alert(1)>\u202e\u0007\"'&";
    private static final String MAX = "18446744073709551615";

    @TempDir
    private static Path profile;

    private static Browser browser;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> program = Browser.program();
        assumeTrue(program.isPresent(), "the dashboard is not tested: there is no chromium on the search path");
        browser = Browser.start(program.get(), profile);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void reset() {
        browser.resize(1280, 900);
        browser.preferDark(false);
        browser.open("about:blank");
        browser.forgetComplaints();
    }

    private static String text(String id) {
        return browser.evaluate("document.getElementById('" + id + "').innerText");
    }

    private static void set(String id, String value) {
        browser.evaluate("document.getElementById('" + id + "').value = '" + value + "'");
    }

    private static void click(String selector) {
        browser.evaluate("document.querySelector('" + selector + "').click()");
    }

    private static void open(Site site) {
        browser.open("http://127.0.0.1:" + site.port() + "/");
    }

    private static void awaitMain() {
        browser.await("!document.getElementById('main').hidden");
    }

    private static int dayBefore(KarmaStore store, int ago) {
        LocalDate today = LocalDate.parse(Integer.toString(store.today()), DateTimeFormatter.BASIC_ISO_DATE);
        return Integer.parseInt(today.minusDays(ago).format(DateTimeFormatter.BASIC_ISO_DATE));
    }

    /** Links with a month of counts, and trees whose names are hard to show. */
    private Site furnished() throws IOException {
        Site site = new Site().serve(directory);
        KarmaStore store = site.store();
        Tree links = store.tree("links");
        for (int ago = 0; ago < 30; ago++) {
            links.incrementOn(dayBefore(store, ago), 42, 40 + (ago * 37) % 60);
        }
        for (int key = 1; key <= 30; key++) {
            links.increment(key, key * 3);
        }
        links.increment(-1, -100_000); // 18446744073709451616
        store.tree(EVIL).increment(-1, 7);
        store.createTree("\u65e5\u672c\u8a9e \ud83d\ude00");
        store.createTree("page views of a shop with a rather long name that does not fit into the list");
        store.checkpoint();
        site.count(Command.INCREMENT, 180_000);
        site.count(Command.SUM, 21_000);
        return site;
    }

    private static void choose(String name) {
        browser.await("document.querySelectorAll('#trees button').length > 0");
        browser.evaluate("[...document.querySelectorAll('#trees li')].find(li => li.dataset.name === " + name
                + ").firstChild.click()");
    }

    @Test
    void figuresAreShown() throws IOException {
        try (Site site = furnished()) {
            open(site);
            awaitMain();
            assertThat(text("state")).isEqualTo("ok");
            assertThat(text("tiles")).containsPattern("Trees\\s+4").containsPattern("Keys\\s+33");
            assertThat(text("commands")).contains("increment").contains("sum");
            assertThat(text("log")).containsPattern("Checkpoints\\s+1, 0 failed");
            site.count(Command.SUM, 21_000);
            browser.await("document.getElementById('commands').innerText.includes('22.5 \u00b5s')");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void daysOfAKeyAreShownAsAChartWithATableAndCanBeReadWithTheKeyboard() throws IOException {
        try (Site site = furnished()) {
            open(site);
            awaitMain();
            choose("'links'");
            set("key", "42");
            click("#lookup button[type=submit]");
            browser.await("!document.getElementById('result').hidden");
            assertThat(browser.evaluate("document.querySelectorAll('#days g').length"))
                    .isEqualTo("30");
            assertThat(browser.evaluate("document.querySelectorAll('#day-rows tr').length"))
                    .isEqualTo("30");
            assertThat(browser.evaluate("document.querySelector('#days svg').getAttribute('aria-label')"))
                    .contains("Key 42");
            browser.evaluate("document.querySelector('#days svg').focus()");
            browser.await("document.getElementById('day').innerText.includes(': 40')");
            browser.evaluate("document.querySelector('#days svg').dispatchEvent("
                    + "new KeyboardEvent('keydown', {key: 'ArrowLeft'}))");
            assertThat(text("day")).endsWith(": 77");
            assertThat(browser.complaints()).isEmpty();
            pictures("key");
        }
    }

    @Test
    void keysAndCountsOf64BitsAreExact() throws IOException {
        try (Site site = furnished()) {
            open(site);
            awaitMain();
            choose("'links'");
            click("#find-top");
            browser.await("!document.getElementById('top').hidden");
            assertThat(browser.evaluate("document.querySelector('#top-rows tr').innerText"))
                    .isEqualTo(MAX + "\t18,446,744,073,709,451,616");
            click("#top-rows button");
            browser.await("!document.getElementById('result').hidden");
            assertThat(text("summary")).startsWith("Key " + MAX + ": 18,446,744,073,709,451,616 from");
            set("key", "18446744073709551616");
            click("#lookup button[type=submit]");
            browser.await("document.getElementById('counters-error').innerText === 'A key is at most " + MAX + "'");
            assertThat(browser.complaints()).isEmpty();
            pictures("top");
        }
    }

    @Test
    void aNameIsTextWhateverItHolds() throws IOException {
        try (Site site = furnished()) {
            open(site);
            awaitMain();
            choose("'<img src=x onerror=alert(1)>\\u202e\\u0007\"\\'&'");
            assertThat(text("tree-name")).isEqualTo("<img src=x onerror=alert(1)>\\u202e\\u0007\"'&");
            set("key", MAX);
            click("#lookup button[type=submit]");
            browser.await("!document.getElementById('result').hidden");
            assertThat(text("summary")).startsWith("Key " + MAX + ": 7 from");
            assertThat(browser.evaluate("document.querySelectorAll('main img').length"))
                    .isEqualTo("0");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void treesAreFoundByAPartOfTheirName() throws IOException {
        try (Site site = furnished()) {
            open(site);
            awaitMain();
            browser.await("document.querySelectorAll('#trees button').length === 4");
            set("contains", "LINK");
            browser.evaluate("document.getElementById('contains').dispatchEvent(new Event('input'))");
            browser.await("document.querySelectorAll('#trees button').length === 1");
            assertThat(text("trees")).contains("links");
        }
    }

    @Test
    void theTokenIsAskedForAndForgottenWhenItIsWrong() throws IOException {
        try (Site site = new Site("geh\u00e9im \u2713", Site.PATIENT).serve(directory)) {
            open(site);
            browser.await("!document.getElementById('login').hidden");
            set("token", "wrong");
            click("#login button");
            browser.await("document.getElementById('login-error').innerText !== ''");
            assertThat(browser.evaluate("sessionStorage.getItem('karma-token')"))
                    .isEqualTo("null");
            pictures("login");
            set("token", "geh\u00e9im \u2713");
            click("#login button");
            awaitMain();
            assertThat(text("state")).isEqualTo("ok");
            click("#forget");
            browser.await("!document.getElementById('login').hidden");
        }
    }

    @Test
    void theRestoreIsShownUntilItIsOver() throws IOException {
        try (Site site = new Site()) {
            open(site);
            browser.await("document.getElementById('state').innerText === 'restoring'");
            assertThat(text("about")).endsWith(", 42 % read");
            site.serve(directory);
            awaitMain();
            assertThat(text("state")).isEqualTo("ok");
        }
    }

    @Test
    void itFollowsTheThemeOfTheSystemUntilOneIsChosen() throws IOException {
        String background = "getComputedStyle(document.body).backgroundColor";
        try (Site site = furnished()) {
            open(site);
            awaitMain();
            String light = browser.evaluate(background);
            browser.preferDark(true);
            browser.await(background + " !== '" + light + "'");
            set("theme", "light");
            browser.evaluate("document.getElementById('theme').dispatchEvent(new Event('change'))");
            assertThat(browser.evaluate(background)).isEqualTo(light);
            browser.evaluate("localStorage.clear()");
        }
    }

    @Test
    void nothingIsWiderThanAPhone() throws IOException {
        try (Site site = furnished()) {
            browser.resize(360, 740);
            open(site);
            awaitMain();
            choose("'links'");
            set("key", "42");
            click("#lookup button[type=submit]");
            browser.await("!document.getElementById('result').hidden");
            assertThat(Integer.parseInt(browser.evaluate("document.documentElement.scrollWidth")))
                    .isLessThanOrEqualTo(360);
        }
    }

    /** Leaves pictures if they are wanted. */
    private static void pictures(String name) throws IOException {
        String place = System.getProperty("karma.screenshots");
        if (place == null) {
            return;
        }
        Files.createDirectories(Path.of(place));
        for (int width : new int[] {390, 1280}) {
            for (boolean dark : new boolean[] {false, true}) {
                browser.preferDark(dark);
                browser.resize(width, 900);
                int height = Integer.parseInt(browser.evaluate("document.documentElement.scrollHeight"));
                browser.resize(width, height);
                browser.screenshot(Path.of(place, name + "-" + width + (dark ? "-dark" : "-light") + ".png"));
            }
        }
    }
}
