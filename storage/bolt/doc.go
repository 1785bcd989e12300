// Package bolt is a [storage.Store] in one file: a B+ tree with transactions
// (go.etcd.io/bbolt), which a crash at any moment leaves whole.
//
// # Guarantees
//
// What Put, SetState and Delete acknowledged is on the disk. One goroutine
// writes; it puts all requests that wait into one transaction, so that many
// writers share the price of a sync. A request that fails fails alone, and a
// full disk fails the requests of that transaction: the store goes on when
// there is space again. A call whose context ends while it waits for its turn
// writes nothing; once its transaction has begun, it returns the result.
//
// Each stored part carries a CRC-32C over its record's id and key and itself,
// so a part with a flipped bit is found, and so is one that belongs to
// another record. Such a record is reported with an error that wraps
// [storage.ErrCorrupt], counted in Info, passed over by Scan, and never
// served; Put with its key or Delete with its id heals it. A State alone that
// is damaged is counted and read as empty: it says how a record was used, and
// is not worth the record.
//
// [Open] walks the pages of the file before it uses them, so a damaged file
// is an error that names the page, not a crash.
//
// # The file
//
// Buckets: header (format version, embedder, time of creation, last id and
// number of records), keys (key to id), heads, bodies and states (by id, big
// endian, so that new records are appended). The list of free pages is not
// stored; it is found by the walk. Beside the file may stand its name with
// ".holder", which says who has it open, and with ".compact", while it is
// compacted.
package bolt
