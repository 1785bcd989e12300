// Package storage keeps the cache's entries: a small transactional store of
// records under sequential ids, each found again by a 32-byte key.
//
// A record has parts that are read at different times, so that no read pays
// for more than it needs: Head (what a reopen needs: scope, vector, times),
// Body (what a hit needs: question and answer) and State (the few bytes that
// change after the write: uses and votes). The store does not look into any
// of them.
//
// storage/bolt (a file, the default) and storage/memory implement [Store];
// storage/storagetest is the conformance suite that both pass.
package storage
