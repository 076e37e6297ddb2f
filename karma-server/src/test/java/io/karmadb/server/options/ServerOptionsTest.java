package io.karmadb.server.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.server.http.HttpSettings;
import io.karmadb.server.network.NetworkSettings;
import io.karmadb.server.network.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptionsTest {
    @TempDir
    private Path directory;

    private static ServerOptions parse(String... arguments) throws OptionException {
        return ServerOptions.parse(arguments, Map.of());
    }

    private static ServerOptions parseLine(String line) throws OptionException {
        return parse(line.isEmpty() ? new String[0] : line.split(" ", -1));
    }

    @Test
    void defaultsAreThoseOfTheExistingServer() throws OptionException {
        ServerOptions options = parse();
        assertThat(options.action()).isSameAs(ServerOptions.Action.SERVE);
        assertThat(options.log()).isTrue();
        assertThat(options.network())
                .isEqualTo(new NetworkSettings(
                        "0.0.0.0", 8080, true, 4096, Duration.ofSeconds(5), Duration.ofSeconds(5), null, 10_000));
        assertThat(options.store().directory()).contains(Path.of("."));
        assertThat(options.store().durability()).isSameAs(Durability.FSYNC);
        assertThat(options.store().history()).isSameAs(HistoryKind.OFF_HEAP);
        assertThat(options.store().restore()).isTrue();
        assertThat(options.store().snapshotsKept()).isEqualTo(5);
        assertThat(options.store().zone()).isEqualTo(ZoneId.systemDefault());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-b ::1 -p 0 -d /x -r false -n false -w false",
                "-b=::1 -p=0 -d=/x -r=false -n=false -w=false",
                "-b::1 -p0 -d/x -rfalse -nfalse -wfalse",
                "--bind ::1 --port 0 --directory /x --restore false --nodelay false --wal false",
                "--bind=::1 --port=0 --directory=/x --restore=false --nodelay=false --wal=false",
                "--port=1 --port=0 --bind=::1 --directory=/x --restore=false --nodelay=false --wal=true --wal=false"
            })
    void shortLongSeparateAndRepeatedOptionsMeanTheSame(String line) throws OptionException {
        ServerOptions options = parseLine(line);
        assertThat(options.network().host()).isEqualTo("::1");
        assertThat(options.network().port()).isZero();
        assertThat(options.network().noDelay()).isFalse();
        assertThat(options.store().directory()).contains(Path.of("/x"));
        assertThat(options.store().restore()).isFalse();
        assertThat(options.store().durability()).isSameAs(Durability.NONE);
    }

    @Test
    void thereIsNoHttpPortUnlessItIsAskedFor() throws OptionException {
        assertThat(parse().http()).isNull();
        assertThat(parse("--http-bind=0.0.0.0").http()).isNull();
        assertThat(parse("--http-port=0").http()).isEqualTo(new HttpSettings("127.0.0.1", 0, null));
        assertThat(parse("--http-port=9090", "--http-bind=::", "--auth-token=s3cret")
                        .http())
                .isEqualTo(new HttpSettings("::", 9090, "s3cret"));
        assertThat(ServerOptions.parse(new String[0], Map.of("KARMA_HTTP_PORT", "1", "KARMA_HTTP_BIND", "h"))
                        .http())
                .isEqualTo(new HttpSettings("h", 1, null));
    }

    @Test
    void readsTheRest() throws OptionException {
        ServerOptions options = parseLine(
                "--wal-fsync=false --max-request-bytes=1 --read-timeout=0 --write-timeout=0.25"
                        + " --auth-token=a=b --dump-retention-per-tree=-3 --log=false --zone=Asia/Tokyo --max-connections=7");
        assertThat(options.log()).isFalse();
        assertThat(options.network())
                .isEqualTo(
                        new NetworkSettings("0.0.0.0", 8080, true, 1, Duration.ZERO, Duration.ofMillis(250), "a=b", 7));
        assertThat(options.store().durability()).isSameAs(Durability.WRITE);
        assertThat(options.store().snapshotsKept()).isEqualTo(-3);
        assertThat(options.store().zone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--wal=yes | --wal",
                "--wal=TRUE | --wal",
                "--wal= | --wal",
                "--wal | --wal",
                "-w | --wal",
                "--wal --port=1 | --wal",
                "-r 1 | --restore",
                "--log=on | --log",
                "--port=abc | --port",
                "--port=-1 | --port",
                "--port=65536 | --port",
                "--port=80.5 | --port",
                "--port=99999999999999999999 | --port",
                "--max-request-bytes=-1 | --max-request-bytes",
                "--max-request-bytes=0 | --max-request-bytes",
                "--max-request-bytes=1073741825 | --max-request-bytes",
                "--max-connections=0 | --max-connections",
                "--read-timeout=-1 | --read-timeout",
                "--read-timeout=NaN | --read-timeout",
                "--read-timeout=1e3 | --read-timeout",
                "--read-timeout=5s | --read-timeout",
                "--write-timeout=1000001 | --write-timeout",
                "--dump-retention-per-tree=x | --dump-retention-per-tree",
                "--http-port=x | --http-port",
                "--http-port=65536 | --http-port",
                "--http-bind= | --http-bind",
                "--zone=Nowhere | --zone",
                "--bind= | --bind",
                "--directory= | --directory",
                "--auth-token= | --auth-token",
                "--auth-token-file=/nonexistent | --auth-token-file",
                "--auth-token=x --auth-token-file=/y | --auth-token",
                "--nope | --nope",
                "--por=1 | --por",
                "stray | stray",
                "--port=1 stray | stray",
                "@file | @file",
                "-x | -x"
            })
    void refusesWhatCannotBeAndNamesIt(String line, String named) {
        assertThatThrownBy(() -> parseLine(line))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(named)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void environmentStandsInForOptionsThatAreNotGiven() throws OptionException {
        Map<String, String> environment =
                Map.of("KARMA_PORT", "1234", "KARMA_WAL_FSYNC", "false", "KARMA_MAX_REQUEST_BYTES", "99");
        ServerOptions options = ServerOptions.parse(new String[] {"--port=5"}, environment);
        assertThat(options.network().port()).isEqualTo(5);
        assertThat(options.network().requestBytesMax()).isEqualTo(99);
        assertThat(options.store().durability()).isSameAs(Durability.WRITE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KARMA_BIND",
                "KARMA_PORT",
                "KARMA_DIRECTORY",
                "KARMA_RESTORE",
                "KARMA_NODELAY",
                "KARMA_WAL",
                "KARMA_WAL_FSYNC",
                "KARMA_MAX_REQUEST_BYTES",
                "KARMA_HTTP_PORT",
                "KARMA_HTTP_BIND",
                "KARMA_MAX_CONNECTIONS",
                "KARMA_READ_TIMEOUT",
                "KARMA_WRITE_TIMEOUT",
                "KARMA_AUTH_TOKEN",
                "KARMA_AUTH_TOKEN_FILE",
                "KARMA_READ_ONLY_TOKEN",
                "KARMA_READ_ONLY_TOKEN_FILE",
                "KARMA_TLS_CERT",
                "KARMA_TLS_KEY",
                "KARMA_TLS_CLIENT_CA",
                "KARMA_CHECKPOINT_WAL_BYTES",
                "KARMA_CHECKPOINT_INTERVAL",
                "KARMA_CONFIG",
                "KARMA_DUMP_RETENTION_PER_TREE",
                "KARMA_ZONE",
                "KARMA_LOG"
            })
    void everyOptionHasItsVariableAndAWrongValueNamesIt(String variable) {
        assertThatThrownBy(() -> ServerOptions.parse(new String[0], Map.of(variable, "")))
                .isInstanceOf(OptionException.class)
                .hasMessageStartingWith(variable);
    }

    @Test
    void tokenMayComeFromTheFirstLineOfAFile() throws IOException, OptionException {
        Path file = directory.resolve("token");
        Files.writeString(file, "s3crét \r\nsecond line\n");
        assertThat(parse("--auth-token-file=" + file).network().token()).isEqualTo("s3crét ");
        assertThat(ServerOptions.parse(new String[] {"--auth-token-file=" + file}, Map.of("KARMA_AUTH_TOKEN", "other"))
                        .network()
                        .token())
                .isEqualTo("s3crét ");
        assertThat(ServerOptions.parse(new String[0], Map.of("KARMA_AUTH_TOKEN", "other"))
                        .network()
                        .token())
                .isEqualTo("other");
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> parse("--auth-token-file=" + file)).hasMessageContaining("first line");
    }

    @Test
    void tokenThatTheLocaleHasSpoiltIsRefusedSinceNoRequestCouldCarryIt() {
        assertThatThrownBy(() -> parse("--auth-token=s3cr\uFFFD\uFFFDt"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("--auth-token has characters")
                .hasMessageNotContaining("s3cr");
        assertThatThrownBy(() -> ServerOptions.parse(new String[0], Map.of("KARMA_AUTH_TOKEN", "\uFFFD")))
                .isInstanceOf(OptionException.class)
                .hasMessageStartingWith("KARMA_AUTH_TOKEN has characters");
    }

    @Test
    void tokenIsToldToNobody() throws OptionException {
        assertThat(parse("--auth-token=s3cret").toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--directory check", "--directory=check", "-d check", "-dcheck"})
    void aDirectoryOfTheServerMayBeCalledLikeTheCommand(String line) throws OptionException {
        ServerOptions options = parseLine(line);
        assertThat(options.action()).isSameAs(ServerOptions.Action.SERVE);
        assertThat(options.store().directory()).contains(Path.of("check"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1073741824, 1073741824", "512MiB, 536870912", "3KiB, 3072", "2GiB, 2147483648"})
    void sizesMayHaveAUnit(String text, long bytes) throws OptionException {
        assertThat(parse("--checkpoint-wal-bytes=" + text).store().checkpointWalBytes())
                .isEqualTo(bytes);
    }

    @Test
    void checkpointsAreMadeByTheSizeOfTheLogUnlessToldOtherwise() throws OptionException {
        assertThat(parse().store().checkpointWalBytes()).isEqualTo(1L << 30);
        assertThat(parse().store().checkpointInterval()).isZero();
        assertThat(parse("--checkpoint-interval=0.5").store().checkpointInterval())
                .isEqualTo(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--checkpoint-wal-bytes=-1 | --checkpoint-wal-bytes",
                "--checkpoint-wal-bytes=1GB | --checkpoint-wal-bytes",
                "--checkpoint-wal-bytes=1 GiB | --checkpoint-wal-bytes",
                "--checkpoint-interval=-1 | --checkpoint-interval",
                "--read-only-token=x | --auth-token",
                "--read-only-token=x --auth-token=x | another token",
                "--tls-cert=/x | --tls-key",
                "--tls-key=/x | --tls-cert",
                "--tls-client-ca=/x | --tls-client-ca needs",
                "--config=/nonexistent | --config cannot be read"
            })
    void refusesWhatDoesNotGoTogether(String line, String named) {
        assertThatThrownBy(() -> parse(line.split(" (?=--)")))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(named);
    }

    @Test
    void tlsAndTheReadOnlyTokenAreRead() throws OptionException {
        NetworkSettings network = parseLine(
                        "--tls-cert=/c --tls-key=/k --tls-client-ca=/a --auth-token=all --read-only-token=read")
                .network();
        assertThat(network.tls()).isEqualTo(new TlsSettings(Path.of("/c"), Path.of("/k"), Path.of("/a")));
        assertThat(network.readOnlyToken()).isEqualTo("read");
        assertThat(network.toString()).doesNotContain("=read");
    }

    @Test
    void aConfigurationFileStandsInForWhatNeitherCommandLineNorEnvironmentGive() throws Exception {
        Path file = Files.writeString(
                directory.resolve("karma.conf"),
                "# a comment\nport = 1\nbind=::1\nwal-fsync: false\nauth-token = s3crét\nmax-request-bytes=77\n");
        ServerOptions options = ServerOptions.parse(
                new String[] {"--config=" + file, "--port=3"}, Map.of("KARMA_PORT", "2", "KARMA_BIND", "::2"));
        assertThat(options.network().port()).isEqualTo(3);
        assertThat(options.network().host()).isEqualTo("::2");
        assertThat(options.network().requestBytesMax()).isEqualTo(77);
        assertThat(options.network().token()).isEqualTo("s3crét");
        assertThat(options.store().durability()).isSameAs(Durability.WRITE);
        assertThat(ServerOptions.parse(new String[0], Map.of("KARMA_CONFIG", file.toString()))
                        .network()
                        .port())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port = x | port in",
                "prot = 1 | prot",
                "--port = 1 | --port",
                "config = y | config",
                "help = true | help",
                "auth-token = a\\nauth-token-file = b | auth-token in",
                "bind = \\u12 | hexadecimal"
            })
    void whatIsWrongInAConfigurationFileIsNamedWithTheFile(String lines, String named) throws IOException {
        Path file = Files.writeString(directory.resolve("wrong.conf"), lines.replace("\\n", "\n"));
        assertThatThrownBy(() -> parse("--config=" + file))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(named)
                .hasMessageContaining("wrong.conf");
    }

    @Test
    void helpAndVersionAreAskedForWhateverElseIs() throws OptionException {
        assertThat(parse("-h").action()).isSameAs(ServerOptions.Action.HELP);
        assertThat(parse("--help", "--port=1").action()).isSameAs(ServerOptions.Action.HELP);
        assertThat(parse("--version").action()).isSameAs(ServerOptions.Action.VERSION);
        assertThat(ServerOptions.usage())
                .contains("-p, --port=PORT", "--wal-fsync=BOOLEAN", "(default: 8080)", "--auth-token-file=PATH");
    }
}
