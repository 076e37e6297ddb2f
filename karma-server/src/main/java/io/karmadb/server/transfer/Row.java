package io.karmadb.server.transfer;

/** One line: what a bucket holds. Filled again for the next. */
final class Row {
    String tree;
    long key;
    int day;
    long count;

    Row copy() {
        Row copy = new Row();
        copy.tree = tree;
        copy.key = key;
        copy.day = day;
        copy.count = count;
        return copy;
    }
}
