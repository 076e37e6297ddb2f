package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Day;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the README against the real server: every request with its answer, every option. */
class ReadmeIT {
    private static final int TIMEOUT_MILLIS = 20_000;

    /** The day on which the README's session took place, the first day of its month, and the directory. */
    private static final String README_TODAY = "20261123";

    private static final String README_MONTH = "20261101";
    private static final String README_DIRECTORY = "/var/lib/karma";
    private static final Pattern SNAPSHOT = Pattern.compile("\\d{10}_links\\.tree");
    private static final Pattern MEASUREMENTS = Pattern.compile("\"command\":\"(health|stats|metrics)\"");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

    /** Where it is about noon, so that no midnight falls into the session. */
    private final ZoneOffset zone =
            ZoneOffset.ofHours(12 - Instant.now().atOffset(ZoneOffset.UTC).getHour());

    private final LocalDate today = LocalDate.now(zone);

    @TempDir
    Path scratch;

    private record Exchange(String request, String answer) {}

    @Test
    void answersAreAsTheReadmeShowsThem() throws Exception {
        List<Exchange> exchanges = exchanges();
        assertThat(exchanges).as("requests with answers in README.md").hasSizeGreaterThan(18);
        Path directory = scratch.resolve("data");

        try (ServerProcess server = ServerProcess.start(scratch, directory, "--zone=" + zone);
                Socket socket = new Socket(ServerProcess.HOST, server.port())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (Exchange exchange : exchanges) {
                String request = fill(exchange.request(), directory);
                out.write((request + "\n").getBytes(StandardCharsets.UTF_8));
                String answer = in.readLine();
                assertThat(answer).as("answer to %s", request).isNotNull();
                assertThat(generalised(exchange.request(), answer, directory))
                        .as("README.md, answer to %s", exchange.request())
                        .isEqualTo(generalised(exchange.request(), exchange.answer(), directory));
            }
        }
    }

    @Test
    void everyOptionAndItsVariableIsInTheReadme() throws Exception {
        String help = String.join("\n", JavaProcess.run(scratch, List.of("-jar", ServerProcess.jar(), "--help")));
        String readme = Readme.text();

        List<String> options = Pattern.compile("^ .*?(--[a-z-]+)", Pattern.MULTILINE)
                .matcher(help)
                .results()
                .map(option -> option.group(1))
                .filter(option -> !option.equals("--help") && !option.equals("--version"))
                .distinct()
                .toList();

        assertThat(options).contains("--bind", "--max-connections");
        assertThat(options)
                .allSatisfy(option -> assertThat(readme)
                        .contains("`" + option + "` | ")
                        .contains("| `KARMA_"
                                + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT) + "` |"));
    }

    private static List<Exchange> exchanges() throws IOException {
        List<Exchange> exchanges = new ArrayList<>();
        String request = null;
        for (String line : Readme.text().lines().toList()) {
            if (request != null) {
                assertThat(line).as("README.md, line after %s", request).startsWith("{\"protocol_version\":1,");
                exchanges.add(new Exchange(request, line));
                request = null;
            } else if (line.startsWith("{\"command\":")) {
                request = line;
            }
        }
        return exchanges;
    }

    /** Puts what only this run knows into a request of the README. */
    private String fill(String request, Path directory) throws IOException {
        String filled = request.replace(README_TODAY, day(today)).replace(README_MONTH, day(today.withDayOfMonth(1)));
        if (SNAPSHOT.matcher(filled).find()) {
            try (Stream<Path> files = Files.list(directory)) {
                String newest = files.map(file -> file.getFileName().toString())
                        .filter(name -> SNAPSHOT.matcher(name).matches())
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
                filled = SNAPSHOT.matcher(filled).replaceAll(newest);
            }
        }
        return filled;
    }

    /** Takes out of an answer what is another in every run: the day, the directory, times and measurements. */
    private String generalised(String request, String answer, Path directory) {
        if (MEASUREMENTS.matcher(request).find()) {
            return NUMBER.matcher(answer).replaceAll("N");
        }
        String general = answer.replace(day(today), README_TODAY).replace(directory.toString(), README_DIRECTORY);
        return SNAPSHOT.matcher(general).replaceAll("TIME_links.tree");
    }

    private static String day(LocalDate date) {
        return Integer.toString(Day.of(date));
    }
}
