package bolt

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	bbolt "go.etcd.io/bbolt"
)

// TestWalk breaks single things in the pages of a store. For each, bbolt
// would panic, hang, or write over what is in use.
func TestWalk(t *testing.T) {
	path := filled(t, 500)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sh, err := walk(file, pageSize)
	if err != nil {
		t.Fatal(err)
	}
	if used := usedPages(t, path); sh.used != used || sh.metas != 2 {
		t.Errorf("found %d pages and %d metas, bbolt says %d and 2", sh.used, sh.metas, used)
	}
	page := func(b []byte, id uint64) []byte { return b[int(id)*pageSize:][:pageSize] }
	root := func(b []byte) []byte { return page(b, sh.meta.root) }
	// The page of a bucket stands in the first bytes of its value.
	bucket := func(b []byte, name []byte) []byte {
		i := bytes.Index(root(b), name)
		return root(b)[i+len(name):]
	}
	heads := order.Uint64(bucket(file, bucketHeads))
	if order.Uint16(page(file, heads)[8:]) != flagBranch {
		t.Fatal("the heads are too few to have a branch page")
	}
	child := func(b []byte, i int) []byte { return page(b, heads)[pageHeader+i*elemLen+8:] }
	for name, c := range map[string]struct {
		damage func(b []byte)
		says   string
	}{
		"a page calls itself another": {func(b []byte) { order.PutUint64(root(b), 77) }, "calls itself 77"},
		"a type of none":              {func(b []byte) { order.PutUint16(root(b)[8:], 3) }, "has type 0x3"},
		"two buckets in one page":     {func(b []byte) { copy(bucket(b, bucketStates)[:8], bucket(b, bucketBodies)) }, "used twice"},
		"a branch leads to itself":    {func(b []byte) { order.PutUint64(child(b, 0), heads) }, "used twice"},
		"two branches lead to one":    {func(b []byte) { copy(child(b, 1)[:8], child(b, 0)) }, "used twice"},
		"two branches swapped": {func(b []byte) {
			x, y := child(b, 0)[:8], child(b, 1)[:8]
			v := order.Uint64(x)
			copy(x, y)
			order.PutUint64(y, v)
		}, "key"},
		"a child that is not there":  {func(b []byte) { order.PutUint64(child(b, 0), sh.meta.pages) }, "does not exist"},
		"a child that is a meta":     {func(b []byte) { order.PutUint64(child(b, 0), 1) }, "does not exist"},
		"an overflow over the end":   {func(b []byte) { order.PutUint32(root(b)[12:], 1<<31) }, "over the end"},
		"an empty branch":            {func(b []byte) { order.PutUint16(page(b, heads)[10:], 0) }, "is empty"},
		"more elements than fit":     {func(b []byte) { order.PutUint16(root(b)[10:], 0xFFFF) }, "do not fit"},
		"an element out of the page": {func(b []byte) { order.PutUint32(root(b)[pageHeader+4:], 1<<31) }, "outside of the page"},
		"a value out of the page":    {func(b []byte) { order.PutUint32(root(b)[pageHeader+12:], 1<<31) }, "outside of the page"},
		"flags of none":              {func(b []byte) { order.PutUint32(root(b)[pageHeader:], 8) }, "has flags"},
	} {
		t.Run(name, func(t *testing.T) {
			b := bytes.Clone(file)
			c.damage(b)
			if _, err := walk(b, pageSize); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q in it", err, c.says)
			}
		})
	}
}

// TestWalkFreelist reads the list of free pages that other programs write.
func TestWalkFreelist(t *testing.T) {
	path := filled(t, 500)
	db, err := bbolt.Open(path, 0o600, nil) // writes the list
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sh, err := walk(file, pageSize)
	if err != nil || sh.meta.freelist == noFreelist {
		t.Fatalf("freelist %d, %v", sh.meta.freelist, err)
	}
	list := int(sh.meta.freelist)*pageSize + pageHeader
	if n := order.Uint16(file[list-6:]); n == 0 {
		t.Fatal("the list is empty")
	}
	open(t, path, nil)
	order.PutUint64(file[list:], sh.meta.root)
	if _, err := walk(file, pageSize); err == nil || !strings.Contains(err.Error(), "used twice") {
		t.Errorf("the root is listed as free: got %v", err)
	}
}

// usedPages counts by bbolt's own means.
func usedPages(t *testing.T, path string) int64 {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var pages int64
	if err := db.View(func(tx *bbolt.Tx) error { pages = tx.Size() / pageSize; return nil }); err != nil {
		t.Fatal(err)
	}
	// The count of free pages reaches the statistics with a transaction.
	if err := db.Update(func(*bbolt.Tx) error { return errRollback }); !errors.Is(err, errRollback) {
		t.Fatal(err)
	}
	return pages - int64(db.Stats().FreePageN)
}

var errRollback = errors.New("roll back")
