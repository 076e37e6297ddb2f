/**
 * The file side of snapshots: {@code .tree} files, the catalog of those in a directory, and the manifest.
 *
 * <p>May depend on the JDK, the JSON parser, SLF4J, {@link io.karmadb.logging}, {@link io.karmadb.disk}, {@link io.karmadb.counter} and the value
 * types and exceptions of {@link io.karmadb}. Knows nothing of the log: an LSN is a number here that others compare.
 *
 * <h2>A snapshot file</h2>
 *
 * <p>{@code <unix seconds>_<tree name>.tree}, see {@link io.karmadb.snapshot.SnapshotName}, holds one MessagePack map
 * and nothing after it. Its first two fields are the format of the older server, which skips the others:
 *
 * <pre>
 * "branches_num"  unsigned
 * "branches"      array of branches_num maps: key -&gt; {"table": {day: count}, "total": unsigned}
 *                 key k stands in map k mod branches_num, unsigned; the total is the sum of the counts
 * "store"         string, the manifest's store id
 * "automatic"     true, if nobody asked for the snapshot; else it is not there
 * "tree_name"     string, the tree's true name
 * "lsn"           unsigned: what later commands did is not in the file, or only for some keys
 * "crc"           always 0xce and four bytes: CRC-32C of all bytes before the 0xce
 * </pre>
 *
 * <p>Every other integer has its shortest unsigned form. An older server's file has just the first two fields;
 * {@code automatic} stands right before {@code tree_name}, where it is found without reading the file. The
 * reader takes fields in any order, but {@code crc} last, any form of an integer, days in any order, and, in a file with
 * a {@code crc}, fields that it does not know.
 *
 * <h2>The manifest</h2>
 *
 * <p>{@code karma.manifest} is one JSON object in UTF-8 and a line feed:
 *
 * <pre>
 * {"version":1,"store":"...","lsn":7,"wal":true,"trees":[
 * {"name":"links","lsn":5,"file":"1704067200_links.tree","bytes":123,"crc":"9a3f01bc"},
 * {"name":"new","lsn":6}
 * ],"older_wal":{"lines":3,"bytes":210,"crc":"00c0ffee","day":20261123},"seen":1795434000,"automatic":[
 * "1704067200_links.tree"
 * ],"crc":"5d41402a"}
 * </pre>
 *
 * <p>The fields stand in this order; {@code older_wal}, {@code seen} and {@code automatic} may be missing. {@code seen} is the time of
 * writing in Unix seconds, or the highest number of an older server's snapshot file there was, if that is above it: what
 * is numbered higher came later. {@code automatic} names snapshot files of an earlier version that nobody asked for and that do not say so, sorted. The last {@code crc} is the CRC-32C of the bytes before the comma in front of it. Every
 * later version keeps the first field and the form of the end.
 *
 * <p>Entry points: {@link io.karmadb.snapshot.SnapshotCatalog}, {@link io.karmadb.snapshot.SnapshotWriter},
 * {@link io.karmadb.snapshot.SnapshotReader}, {@link io.karmadb.snapshot.ManifestFile}.
 */
package io.karmadb.snapshot;
