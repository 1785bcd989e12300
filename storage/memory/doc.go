// Package memory is a [storage.Store] that lives and ends with the process:
// for tests, and for a cache that need not survive a restart.
package memory
