package io.karmadb.server.check;

import io.karmadb.CheckProblem;
import io.karmadb.CheckReport;
import io.karmadb.CheckedFile;
import io.karmadb.RestoreForecast;
import io.karmadb.server.terminal.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report for people. */
final class ReportText {
    private static final int NAME_WIDTH_MAX = 48;

    private ReportText() {}

    static String of(CheckReport report, boolean repairAsked) {
        StringBuilder text = new StringBuilder();
        text.append(Printable.of(report.directory().toString())).append("\n\n");
        int width = report.files().stream()
                .mapToInt(file -> Math.min(Printable.of(file.name()).length(), NAME_WIDTH_MAX))
                .max()
                .orElse(0);
        for (CheckedFile file : report.files()) {
            text.append(row(file, width)).append('\n');
        }
        text.append(report.files().isEmpty() ? "No files.\n\n" : "\n");
        for (CheckProblem problem : report.problems()) {
            append(problem, text);
        }
        append(report.restore(), text);
        text.append('\n').append(verdict(report, repairAsked)).append('\n');
        return text.toString();
    }

    private static String row(CheckedFile file, int width) {
        List<String> more = new ArrayList<>();
        if (file.lines() > 0) {
            more.add("LSN " + file.firstLsn() + " to " + file.lastLsn());
        } else if (file.lastLsn() > 0) {
            more.add("LSN " + file.lastLsn());
        }
        if (!file.tree().isEmpty()) {
            more.add("tree " + Printable.of(file.tree()) + ", " + count(file.keys(), "key"));
        }
        if (!file.note().isEmpty()) {
            more.add(file.note());
        }
        String state = file.state() == CheckedFile.State.UNCHECKED ? "-" : words(file.state());
        String start = "%-" + Math.max(width, 1) + "s  %-15s  %13s  %-9s";
        String row = String.format(
                Locale.ROOT,
                start,
                Printable.of(file.name()),
                words(file.kind()),
                String.format(Locale.ROOT, "%,d", file.bytes()),
                state);
        return (row + "  " + String.join(", ", more)).stripTrailing();
    }

    private static void append(CheckProblem problem, StringBuilder text) {
        text.append("Problem: ");
        if (!problem.file().isEmpty()) {
            text.append(Printable.of(problem.file()));
            text.append(problem.offset() < 0 ? ": " : ", offset " + problem.offset() + ": ");
        }
        text.append("expected ")
                .append(Printable.of(problem.expected()))
                .append(", found ")
                .append(Printable.of(problem.found()))
                .append(".\n         ")
                .append(Printable.of(problem.advice()))
                .append(".\n\n");
    }

    private static void append(RestoreForecast restore, StringBuilder text) {
        if (!restore.possible()) {
            text.append("A restore would refuse: ")
                    .append(Printable.of(restore.refusal()))
                    .append(".\n");
            return;
        }
        text.append("A restore would give ")
                .append(count(restore.trees(), "tree"))
                .append(" with ")
                .append(count(restore.keys(), "key"))
                .append(", up to LSN ")
                .append(restore.lastLsn())
                .append(": from ")
                .append(count(restore.snapshots(), "snapshot"))
                .append(" and ")
                .append(count(restore.lines(), "line"))
                .append(" of the log");
        if (restore.olderLines() > 0) {
            text.append(", which has ")
                    .append(count(restore.olderLines(), "line"))
                    .append(" of an older server");
        }
        if (restore.tornBytes() > 0) {
            text.append(", after cutting off ")
                    .append(count(restore.tornBytes(), "byte"))
                    .append(" of a torn tail");
        }
        text.append(".\n");
        for (String warning : restore.warnings()) {
            text.append("It would warn: ").append(Printable.of(warning)).append(".\n");
        }
    }

    private static String verdict(CheckReport report, boolean repairAsked) {
        String repaired = report.repaired() == null
                ? ""
                : "Repaired: the torn tail was cut off and is kept in " + report.repaired() + ". ";
        if (report.ok()) {
            return repaired + "All is well.";
        }
        String refused = repairAsked && report.repaired() == null
                ? " Nothing was repaired: only a torn tail can be, and only where nothing else is wrong."
                : "";
        return repaired + count(report.problems().size(), "problem") + "." + refused;
    }

    private static String count(long count, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }

    private static String words(Enum<?> value) {
        String text = value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return text.startsWith("wal ") ? "WAL" + text.substring(3) : text;
    }
}
